import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import type { LatencySample } from './stats.ts'
import { emptyStats, record } from './stats.ts'

const start = 1_800_000_000_000
const cell = { target: 'openai/gpt-5.4', sizeClass: 'short', shard: 0 } as const

const failure = (
  endedAt: number,
  scope: 'key' | 'model' | 'provider',
  retryAfterMs: number | null = null,
): LatencySample => ({
  ...cell,
  endedAt,
  appendedAt: endedAt,
  totalMs: 10,
  callMs: 10,
  outcome: retryAfterMs === null ? 'failed' : 'rateLimited',
  headroom: null,
  limitMs: 30_000,
  coolDown: { scope, retryAfterMs },
})
const answer = (endedAt: number): LatencySample => ({ ...failure(endedAt, 'model'), outcome: 'ok', coolDown: null })
const coolDownOf = (samples: readonly LatencySample[]): readonly [number | null, string | null] => {
  const { coolDownUntil, coolDownScope }: LatencyStats = samples.reduce(record, emptyStats(cell))
  return [coolDownUntil === null ? null : coolDownUntil - start, coolDownScope]
}

test('a vendor that asks for a pause gets it, from one second to two minutes', () => {
  assert.deepEqual(coolDownOf([failure(start, 'model', 48_900)]), [48_900, 'model'])
  assert.deepEqual(coolDownOf([failure(start, 'model', 0)]), [1_000, 'model'])
  assert.deepEqual(coolDownOf([failure(start, 'model', 86_400_000)]), [120_000, 'model'])
})

test('without a word from the vendor, a model rests five seconds, a provider ten and a key a minute', () => {
  assert.deepEqual(coolDownOf([failure(start, 'model')]), [5_000, 'model'])
  assert.deepEqual(coolDownOf([failure(start, 'provider')]), [10_000, 'provider'])
  assert.deepEqual(coolDownOf([failure(start, 'key')]), [60_000, 'key'])
})

test('one odd answer of a busy and healthy model stops nothing, a fifth of them does', () => {
  const healthy = Array.from({ length: 20 }, (_, at) => answer(start + at))
  assert.deepEqual(coolDownOf([...healthy, failure(start + 20, 'model')]), [null, null])
  const failing = Array.from({ length: 5 }, (_, at) => failure(start + 20 + at, 'model'))
  assert.deepEqual(coolDownOf([...healthy, ...failing]), [5_024, 'model'])
})

test('a healthy model rests where the vendor says for how long, and where it refuses for its limit', () => {
  const healthy = Array.from({ length: 20 }, (_, at) => answer(start + at))
  assert.deepEqual(coolDownOf([...healthy, failure(start + 20, 'model', 7_000)]), [7_020, 'model'])
  const overloaded: LatencySample = { ...failure(start + 20, 'model', 7_000), outcome: 'failed' }
  assert.deepEqual(coolDownOf([...healthy, overloaded]), [7_020, 'model'])
  const silent: LatencySample = { ...failure(start + 20, 'model'), outcome: 'rateLimited' }
  assert.deepEqual(coolDownOf([...healthy, silent]), [5_020, 'model'])
})

test('what came more than twenty seconds ago speaks neither for a model nor against it', () => {
  const healthy = Array.from({ length: 20 }, (_, at) => answer(start + at))
  assert.deepEqual(coolDownOf([...healthy, failure(start + 40_000, 'model')]), [45_000, 'model'])
  const failing = Array.from({ length: 20 }, (_, at) => failure(start + at, 'provider'))
  const well = Array.from({ length: 20 }, (_, at) => answer(start + 40_000 + at))
  assert.deepEqual(coolDownOf([...failing, ...well, failure(start + 40_020, 'model')]), [10_019, 'provider'])
})

test('the longer an outage lasts, the rarer it is probed', () => {
  const outage = [0, 20_000, 60_000].map((at) => failure(start + at, 'provider'))
  assert.deepEqual(coolDownOf(outage), [60_000 + 30_000, 'provider'])
})

test('an earlier end never replaces a later one', () => {
  assert.deepEqual(coolDownOf([failure(start, 'model', 60_000), failure(start + 1, 'model', 2_000)]), [60_000, 'model'])
})

test('a time-out asks for no rest', () => {
  assert.deepEqual(coolDownOf([{ ...answer(start), outcome: 'timedOut' }]), [null, null])
})
