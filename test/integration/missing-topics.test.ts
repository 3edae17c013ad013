// A newer build beside a deployment that has not got all of its topics yet, as in an upgrade of a running system.
import assert from 'node:assert/strict'
import type { ChildProcessByStdio } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { startStack } from '@waybill/deploy/stack'
import { environmentWith } from '@waybill/runtime/config'
import { createTopics } from '@waybill/runtime/kafka/admin'
import { topics } from '@waybill/schemas/topics'
import { cache, noBroker } from './kafka-broker.ts'

const root = join(import.meta.dirname, '../..')
const newer = ['spend', 'feedback']
const counts = { partitions: 2, replicationFactor: 1 }

interface Deployment {
  readonly create: (rows: ReturnType<typeof topics>) => Promise<void>
  readonly router: () => ChildProcessByStdio<null, Readable, Readable>
}

async function given(): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-upgrade-'))
  const stack = await startStack({
    folder,
    cache,
    addresses: {},
    need: ['kafka', 'registry'],
    profile: 'test',
    ports: { kafka: 0, registry: 0 },
    progress: () => undefined,
  })
  after(async () => {
    await stack.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  const env = environmentWith({
    KAFKA_BROKERS: stack.kafkaBrokers.join(','),
    SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
    WAYBILL_PARTITIONS: `${counts.partitions}`,
  })
  const kafka = { brokers: stack.kafkaBrokers, clientId: 'upgrade', prefix: 'waybill.' }
  const main = join(root, 'services/router/src/main.ts')
  return {
    create: (rows) => createTopics(kafka, rows, counts),
    router: () => spawn(process.execPath, [main], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] }),
  }
}

const exitOf = (child: ChildProcessByStdio<null, Readable, Readable>): Promise<number | null> =>
  new Promise((resolve) => {
    child.on('exit', resolve)
  })

test(
  'a router without its topics says which and what to do, and starts when they are there',
  { skip: noBroker },
  async () => {
    const { create, router } = await given()
    await create(topics().filter(({ name }) => !newer.includes(name)))
    const early = router()
    const [said, code] = await Promise.all([text(early.stderr), exitOf(early)])
    assert.equal(code, 1, said)
    const [line = '', ...more] = said.trim().split('\n')
    assert.deepEqual(more, [])
    assert.match(line, /"code":"topics_missing".*waybill\.\w+, waybill\.\w+: not there\. .*waybill topics --create/u)
    for (const name of newer) assert.ok(line.includes(`waybill.${name}`), line)

    await create(topics())
    const later = router()
    const ended = exitOf(later)
    const isReady = new Promise((resolve) => {
      later.stdout.on('data', (chunk) => {
        if (String(chunk).includes('"ready":true')) resolve(true)
      })
    })
    assert.equal(await Promise.race([isReady, ended]), true)
    later.kill('SIGTERM')
    assert.equal(await ended, 0)
  },
)
