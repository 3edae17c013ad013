// A broker of its own for one benchmark, with all topics and nothing else.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stateFolder } from '@waybill/cli/platform/platform'
import { startStack } from '@waybill/deploy/stack'
import { createTopics } from '@waybill/runtime/kafka/admin'
import { openKafkaLog } from '@waybill/runtime/kafka/log'
import type { Log } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import { openCodec } from '@waybill/runtime/registry/codec'
import { memoryRegistry } from '@waybill/runtime/registry/memory-registry'
import { schemasOf } from '@waybill/runtime/task/stage'
import { topics } from '@waybill/schemas/topics'

interface OnKafka {
  readonly log: Log
  readonly codec: Codec
  /** Of the broker's data. */
  readonly folder: string
}

export async function onKafka<Result>(
  partitions: number,
  progress: (line: string) => void,
  run: (opened: OnKafka) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-'))
  const stack = await startStack({
    folder,
    cache: join(stateFolder, 'cache'),
    addresses: {},
    need: ['kafka'],
    profile: 'bench',
    ports: { kafka: 0 },
    progress,
  })
  try {
    const kafka = { brokers: stack.kafkaBrokers, clientId: 'waybill-bench', prefix: '' }
    await createTopics(kafka, topics(), { partitions, replicationFactor: 1 })
    const codec = await openCodec(memoryRegistry(), schemasOf(topics(), ''))
    const log = await openKafkaLog(kafka)
    try {
      return await run({ log, codec, folder })
    } finally {
      await log.close()
    }
  } finally {
    await stack.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
