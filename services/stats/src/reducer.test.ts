import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LatencySample } from '@waybill/routing/latency/stats'
import { emptyStats, record } from '@waybill/routing/latency/stats'
import { sampleOf } from '@waybill/routing/latency/sample'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import type { Outcome } from '@waybill/schemas/generated/outcome'
import type { Result } from '@waybill/schemas/generated/result'
import type { StatsState } from '@waybill/schemas/generated/stats-state'
import type { Output, StageEvent } from '@waybill/runtime/task/stage'
import { storeUnderTest } from '@waybill/runtime/task/store-under-test'
import { result, start } from './given.ts'
import { statsReducer } from './reducer.ts'

const reducer = statsReducer(protocolDefaults)
const key = 'openai/gpt-5.4-mini/short/2'

/** The reducer over a store, as the task runs it, timers by hand. */
class Table {
  readonly store = storeUnderTest<StatsState>(reducer)
  readonly outputs: Output[] = []
  now = start

  step(event: StageEvent<Result, never>): void {
    const context = { now: this.now, partition: 2, processId: 'me', tables: null }
    const { changes = [], outputs = [] } = reducer.step(this.store, event, context)
    for (const [name, state] of changes) this.store.set(name, state)
    this.outputs.push(...outputs)
  }

  takes(value: Result): void {
    const arrival = {
      topic: 'provider.results',
      partition: 2,
      offset: 0,
      key: 'abc',
      timestamp: value.outcome.endedAt + 1,
      headers: {},
      bytes: null,
    }
    this.step({ kind: 'record', arrival, value })
  }

  /** Fires what is due until then. */
  until(now: number): void {
    this.now = now
    const due: string[] = []
    for (const [name, state] of this.store.entries())
      if ((reducer.due?.(name, state, { caughtUpAt: start, processId: 'me' }) ?? Infinity) <= now) due.push(name)
    for (const name of due) this.step({ kind: 'timer', key: name })
  }

  stats(): LatencyStats | null {
    return this.store.get(key)?.stats ?? null
  }
}

const after = (ms: number, change: Partial<Outcome> = {}): Result => result({ endedAt: start + ms, ...change })
const failure = { kind: 'unbilled', failure: 'rate_limited', status: 429, body: null } as const

test('given a first result, its statistics are published at once', () => {
  const table = new Table()
  table.takes(after(0))
  assert.deepEqual(table.outputs, [{ topic: table.outputs[0]?.topic, key, value: table.stats() }])
  assert.equal(table.outputs[0]?.topic.name, 'latency-stats')
  assert.equal(table.stats()?.slices[0]?.samples, 1)
})

test('given many results in a second, the key is published once a second, and the newest always is', () => {
  const table = new Table()
  for (let at = 0; at < 3_000; at += 100) {
    table.until(start + at)
    table.takes(after(at))
  }
  assert.equal(table.outputs.length, 3)
  table.until(start + 3_000)
  assert.equal(table.outputs.length, 4)
  assert.deepEqual(table.outputs.at(-1)?.value, table.stats())
  table.until(start + 4_000)
  table.until(start + 5_000)
  assert.equal(table.outputs.length, 4)
  assert.deepEqual(
    [...table.store.entries()].map(([name]) => name),
    [key],
  )
})

test('what is folded is what the latency functions make of the same samples, cool-down included', () => {
  const table = new Table()
  const given = [
    after(0),
    after(40),
    after(25_000),
    after(24_000, { ...failure, coolDown: 'model', retryAfterMs: 7_000 }),
  ]
  for (const each of given) table.takes(each)
  const samples = given
    .map((each) => sampleOf(each, { partition: 2, appendedAt: each.outcome.endedAt + 1 }, protocolDefaults))
    .filter((sample): sample is LatencySample => sample !== null)
  const cell = { target: 'openai/gpt-5.4-mini', sizeClass: 'short', shard: 2 } as const
  assert.deepEqual(table.stats(), samples.reduce(record, emptyStats(cell)))
  assert.equal(table.stats()?.coolDownUntil, start + 24_000 + 7_000)
})

test('given a restart, the restored table goes on bit for bit', () => {
  const [whole, first] = [new Table(), new Table()]
  for (const at of [0, 300, 700]) for (const table of [whole, first]) table.takes(after(at))
  const second = new Table()
  for (const [name, state] of first.store.entries()) second.store.restore(name, state)
  for (const table of [whole, second]) {
    table.until(start + 1_000)
    table.takes(after(1_100))
    table.until(start + 2_000)
  }
  assert.deepEqual(new Map(second.store.entries()), new Map(whole.store.entries()))
  assert.deepEqual([...first.outputs, ...second.outputs], whole.outputs)
})

test('given calls that were not made, or whose end nobody saw, nothing changes', () => {
  const table = new Table()
  for (const kind of ['notSent', 'limits', 'orphan', 'other'] as const) table.takes(after(0, { kind, body: null }))
  assert.deepEqual([table.store.size, table.outputs.length], [0, 0])
})

test('given a result from before the window, nothing changes and nothing is published', () => {
  const table = new Table()
  table.takes(after(400_000))
  const [before, published] = [table.stats(), table.outputs.length]
  table.until(start + 402_000)
  table.takes(after(0))
  assert.deepEqual([table.stats(), table.outputs.length], [before, published])
})

test('given a dispatch that found no call slot, that none is left is published at once, and forgotten in the end', () => {
  const table = new Table()
  const headroom = { share: 0, fullInMs: 5_000 }
  table.takes(after(0, { kind: 'notSent', failure: 'no_permit', body: null, headroom }))
  const stats = table.stats()
  assert.deepEqual([stats?.headroom, stats?.headroomAt, stats?.slices], [headroom, start, []])
  assert.deepEqual(table.outputs.at(-1)?.value, stats)
  table.until(start + 300_000)
  assert.notEqual(table.stats(), null)
  table.until(start + 360_000)
  assert.equal(table.store.size, 0)
})

test('given slices older than the window, they are dropped; given silence, the key is, with a tombstone', () => {
  const table = new Table()
  table.takes(after(0))
  table.takes(after(400_000))
  assert.equal(table.stats()?.slices.length, 1)
  table.until(start + 400_000)
  table.until(start + 500_000)
  assert.notEqual(table.stats(), null)
  table.until(start + 900_000)
  assert.equal(table.store.size, 0)
  assert.deepEqual(table.outputs.at(-1), { topic: table.outputs[0]?.topic, key, value: null })
})
