import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import fc from 'fast-check'
import { catalogue } from '../catalogue/catalogue.ts'
import { nothingLearned } from '../estimate/learned.ts'
import type { LatencySnapshot } from './snapshot.ts'
import { bucketOf, topOf } from './histogram.ts'
import type { LatencySample } from './stats.ts'
import { emptyStats, record, statsKey } from './stats.ts'
import type { LatencyTable } from './table.ts'
import { emptyTable, foldStats, snapshotAt } from './table.ts'

const start = 1_800_000_000_000
const luna = 'openai/gpt-6-luna'

const sampleOf = (target: string): LatencySample => ({
  target,
  sizeClass: 'short',
  shard: 0,
  endedAt: start,
  appendedAt: start,
  totalMs: 100,
  callMs: 100,
  outcome: 'ok',
  limitMs: 30_000,
  coolDown: null,
  headroom: null,
})

function statsOf(
  where: Pick<LatencySample, 'target' | 'sizeClass' | 'shard'>,
  latencies: readonly number[],
  change: Partial<LatencySample> = {},
): LatencyStats {
  const samples = latencies.map((totalMs, at): LatencySample => ({
    ...sampleOf(where.target),
    ...where,
    endedAt: start + at,
    appendedAt: start + at,
    totalMs,
    callMs: totalMs,
    ...change,
  }))
  return samples.reduce(record, emptyStats(where))
}
function tableOf(all: readonly LatencyStats[]): LatencyTable {
  const table = emptyTable()
  for (const stats of all) foldStats(table, statsKey(stats), stats)
  return table
}
const told = (shard: number, at: number, share: number): LatencyStats =>
  statsOf({ target: luna, sizeClass: 'short', shard }, [100], {
    endedAt: start + at,
    appendedAt: start + at,
    headroom: { share, fullInMs: 40_000 },
  })
const look = (table: LatencyTable, now: number): LatencySnapshot => snapshotAt(table, now, catalogue, nothingLearned)

const short0 = statsOf({ target: luna, sizeClass: 'short', shard: 0 }, [100, 200])
const short1 = statsOf({ target: luna, sizeClass: 'short', shard: 1 }, [300, 4_000])
const long0 = statsOf({ target: luna, sizeClass: 'long', shard: 0 }, [20_000])

test('shards add up to a cell, cells to the target', () => {
  const found = look(tableOf([short0, short1, long0]), start + 1_000).targets.get(luna)
  assert.deepEqual(found?.sizes.short, { p95Ms: topOf(bucketOf(4_000)), samples: 4, updatedAt: start + 1 })
  assert.deepEqual(found?.all, { p95Ms: topOf(bucketOf(20_000)), samples: 5, updatedAt: start + 1 })
  assert.equal(found?.attempts, 5)
})

test('beside a percentile stand how many samples it has, and when the newest ended', () => {
  const old = statsOf({ target: luna, sizeClass: 'short', shard: 0 }, [100, 200, 300])
  const failed = statsOf({ target: luna, sizeClass: 'short', shard: 1 }, [5], {
    endedAt: start + 29_000,
    appendedAt: start + 29_000,
    outcome: 'failed',
  })
  const later = record(old, { ...sampleOf(luna), endedAt: start + 25_000, appendedAt: start + 25_000 })
  const cellOf = (...all: readonly LatencyStats[]): readonly unknown[] => {
    const short = look(tableOf(all), start + 30_000).targets.get(luna)?.sizes.short
    return [short?.samples, short?.updatedAt]
  }
  assert.deepEqual(cellOf(old, failed), [3, start + 2], 'a failure is no latency, and makes none look newer')
  assert.deepEqual(cellOf(later, failed), [4, start + 25_000])
  const failedLater = record(old, { ...sampleOf(luna), endedAt: start + 29_000, outcome: 'failed' })
  assert.deepEqual(
    cellOf({ ...failedLater, updatedAt: start + 29_000 }),
    [3, start + 10_000],
    'or the end of its slice',
  )
})

const p95Of = (slow: number): number | undefined => {
  const latencies = Array.from({ length: 100 }, (_, at) => (at < slow ? 4_000 : 100))
  return look(tableOf([statsOf({ target: luna, sizeClass: 'short', shard: 0 }, latencies)]), start + 1_000).targets.get(
    luna,
  )?.all?.p95Ms
}
const shortAt = (all: readonly LatencyStats[]): unknown => look(tableOf(all), start + 1_000).targets.get(luna)?.sizes

test('a percentile is the 95th, over all shards as over one', () => {
  const split = fc.array(fc.tuple(fc.nat(60_000), fc.nat(3)), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(split, (drawn) => {
      const shards = [0, 1, 2, 3].map((shard) => {
        const own = drawn.flatMap(([ms, of], at) => (of === shard ? [{ ms, at }] : []))
        const where = { target: luna, sizeClass: 'short', shard } as const
        return own.reduce(
          (stats, { ms, at }) =>
            record(stats, { ...sampleOf(luna), ...where, totalMs: ms, endedAt: start + at, appendedAt: start + at }),
          emptyStats(where),
        )
      })
      const one = statsOf(
        { target: luna, sizeClass: 'short', shard: 0 },
        drawn.map(([ms]) => ms),
      )
      assert.deepEqual(shortAt(shards), shortAt([one]))
    }),
  )
  assert.deepEqual([p95Of(5), p95Of(6)], [topOf(bucketOf(100)), topOf(bucketOf(4_000))])
})

test('read again in another order, the table is the same', () => {
  const all = [short0, short1, long0]
  assert.deepEqual(look(tableOf(all), start), look(tableOf(all.toReversed()), start))
})

test('read again after compaction, with the last record of each key alone, the table is the same', () => {
  const early = statsOf({ target: luna, sizeClass: 'short', shard: 0 }, [100])
  const grown = tableOf([early, short1, long0])
  foldStats(grown, statsKey(short0), short0)
  assert.deepEqual(look(grown, start + 2_000), look(tableOf([long0, short1, short0]), start + 2_000))
})

test('the newest record counts at once, and slices leave with the window', () => {
  const table = tableOf([short0])
  look(table, start + 1_000)
  foldStats(table, statsKey(short1), short1)
  assert.equal(look(table, start + 1_000).targets.get(luna)?.sizes.short?.samples, 4)
  const later = look(table, start + 311_000).targets.get(luna)
  assert.deepEqual([later?.all, later?.sizes, later?.attempts], [null, {}, 0])
})

test('a tombstone and a target that left the catalogue are forgotten', () => {
  const gone = statsOf({ target: 'openai/gpt-3', sizeClass: 'short', shard: 0 }, [5])
  const table = tableOf([short0, gone])
  foldStats(table, statsKey(short0), null)
  assert.equal(look(table, start).targets.size, 0)
  assert.deepEqual([...table.byTarget.keys()], ['openai/gpt-3'])
})

test('a cool-down of a provider or key holds for all of its targets, one of a model for that one', () => {
  const down = (scope: 'model' | 'provider'): LatencySnapshot => {
    const failed = statsOf({ target: luna, sizeClass: 'short', shard: 2 }, [5], {
      outcome: 'failed',
      coolDown: { scope, retryAfterMs: 30_000 },
    })
    return look(tableOf([failed]), start + 1)
  }
  assert.equal(down('model').targets.get('openai/gpt-5.4-2026-03-05'), undefined)
  assert.equal(down('model').targets.get(luna)?.coolDownUntil, start + 30_000)
  assert.equal(down('provider').targets.get('openai/gpt-5.4-2026-03-05')?.coolDownUntil, start + 30_000)
  assert.equal(down('provider').targets.get('gemini/gemini-3.8-flash'), undefined)
})

test('what this process knows of its own calls is beside what the topic says', () => {
  const underWay = new Map([[luna, { short: 9_000 }]])
  const found = snapshotAt(emptyTable(), start, catalogue, nothingLearned, underWay).targets.get(luna)
  assert.deepEqual([found?.underWayMs, found?.headroom, found?.all], [{ short: 9_000 }, null, null])
})

test('what is left of a limit is the newest word of any shard, and fills up as the vendor says', () => {
  const table = tableOf([told(0, 1_000, 0.8), told(1, 2_000, 0), told(2, 0, 0.4)])
  const leftAt = (ms: number): number | null | undefined => look(table, start + ms).targets.get(luna)?.headroom
  assert.deepEqual([leftAt(2_000), leftAt(12_000), leftAt(22_000)], [0, 0.25, 0.5])
  assert.equal(leftAt(42_000), null, 'nobody knows any more')
})
