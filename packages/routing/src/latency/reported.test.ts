import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue } from '../catalogue/catalogue.ts'
import { nothingLearned } from '../estimate/learned.ts'
import { callsKey, longerOf } from './reported.ts'
import { emptyStats } from './stats.ts'
import type { LatencyTable } from './table.ts'
import { emptyTable, foldStats, snapshotAt } from './table.ts'
import type { UnderWayMs } from './under-way.ts'

const start = 1_800_000_000_000
const target = 'openai/gpt-6-luna'

/** What the worker of a partition tells at a moment: calls, and the ages of those that are old. */
function tell(table: LatencyTable, shard: number, sizeClass: string, calls: number, ages: readonly number[]): void {
  const place = { target, sizeClass, shard }
  const since = ages.map((age) => start - age)
  foldStats(table, callsKey(place), { ...emptyStats(place), updatedAt: start, underWay: { at: start, calls, since } })
}
const seenAt = (table: LatencyTable, ms: number, own: UnderWayMs = {}): UnderWayMs | undefined =>
  snapshotAt(table, start + ms, catalogue, nothingLearned, new Map([[target, own]])).targets.get(target)?.underWayMs

test('a call that hangs at one worker is seen by every router, and grows older while nothing is told', () => {
  const table = emptyTable()
  tell(table, 0, 'short', 1, [9_000])
  const seen = seenAt(table, 500)
  assert.deepEqual(seen, { short: 9_500, medium: 9_500, long: 9_500, huge: 9_500 })
})

test('one in twenty counts over all workers together: one that hangs beside many that do not is no stall', () => {
  const table = emptyTable()
  tell(table, 0, 'tiny', 1, [9_000])
  tell(table, 1, 'tiny', 30, [])
  assert.deepEqual(seenAt(table, 0), {})
  tell(table, 2, 'tiny', 2, [8_000, 7_000])
  assert.equal(seenAt(table, 0)?.tiny, 8_000)
  tell(table, 2, 'tiny', 3, [12_000, 11_000, 10_000])
  assert.equal(seenAt(table, 0)?.tiny, 11_000, 'whichever worker tells of the older ones')
})

test('what a worker has taken back, or not told again for seconds, is over', () => {
  const table = emptyTable()
  tell(table, 0, 'tiny', 1, [9_000])
  assert.equal(seenAt(table, 5_000)?.tiny, 14_000)
  assert.deepEqual(seenAt(table, 5_001), {})
  tell(table, 1, 'tiny', 1, [3_000])
  foldStats(table, callsKey({ target, sizeClass: 'tiny', shard: 1 }), null)
  foldStats(table, callsKey({ target, sizeClass: 'tiny', shard: 0 }), null)
  assert.deepEqual([seenAt(table, 0), table.calls.size], [{}, 0])
})

test('calls under way are no samples, and take nothing from what was measured', () => {
  const table = emptyTable()
  tell(table, 0, 'tiny', 1, [9_000])
  const found = snapshotAt(table, start, catalogue, nothingLearned).targets.get(target)
  assert.deepEqual([found?.all, found?.attempts, found?.sizes], [null, 0, {}])
})

test('what a router knows of its own dispatches counts beside it, whichever is longer', () => {
  assert.deepEqual(longerOf({ tiny: 5, short: 9 }, { short: 7, huge: 3 }), { tiny: 5, short: 9, huge: 3 })
  const table = emptyTable()
  tell(table, 0, 'huge', 1, [2_000])
  assert.deepEqual(seenAt(table, 0, { huge: 4_000 }), { huge: 4_000 })
})
