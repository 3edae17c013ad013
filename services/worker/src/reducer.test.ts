import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import type { WorkerState } from '@waybill/schemas/generated/worker-state'
import type { Arrival, Output, StageEvent, Step, View } from '@waybill/runtime/task/stage'
import { answered, dispatch, marked } from './given.ts'
import { markerKey, mostDispatchBytes, orphanAfterMs, workerReducer } from './reducer.ts'
import type { AttemptOutcome, Effect, MarkedAttempt, Prepared } from './reducer/prepared.ts'

const reducer = workerReducer('openai', protocolDefaults)
const attempt = 'requests/0/7.1'

/** Of an attempt whose order has its deadline at 60 s: rounded up, so that many notes go together. */
const note: WorkerState = { positions: null, marker: null, settledUntil: 70_000 }

const viewOf = (...markers: readonly MarkedAttempt[]): View<WorkerState> => {
  const entries = new Map(
    markers.map(
      ({ attempt: name, marker }) => [markerKey(name), { positions: null, marker, settledUntil: null }] as const,
    ),
  )
  return { get: (key) => entries.get(key), under: () => [], open: () => entries }
}

const arrival = (given: Partial<Arrival> = {}): Arrival => ({
  topic: 'provider.openai.requests',
  partition: 0,
  offset: 3,
  key: 'abc',
  timestamp: 0,
  headers: {},
  bytes: Buffer.from('dispatch'),
  ...given,
})

type Event = StageEvent<Prepared, AttemptOutcome>
const ordered = (given: Parameters<typeof dispatch>[0] = {}, bytes = 8): Event => ({
  kind: 'record',
  arrival: arrival({ bytes: Buffer.alloc(bytes) }),
  value: { type: 'dispatch', dispatch: dispatch(given) },
})
const late = (outcome: AttemptOutcome['outcome'] | null): Event => ({
  kind: 'record',
  arrival: arrival({ topic: 'provider.openai.late' }),
  value: { type: 'late', late: { attempt, outcome } },
})

const step = (view: View<WorkerState>, event: Event, now = 1_000): Step<WorkerState, Effect> =>
  reducer.step(view, event, { now, partition: 0, processId: 'me', tables: null })

/** What a result says, without the dispatch that it carries. */
function said({ outputs = [] }: Step<WorkerState, Effect>): readonly unknown[] {
  return outputs.map(({ topic, key, value, headers }: Output) => {
    const { outcome, dispatch: order, worker }: Record<string, Record<string, unknown>> = Object.assign({}, value)
    return [topic.name, key, order?.['claim'], outcome?.['kind'], outcome?.['failure'], worker, headers]
  })
}
const headers = {
  claim: 'requests/0/7',
  attempt: '1',
  k: '0',
  owner: 'order-1',
  tenant: 'acme',
  id: 'order-1',
  hash: 'abc',
}
const result = (kind: string, failure: string | null, by = 'me', rest = {}): readonly unknown[] => [
  'provider.results',
  'abc',
  'requests/0/7',
  kind,
  failure,
  by,
  { ...headers, ...rest },
]

test('dispatch in time: T1, then the call', () => {
  const { changes, outputs, effects } = step(viewOf(), ordered())
  const { marker } = marked()
  assert.deepEqual(changes, [[markerKey(attempt), { positions: null, marker, settledUntil: null }]])
  assert.deepEqual(outputs, undefined)
  assert.deepEqual(effects, [{ kind: 'call', marked: { attempt, marker }, offset: 3 }])
})

const endBy = (deadline: number): unknown => step(viewOf(), ordered({ deadline })).changes?.[0]?.[1]?.marker?.endBy

test('a call ends by the deadline, and after ten minutes at the latest', () => {
  assert.deepEqual([endBy(30_000), endBy(3_600_000)], [30_000, 601_000])
})

for (const [name, event, now, kind, failure] of [
  ['whose limits have passed', ordered(), 60_000, 'limits', 'deadline'],
  ['that found no permit in time', ordered(), 5_001, 'notSent', 'no_permit'],
  ['too large to carry an answer', ordered({}, mostDispatchBytes + 1), 1_000, 'notSent', 'too_large'],
] as const)
  test(`dispatch ${name}: a result, and no call`, () => {
    const done = step(viewOf(), event, now)
    assert.deepEqual(said(done), [result(kind, failure)])
    assert.deepEqual(done.changes, [[markerKey(attempt), note]])
    assert.deepEqual(done.effects, [{ kind: 'passed', offset: 3 }])
  })

test('a dispatch whose attempt has a marker is not announced again', () => {
  assert.deepEqual(step(viewOf(marked()), ordered()), { effects: [{ kind: 'passed', offset: 3 }] })
})

test('outcome with a marker: T2, then the entry may go', () => {
  const done = step(viewOf(marked()), { kind: 'outcome', outcome: { attempt, outcome: answered } })
  assert.deepEqual(said(done), [result('ok', null)])
  assert.deepEqual(done.changes, [[markerKey(attempt), note]])
  assert.deepEqual(done.effects, [{ kind: 'settled', attempt }])
})

test('outcome without a marker: nothing but the end of its entry', () => {
  const done = step(viewOf(), { kind: 'outcome', outcome: { attempt, outcome: answered } })
  assert.deepEqual(done, { effects: [{ kind: 'settled', attempt }] })
})

test('late outcome with a marker: T2, in the name of the process that made the call', () => {
  const done = step(viewOf(marked({ by: 'another' })), late(answered))
  assert.deepEqual(said(done), [result('ok', null, 'another')])
  assert.deepEqual(done.changes, [[markerKey(attempt), note]])
})

test('late outcome without a marker: it was settled, so the answer is lost and counted', () => {
  assert.deepEqual(step(viewOf(), late(answered)), { effects: [{ kind: 'answerLost', attempt }] })
})

test('late held: the marker knows that its process lives', () => {
  const { marker } = marked({ held: true })
  assert.deepEqual(step(viewOf(marked()), late(null)), {
    changes: [[markerKey(attempt), { positions: null, marker, settledUntil: null }]],
  })
  assert.deepEqual(step(viewOf(), late(null)), {})
})

test('takeover: what has a marker, and what this process has announced', () => {
  const own = marked()
  const foreign = marked({ by: 'another', dispatch: dispatch({ attempt: 2 }) })
  const { effects } = step(viewOf(own, foreign), { kind: 'takenOver' })
  assert.deepEqual(effects, [{ kind: 'adopt', marked: new Set([attempt, 'requests/0/7.2']), own: [own] }])
})

test('when a marker wants a timer', () => {
  const due = (given: Parameters<typeof marked>[0]): number | null | undefined =>
    reducer.due?.(
      markerKey(attempt),
      { positions: null, settledUntil: null, ...marked(given) },
      { caughtUpAt: 100, processId: 'me' },
    )
  // Its own it ends itself, long before.
  assert.equal(due({}), 60_000 + protocolDefaults.graceMs + orphanAfterMs)
  assert.equal(due({ by: 'another' }), 100 + orphanAfterMs)
  assert.equal(due({ by: 'another', held: true }), 60_000 + protocolDefaults.graceMs)
  assert.equal(
    reducer.due?.(
      'positions',
      { positions: null, marker: null, settledUntil: null },
      { caughtUpAt: 0, processId: 'me' },
    ),
    null,
  )
})

test('timer: an orphan', () => {
  const done = step(viewOf(marked({ by: 'another' })), { kind: 'timer', key: markerKey(attempt) })
  assert.deepEqual(said(done), [result('orphan', null, 'another')])
  assert.deepEqual(done.changes, [[markerKey(attempt), note]])
})

test('an order that comes again, as only a person can make it, gets nothing: until no clock takes it for one in time', () => {
  const settled: View<WorkerState> = { get: () => note, under: () => [], open: () => [] }
  assert.deepEqual(step(settled, ordered()), { effects: [{ kind: 'passed', offset: 3 }] })
  assert.deepEqual(step(settled, late(answered)), { effects: [{ kind: 'answerLost', attempt }] })
  assert.equal(reducer.due?.(markerKey(attempt), note, { caughtUpAt: 0, processId: 'me' }), 70_000)
  assert.deepEqual(step(settled, { kind: 'timer', key: markerKey(attempt) }).changes, [[markerKey(attempt), null]])
  const afterwards = step(viewOf(marked()), { kind: 'outcome', outcome: { attempt, outcome: answered } }, 70_000)
  assert.deepEqual(afterwards.changes, [[markerKey(attempt), null]])
})

const unreadable = (given: Partial<Arrival>, reason = 'malformed', value: Prepared | null = null): Event => ({
  kind: 'unreadable',
  arrival: arrival(given),
  reason,
  detail: '',
  value,
})

test('unreadable dispatch: its headers end its chain', () => {
  const done = step(viewOf(), unreadable({ headers: { ...headers, attempt: '2' } }))
  assert.deepEqual(said(done), [result('notSent', 'unreadable_dispatch', 'me', { attempt: '2' })])
  assert.deepEqual(done.effects, [{ kind: 'passed', offset: 3 }])
})

test('unreadable dispatch without headers: nobody can say whose it was', () => {
  assert.deepEqual(step(viewOf(), unreadable({})), { effects: [{ kind: 'passed', offset: 3 }] })
})

test('a dispatch too large to be announced ends as itself', () => {
  const value = { type: 'dispatch', dispatch: dispatch() } as const
  assert.deepEqual(said(step(viewOf(), unreadable({}, 'too_large', value))), [result('notSent', 'too_large')])
})

test('unreadable late record: a dead letter only', () => {
  assert.deepEqual(step(viewOf(), unreadable({ topic: 'provider.openai.late', headers })), {})
})
