// A broker for one test file, in a folder of its own; without Java its tests are skipped, and say so.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findJava } from '@waybill/deploy/java'
import { startStack } from '@waybill/deploy/stack'

export const cache = fileURLToPath(new URL('../../.waybill/cache', import.meta.url))

/** Why there can be no broker here, or false. */
export const noBroker: string | false = await findJava(undefined).then(
  () => false,
  (error: unknown) => `SKIPPED, no Kafka: ${error instanceof Error ? error.message : String(error)}`,
)
if (noBroker !== false) console.error(noBroker)

export interface TestBroker {
  readonly brokers: readonly string[]
  kill9(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

export async function startTestBroker(): Promise<TestBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-kafka-'))
  const stack = await startStack({
    folder,
    cache,
    addresses: {},
    need: ['kafka'],
    profile: 'test',
    ports: { kafka: 0 },
    progress: (line) => {
      console.error(line)
    },
  })
  const { broker, kafkaBrokers } = stack
  if (broker === undefined) throw new Error('the stack has started no broker')
  return {
    brokers: kafkaBrokers,
    kill9: () => broker.kill9(),
    start: () => broker.start(),
    async stop() {
      await stack.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
