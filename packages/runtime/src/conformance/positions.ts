// What the task loop promises of positions on every log: what markers move, and what is deleted by age.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { first, noteRecord } from '../task/counting.ts'
import { bench, partitions, saidSoMany } from './counting-bench.ts'
import type { Case } from './observe.ts'
import { until } from './observe.ts'

export const positionCases: readonly Case[] = [
  [
    'positions that only markers moved are written, so that an idle partition does not fall behind',
    async (cluster) => {
      const run = await bench(cluster)
      const log = await cluster.client()
      const service = await run.start(run.stage(), { positionsEveryMs: 50 })
      await until(() => service.events.filter(({ code }) => code === 'running').length === partitions)
      const transactions = await log.openTransactions(randomUUID())
      await transactions.commit([
        {
          topic: run.name(first),
          partition: 1,
          records: [{ key: 'a', value: run.codec.encode(noteRecord, { text: 'x' }) }],
        },
      ])
      await transactions.close()
      const { end } = await log.range(run.name(first), 1)
      await until(
        () => service.events.filter(({ code, partition }) => code === 'committed' && partition === 1).length > 0,
      )
      await new Promise((resolve) => setTimeout(resolve, 200))
      await service.stop()
      await cluster.deleteBefore(run.name(first), 1, end)
      const again = await run.start(run.stage())
      await until(() => again.events.filter(({ code }) => code === 'running').length === partitions)
      await again.stop()
    },
  ],
  [
    'a clean stop writes how far it has read, so that what is deleted by age meanwhile is not taken for unread',
    async (cluster) => {
      const run = await bench(cluster)
      // The second waits already while the first is committed.
      await run.write(first, ['a', 'one'], ['a', 'quiet'])
      const old = await run.start(run.stage(), { limits: { events: 1, bytesPerPartition: 100_000 } })
      await until(() => old.readings().some(({ positions }) => positions[run.name(first)] === 2))
      await old.stop()
      await cluster.deleteBefore(run.name(first), 0, 2)
      const young = await run.start(run.stage())
      await until(() => young.events.filter(({ code }) => code === 'running').length === partitions)
      await young.stop()
    },
  ],
  [
    'a position below what an input still holds, and a changed partition count, end the process with what to do',
    async (cluster) => {
      const run = await bench(cluster)
      await run.write(first, ['a', 'one'])
      const old = await run.start(run.stage())
      await saidSoMany(run, 1)
      await old.stop()
      await run.write(first, ['a', 'lost'], ['a', 'kept'])
      await cluster.deleteBefore(run.name(first), 0, 2)
      const young = await run.start(run.stage())
      const reason = await young.ended
      assert.equal(reason?.code, 'position_out_of_range')
      assert.match(reason.message, /Raise the retention/u)
      const other = await run.start(run.stage(), { partitions: 3 })
      assert.equal((await other.ended)?.code, 'partition_count_changed')
    },
  ],
]
