import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import { latencyStatsRecord } from '@waybill/schemas/generated/latency-stats'
import { resultRecord } from '@waybill/schemas/generated/result'
import { latencyStats, results, topics } from '@waybill/schemas/topics'
import { systemClock } from '@waybill/runtime/clock'
import { everything, until } from '@waybill/runtime/conformance/observe'
import type { Log } from '@waybill/runtime/log'
import { memoryUnderTest } from '@waybill/runtime/memory/under-test'
import type { Codec } from '@waybill/runtime/registry/codec'
import { openCodec } from '@waybill/runtime/registry/codec'
import { memoryRegistry } from '@waybill/runtime/registry/memory-registry'
import type { RunningService } from '@waybill/runtime/task/service'
import { runService, taskDefaults } from '@waybill/runtime/task/service'
import { schemasOf } from '@waybill/runtime/task/stage'
import { result } from '@waybill/stats/given'
import { statsStage } from '@waybill/stats/service'

interface Running extends Pick<RunningService, 'stop'> {
  readonly log: Log
  readonly committed: () => number
}

async function startOn(log: Log, codec: Codec): Promise<Running> {
  let committed = 0
  const service = await runService(() => statsStage(protocolDefaults), {
    log,
    codec,
    clock: systemClock,
    processId: 'me',
    settings: { ...taskDefaults, partitions: 1 },
    onEvent: ({ code, count = 0 }) => void (committed += code === 'committed' ? count : 0),
  })
  return { log, committed: () => committed, stop: () => service.stop() }
}

async function published(log: Log, codec: Codec): Promise<readonly LatencyStats[]> {
  const records = (await everything(log, latencyStats.name)).map(({ value }) => codec.decode(latencyStatsRecord, value))
  return records.flatMap((each) => (each.kind === 'value' ? [each.value] : []))
}

const samples = ({ slices }: LatencyStats): number => slices.reduce((sum, slice) => sum + slice.samples, 0)

test('on a log: what a stopped process has not published yet, the next one does', async () => {
  const cluster = await memoryUnderTest()
  const codec = await openCodec(memoryRegistry(), schemasOf(topics(), ''))
  for (const { name, maxMessageBytes } of topics()) await cluster.createTopic(name, { partitions: 1, maxMessageBytes })
  const log = await cluster.client()
  const records = Array.from({ length: 5 }, (_, at) => {
    const now = Date.now()
    return { key: 'abc', value: codec.encode(resultRecord, result({ startedAt: now - 9, endedAt: now + at })) }
  })
  await log.append({ topic: results.name, partition: 0, records })
  const one = await startOn(log, codec)
  await until(() => one.committed() >= records.length)
  await one.stop()
  assert.equal((await published(log, codec)).map(samples)[0], 1)
  const other = await startOn(log, codec)
  await until(() => other.committed() > 0)
  await other.stop()
  assert.deepEqual((await published(log, codec)).map(samples), [1, 5])
  await cluster.close()
})
