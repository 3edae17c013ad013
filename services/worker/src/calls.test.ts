import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LateOutcome } from '@waybill/schemas/generated/late-outcome'
import type { Outcome } from '@waybill/schemas/generated/outcome'
import { Calls } from './calls.ts'
import { answered, dispatch, marked } from './given.ts'
import { Permits } from './permits.ts'
import type { AttemptOutcome } from './reducer/prepared.ts'

const settings = { sendByMs: 10_000, settledCallMs: 3_600_000 }

const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** A process whose calls end, and whose late records are stored, when the test says so. */
class Bench {
  readonly clock = { wall: 1_000, monotonic: 0 }
  owns = true
  /** Attempts that were sent. */
  readonly sent: string[] = []
  readonly reported: AttemptOutcome[] = []
  readonly late: LateOutcome[] = []
  readonly permits = new Permits(2, () => undefined)
  readonly #ends: ((outcome: Outcome) => void)[] = []
  readonly #stores: (() => void)[] = []

  readonly calls = new Calls({
    clock: {
      real: false,
      now: () => this.clock.wall,
      monotonic: () => this.clock.monotonic,
      schedule: () => () => undefined,
    },
    settings,
    permits: this.permits,
    report: (_, outcome) => {
      if (this.owns) this.reported.push(outcome)
      return this.owns
    },
    make: (_, { attempt: name }) => {
      this.sent.push(name)
      return new Promise((resolve) => void this.#ends.push(resolve))
    },
    publish: (_, __, record) => {
      this.late.push(record)
      return new Promise((resolve) => void this.#stores.push(resolve))
    },
  })

  /** The oldest call ends. */
  readonly end = async (outcome: Outcome = answered): Promise<void> => {
    this.#ends.shift()?.(outcome)
    await settle()
  }
  /** The oldest record for the late topic is stored. */
  readonly stored = async (): Promise<void> => {
    this.#stores.shift()?.()
    await settle()
  }
}

const bench = (): Bench => new Bench()

const one = marked()
const { attempt } = one
const kinds = (outcomes: readonly AttemptOutcome[]): readonly unknown[] =>
  outcomes.map(({ outcome: { kind, failure } }) => [kind, failure])

test('an announced call is sent at once, its outcome goes to the task, and the entry goes with T2', async () => {
  const { calls, sent, reported, end } = bench()
  calls.start(0, one, 0)
  assert.deepEqual(sent, [attempt])
  await end()
  assert.deepEqual(reported, [{ attempt, outcome: answered }])
  assert.equal(calls.size, 1)
  calls.settled(attempt)
  assert.equal(calls.size, 0)
})

test('a call that starts too late, by either clock, is not sent', () => {
  for (const late of [
    { wall: 11_001, monotonic: 0 },
    { wall: 1_000, monotonic: 10_001 },
    { wall: 60_000, monotonic: 0 },
  ]) {
    const { calls, sent, reported, clock, permits } = bench()
    Object.assign(clock, late)
    permits.reserve(0, 3, 0)
    permits.take(0, 3)
    calls.start(0, one, 0)
    assert.deepEqual([sent, kinds(reported), permits.inUse], [[], [['notSent', 'send_by']], 0])
  }
})

test('partition lost: held for what runs, then its outcome, in this order; the entry stays', async () => {
  const run = bench()
  run.calls.start(0, one, 0)
  run.owns = false
  run.calls.lost(0)
  await run.end()
  await run.stored()
  await run.stored()
  assert.deepEqual(run.late, [
    { attempt, outcome: null },
    { attempt, outcome: answered },
  ])
  assert.equal(run.calls.size, 1)
})

test('partition lost with an outcome that no transaction took: the outcome goes to late, once', async () => {
  const run = bench()
  run.calls.start(0, one, 0)
  await run.end()
  run.owns = false
  run.calls.lost(0)
  run.calls.lost(0)
  await run.stored()
  assert.deepEqual(run.late, [{ attempt, outcome: answered }])
})

test('only calls of the lost partition are published', async () => {
  const run = bench()
  run.calls.start(1, one, 0)
  run.calls.lost(0)
  await run.end()
  assert.deepEqual(run.late, [])
})

test('takeover: what runs goes on, and is never sent again', async () => {
  const { calls, sent, reported, end } = bench()
  calls.start(0, one, 0)
  calls.adopt(0, new Set([attempt]), [one])
  await end()
  assert.deepEqual(sent, [attempt])
  assert.equal(reported.length, 1)
  calls.start(0, one, 0)
  assert.deepEqual(sent, [attempt])
})

test('takeover: an outcome whose transaction failed is handed to the new incarnation', async () => {
  const { calls, reported, end } = bench()
  calls.start(0, one, 0)
  await end()
  calls.adopt(0, new Set([attempt]), [one])
  assert.deepEqual(kinds(reported), [
    ['ok', null],
    ['ok', null],
  ])
})

test('takeover: an outcome that the late topic holds is left to it', async () => {
  const run = bench()
  run.calls.start(0, one, 0)
  run.owns = false
  await run.end()
  await run.stored()
  run.owns = true
  run.calls.adopt(0, new Set([attempt]), [one])
  assert.deepEqual([run.sent, run.reported, run.late.length], [[attempt], [], 1])
  run.calls.settled(attempt)
  assert.equal(run.calls.size, 0)
})

test('takeover: a marker of ours without an entry was never sent, so it is sent now', () => {
  const { calls, sent, clock } = bench()
  Object.assign(clock, { wall: 30_000, monotonic: 29_000 })
  calls.adopt(0, new Set([attempt]), [one])
  assert.deepEqual(sent, [attempt])
})

test('takeover: a marker of ours older than an hour, whose entry may have gone, is an orphan', () => {
  const { calls, sent, reported, clock } = bench()
  clock.wall = 1_000 + settings.settledCallMs + 1
  calls.adopt(0, new Set([attempt]), [one])
  assert.deepEqual([sent, kinds(reported)], [[], [['orphan', null]]])
})

test('takeover: an entry without a marker goes, and its outcome goes nowhere', async () => {
  const { calls, reported, late, end } = bench()
  calls.start(0, one, 0)
  calls.adopt(0, new Set(), [])
  assert.equal(calls.size, 0)
  await end()
  assert.deepEqual([reported, late], [[], []])
})

test('an entry that the late topic holds is kept for an hour', async () => {
  const run = bench()
  run.calls.start(0, one, 0)
  run.owns = false
  await run.end()
  await run.stored()
  run.clock.monotonic = settings.settledCallMs - 1
  run.calls.adopt(1, new Set(), [])
  assert.equal(run.calls.size, 1)
  run.clock.monotonic = settings.settledCallMs
  run.calls.adopt(1, new Set(), [])
  assert.equal(run.calls.size, 0)
})

test('stopping: what was announced is not sent any more, and the end waits for calls and for late', async () => {
  const run = bench()
  run.calls.start(0, one, 0)
  run.calls.stopping()
  run.owns = false
  run.calls.start(0, marked({ dispatch: dispatch({ attempt: 2 }) }), 0)
  run.calls.lost(0)
  let finished = false
  const end = run.calls.finish().then(() => (finished = true))
  await run.end()
  await run.stored()
  await run.stored()
  assert.equal(finished, false)
  await run.stored()
  await end
  assert.deepEqual(run.sent, [attempt])
  assert.deepEqual(
    run.late.map((late) => [late.attempt, late.outcome?.kind]),
    [
      ['requests/0/7.2', 'notSent'],
      [attempt, undefined],
      [attempt, 'ok'],
    ],
  )
})
