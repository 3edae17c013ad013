import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Decision } from '@waybill/schemas/generated/decision'
import { decide } from '../decide.ts'
import type { Given } from '../given.ts'
import { given, hashes, now } from '../given.ts'
import { Backtest } from './backtest.ts'
import { redecide } from './redecide.ts'

const targets: Given['targets'] = [
  { id: 'one/cheap', usd: 1, p95Ms: 900 },
  { id: 'two/middle', usd: 3, p95Ms: 500 },
  { id: 'three/dear', usd: 9, p95Ms: 300 },
]
const ids = targets.map(({ id }) => id)

/** A decision as the router would publish it. */
function logged(world: Given, rest: Partial<Decision> = {}, at = 0): Decision {
  const input = given(world)
  const outcome = decide({ ...input, hash: hashes(at + 1)[at] ?? '' })
  return {
    ...outcome,
    kind: outcome.kind,
    claim: `requests/0/${at}`,
    request: `requests/0/${at}`,
    tenant: 'acme',
    id: `${at}`,
    hash: 'h',
    reason: outcome.kind === 'rejected' ? outcome.reason : null,
    at: now,
    appendedAt: now,
    route: outcome.kind === 'rejected' ? null : outcome.route,
    target: outcome.kind === 'rejected' ? null : outcome.target.id,
    wouldChoose: null,
    explored: false,
    k: 0,
    requestBytes: 300,
    deadline: input.deadline,
    costCeilingMicroUsd: null,
    overSoftLimit: null,
    account: null,
    regions: [],
    serviceTier: null,
    ...rest,
  }
}

test('the policy that made a decision makes it again', () => {
  for (const p95Ms of [100, 40_000]) {
    const world = { targets: targets.map((each, at) => (at === 0 ? { ...each, p95Ms } : each)) }
    const { policy, catalogue } = given(world)
    const decision = logged(world)
    const again = redecide(decision, policy, catalogue)
    assert.deepEqual([again.target, again.isAssumed], [decision.target, false])
  }
})

test('it makes it again whatever the statistics were: what put a target back is in the record', () => {
  const stats = fc.record({
    headroom: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    coolDownUntil: fc.option(fc.integer({ min: now - 20_000, max: now + 20_000 })),
    errors: fc.constantFrom(0, 60),
  })
  const sketch = fc.record({
    usd: fc.integer({ min: 1, max: 9 }),
    p95Ms: fc.option(fc.integer({ min: 1, max: 60_000 })),
    stats,
  })
  fc.assert(
    fc.property(fc.array(sketch, { minLength: 1, maxLength: 6 }), fc.nat(63), (drawn, at) => {
      const world = { targets: drawn.map((each, index) => ({ id: `of/${index}`, ...each })) }
      const { policy, catalogue } = given(world)
      const decision = logged(world, {}, at)
      assert.equal(redecide(decision, policy, catalogue).target, decision.target)
    }),
  )
})

test('a target that ran out of capacity then is not taken for one that was only dearer', () => {
  const [cheap, ...others] = targets
  const world = { targets: [{ ...cheap, id: 'one/cheap', stats: { headroom: 0 } }, ...others] }
  const { catalogue } = given(world)
  const decision = logged(world)
  const beside = given({ targets: [...world.targets, { id: 'new/one', usd: 2 }] })
  assert.equal(redecide(decision, beside.policy, beside.catalogue).target, 'new/one')
  assert.equal(redecide(decision, cheaper, catalogue).target, 'one/cheap', 'where there is nothing else')
})

test('what the log never looked at is assumed, and what it put out stays out', () => {
  const { catalogue } = given({ targets })
  const one = given({ targets, policy: { tiers: new Map([['tier', ['three/dear']]]) } }).policy
  const decision = logged({ targets, policy: { tiers: new Map([['tier', ['one/cheap']]]) } })
  assert.deepEqual(redecide(decision, one, catalogue).isAssumed, true)
  const out = { ...decision, candidates: decision.candidates.map((each) => ({ ...each, eligible: false })) }
  assert.equal(redecide(out, given({ targets: targets.slice(0, 1) }).policy, catalogue).target, null)
})

const cheaper = given({ targets, policy: { tiers: new Map([['tier', ['one/cheap']]]) } }).policy
const dear = { targets, policy: { tiers: new Map([['tier', ['three/dear', 'one/cheap']]]) } }

function run(count: number, outcomes: number): ReturnType<Backtest['result']> {
  const backtest = new Backtest(cheaper, given({ targets }).catalogue)
  const decision = logged(dear)
  for (let at = 0; at < count; at++) backtest.decision({ ...decision, claim: `c${at}`, target: 'three/dear' })
  for (const target of ids)
    for (let at = 0; at < outcomes; at++)
      backtest.outcome({
        taskClass: decision.taskClass ?? '',
        target,
        costPicoUsd: 100 + (at % 2),
        expectedPicoUsd: 100,
        latencyMs: 200,
        score: target === 'one/cheap' ? 0.5 : 1,
      })
  return backtest.result()
}

test('a cheaper policy costs less, with an interval and its samples', () => {
  const { move, costUsd, latencyMs, quality, leftOut } = run(100, 50)
  assert.deepEqual([move, leftOut], [100, 0])
  assert.ok(costUsd !== null && costUsd.difference.upper < 0 && costUsd.difference.lower < costUsd.difference.mean)
  assert.equal(costUsd.samples, 100)
  assert.equal(latencyMs?.difference.mean, 0)
  assert.equal(quality?.difference.mean, -0.5)
})

test('other targets of the class stand in for the costs of one that is known elsewhere, and for no quality', () => {
  const backtest = new Backtest(cheaper, given({ targets }).catalogue)
  const decision = logged(dear)
  const taskClass = decision.taskClass ?? ''
  for (let at = 0; at < 10; at++) backtest.decision({ ...decision, target: 'three/dear' })
  const known = { expectedPicoUsd: 100, latencyMs: 5, score: 1 }
  for (let at = 0; at < 9; at++) {
    // Answers of this class are a tenth as long as was expected, those of the other class twice as long.
    backtest.outcome({ taskClass, target: 'three/dear', costPicoUsd: 10, ...known })
    backtest.outcome({ taskClass: 'other', target: 'one/cheap', costPicoUsd: 200, ...known })
  }
  const { costUsd, latencyMs, quality } = backtest.result()
  assert.deepEqual([costUsd?.decisions, latencyMs, quality], [10, null, null])
  const { before, after } = costUsd ?? assert.fail()
  assert.equal((after / before).toFixed(2), '0.11')
})

test('where outcomes support nothing that moves, nothing is claimed of what stays either', () => {
  const backtest = new Backtest(cheaper, given({ targets }).catalogue)
  const decision = logged(dear)
  const known = { taskClass: decision.taskClass ?? '', costPicoUsd: 10, expectedPicoUsd: 100, latencyMs: 5, score: 1 }
  for (let at = 0; at < 9; at++) {
    backtest.decision({ ...decision, target: 'one/cheap' })
    backtest.decision({ ...decision, target: 'three/dear' })
    backtest.outcome({ ...known, target: 'one/cheap' })
  }
  const { stay, move, costUsd, latencyMs, latencyLeftOut, leftOut, qualityLeftOut, scores } = backtest.result()
  assert.deepEqual([stay, move, costUsd, latencyMs], [9, 9, null, null])
  assert.deepEqual([leftOut, latencyLeftOut, qualityLeftOut, scores], [18, 18, 18, 9])
})

test('a target without any outcome gets no cost', () => {
  const backtest = new Backtest(cheaper, given({ targets }).catalogue)
  const decision = logged(dear)
  for (let at = 0; at < 10; at++) backtest.decision({ ...decision, target: 'three/dear' })
  const known = { costPicoUsd: 10, expectedPicoUsd: 100, latencyMs: 5, score: 1 }
  for (let at = 0; at < 9; at++)
    backtest.outcome({ taskClass: decision.taskClass ?? '', target: 'three/dear', ...known })
  assert.equal(backtest.result().costUsd, null)
})

test('costs that cannot be teach nothing', () => {
  const backtest = new Backtest(cheaper, given({ targets }).catalogue)
  const decision = logged(dear)
  for (let at = 0; at < 10; at++) backtest.decision({ ...decision, target: 'three/dear' })
  for (const target of ids)
    for (const costPicoUsd of [-5, 1e300, 1.5, -5, -5])
      backtest.outcome({
        taskClass: decision.taskClass ?? '',
        target,
        costPicoUsd,
        expectedPicoUsd: 9,
        latencyMs: null,
        score: null,
      })
  assert.equal(backtest.result().costUsd, null)
})

test('nothing is claimed without outcomes', () => {
  const { costUsd, quality, leftOut, qualityLeftOut } = run(100, 4)
  assert.deepEqual([costUsd, quality, leftOut, qualityLeftOut], [null, null, 100, 100])
})

test('duplicates are not decided, and a rejection may be served', () => {
  const backtest = new Backtest(cheaper, given({ targets }).catalogue)
  const decision = logged(dear)
  backtest.decision({ ...decision, kind: 'joined' })
  backtest.decision({ ...decision, kind: 'rejected', target: null })
  backtest.decision({ ...decision, kind: 'rejected', target: null, reason: 'budget_exceeded' })
  const { notDecided, newlyServed, decisions } = backtest.result()
  assert.deepEqual([decisions, notDecided, newlyServed], [3, 2, 1])
})

test('twenty thousand decisions take less than a second', () => {
  const backtest = new Backtest(cheaper, given({ targets }).catalogue)
  const decision = logged(dear)
  const startedAt = performance.now()
  for (let at = 0; at < 20_000; at++) backtest.decision(decision)
  assert.ok(performance.now() - startedAt < 1_000)
})
