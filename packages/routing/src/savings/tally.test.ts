import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Decision } from '@waybill/schemas/generated/decision'
import { catalogue } from '../catalogue/catalogue.ts'
import { givenCost, givenDecision, partsOf, target } from './given.ts'
import { dimensions, Ledger } from './ledger.ts'
import { Tally } from './tally.ts'

const duplicateNames = ['redelivered', 'joined', 'replayed', 'failedAgain'] as const

test('a duplicate is worth what the answer cost that it was given, once for each', () => {
  const [tally, ledger] = [new Tally(), new Ledger(catalogue)]
  for (const kind of ['routed', 'joined', 'joined', 'replayed'] as const) tally.add(givenDecision({ kind }))
  tally.add(givenDecision({ kind: 'replayed', claim: 'requests/0/404' }))
  ledger.book(givenCost(), tally.take('requests/0/1'))
  tally.settle()
  assert.deepEqual([ledger.total.parts.joined.picoUsd, ledger.total.parts.replayed.picoUsd], [2_000n, 1_000n])
  assert.deepEqual([ledger.total.duplicates, tally.unpriced], [3, 1])
})

test('what was chosen to learn moves its extra cost from routing to exploration', () => {
  const candidate = {
    eligible: true,
    rank: 1,
    rule: 'cost',
    detail: null,
    p95Ms: null,
    latencySource: null,
    samples: 0,
    sampleAgeMs: null,
  }
  const seen = (name: string, expectedPicoUsd: number): Decision['candidates'][number] => ({
    ...candidate,
    target: name,
    expectedPicoUsd,
    ceilingPicoUsd: null,
  })
  const explored = givenDecision({ explored: true, candidates: [seen(target.id, 900), seen('other', 500)] })
  const ledger = new Ledger(catalogue)
  ledger.book(givenCost())
  ledger.explore(explored, new Tally().add(explored) ?? 0)
  assert.deepEqual([ledger.total.parts.exploration.picoUsd, ledger.total.parts.routing.picoUsd], [-400n, 4_400n])
  assert.equal(partsOf(ledger.total), ledger.total.savedAtMost)
})

test('duplicates are told apart in four kinds, in every group', () => {
  const [tally, ledger] = [new Tally(), new Ledger(catalogue)]
  for (const kind of ['redelivered', 'joined', 'joined', 'replayed', 'replayed', 'replayed'] as const)
    tally.add(givenDecision({ kind }))
  for (let time = 0; time < 4; time++) tally.add(givenDecision({ kind: 'failedAgain', claim: 'requests/0/2' }))
  ledger.book(givenCost(), tally.take('requests/0/1'))
  ledger.book(givenCost({ claim: 'requests/0/2', failure: 'timeout', baselinePicoUsd: null }))
  tally.settle()
  for (const account of [ledger.total, ...dimensions.flatMap((dimension) => [...ledger.by[dimension].values()])]) {
    const parts = duplicateNames.map((name) => account.parts[name].picoUsd)
    assert.deepEqual([...parts, account.parts.failed.picoUsd], [1_000n, 2_000n, 3_000n, 0n, -1_000n])
  }
  assert.deepEqual([tally.kinds.get('failedAgain'), tally.unpriced], [4, 4])
})

test('reasons of default routes and rejections are counted', () => {
  const tally = new Tally()
  tally.add(givenDecision({ route: 'default', overran: true }))
  tally.add(givenDecision({ kind: 'rejected', reason: 'cost_ceiling' }))
  assert.deepEqual([...tally.defaultRoutes], [['overran the budget, class chat', 1]])
  assert.deepEqual([...tally.rejections], [['cost_ceiling', 1]])
})
