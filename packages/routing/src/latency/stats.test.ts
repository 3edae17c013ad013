import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import fc from 'fast-check'
import { bucketOf } from './histogram.ts'
import type { LatencySample } from './stats.ts'
import { emptyStats, isOver, record, statsKey } from './stats.ts'

const start = 1_800_000_000_000
const cell = { target: 'openai/gpt-5.4', sizeClass: 'short', shard: 3 } as const

const sampleAt = (endedAt: number, change: Partial<LatencySample> = {}): LatencySample => ({
  ...cell,
  endedAt,
  appendedAt: endedAt,
  totalMs: 120,
  callMs: 100,
  outcome: 'ok',
  limitMs: 30_000,
  coolDown: null,
  headroom: null,
  ...change,
})
const left = (share: number): Partial<LatencySample> => ({ headroom: { share, fullInMs: 60_000 } })
const folded = (samples: readonly LatencySample[]): LatencyStats => samples.reduce(record, emptyStats(cell))
const counts = (stats: LatencyStats): readonly number[] => stats.slices.map(({ samples }) => samples)

test('the key names target, size class and shard', () => {
  assert.equal(statsKey(cell), 'openai/gpt-5.4/short/3')
})

test('an answer counts at once, with the wait for a call slot and without', () => {
  const { slices, updatedAt } = folded([sampleAt(start + 1)])
  assert.deepEqual(slices, [
    {
      startAt: start,
      totalBuckets: [bucketOf(120), 1],
      callBuckets: [bucketOf(100), 1],
      samples: 1,
      errors: 0,
      rateLimited: 0,
    },
  ])
  assert.equal(updatedAt, start + 1)
})

test('a late result lands in its own slice, and one from before the window nowhere', () => {
  const stats = folded([sampleAt(start), sampleAt(start + 25_000), sampleAt(start + 3_000)])
  assert.deepEqual(counts(stats), [2, 1])
  const later = record(stats, sampleAt(start + 300_000))
  assert.deepEqual(
    later.slices.map(({ startAt }) => startAt - start),
    [0, 20_000, 300_000],
  )
  const next = record(later, sampleAt(start + 311_000))
  assert.deepEqual(
    next.slices.map(({ startAt }) => startAt - start),
    [20_000, 300_000, 310_000],
  )
  assert.equal(record(next, sampleAt(start + 9_999)), next)
})

test('a clock that is ahead counts at the time of its record, one that is wrong by decades does no harm', () => {
  const stats = folded([sampleAt(start), sampleAt(start + 70 * 365 * 86_400_000, { appendedAt: start + 1_000 })])
  assert.deepEqual(counts(stats), [2])
  assert.deepEqual(record(stats, sampleAt(0)), stats)
})

test('a quick failure is an error and no latency', () => {
  const { slices } = folded([
    sampleAt(start, { outcome: 'failed', totalMs: 3, callMs: 1 }),
    sampleAt(start, { outcome: 'rateLimited', totalMs: 3, callMs: 1 }),
  ])
  assert.deepEqual(slices, [
    { startAt: start, totalBuckets: [], callBuckets: [], samples: 2, errors: 2, rateLimited: 1 },
  ])
})

test('a time-out counts at its limit, or at what it took', () => {
  const { slices } = folded([sampleAt(start, { outcome: 'timedOut', totalMs: 40_000, callMs: 5 })])
  assert.deepEqual(slices[0]?.totalBuckets, [bucketOf(40_000), 1])
  assert.deepEqual(slices[0]?.callBuckets, [bucketOf(30_000), 1])
  assert.equal(slices[0]?.errors, 1)
})

test('the same records in any order make the same slices, within the window', () => {
  const sample = fc.record({ at: fc.nat(290_000), ms: fc.nat(60_000), fails: fc.boolean() })
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 60 }), (drawn) => {
      const samples = drawn.map(({ at, ms, fails }) =>
        sampleAt(start + at, { totalMs: ms, outcome: fails ? 'failed' : 'ok' }),
      )
      assert.deepEqual(folded(samples.toReversed()), folded(samples))
    }),
  )
})

test('the newest result says what is left, in whatever order results come; one that says nothing changes nothing', () => {
  const samples = [
    sampleAt(start, left(0.9)),
    sampleAt(start + 5_000, left(0.4)),
    sampleAt(start + 5_000, left(0.3)),
    sampleAt(start + 9_000),
  ]
  for (const order of [samples, samples.toReversed()]) {
    const { headroom, headroomAt } = folded(order)
    assert.deepEqual([headroom, headroomAt], [{ share: 0.3, fullInMs: 60_000 }, start + 5_000])
  }
})

test('a dispatch that found no call slot counts neither as an attempt nor as an error', () => {
  const before = folded([sampleAt(start)])
  const stats = record(before, sampleAt(start + 900, { outcome: 'unsent', ...left(0) }))
  assert.deepEqual([stats.slices, stats.updatedAt], [before.slices, before.updatedAt])
  assert.deepEqual([stats.headroom?.share, stats.headroomAt], [0, start + 900])
  const alone = folded([sampleAt(start, { outcome: 'unsent', ...left(0) })])
  assert.deepEqual([isOver(alone, start + 309_999), isOver(alone, start + 310_000)], [false, true])
})

test('statistics are over once all of them have left the window and nothing cools down', () => {
  const stats = folded([sampleAt(start)])
  assert.equal(isOver(stats, start + 309_999), false)
  assert.equal(isOver(stats, start + 310_000), true)
  assert.equal(isOver({ ...stats, coolDownUntil: start + 400_000 }, start + 310_000), false)
})
