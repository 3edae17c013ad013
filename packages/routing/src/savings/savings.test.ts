import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Decision } from '@waybill/schemas/generated/decision'
import { catalogue, findTarget, priceAt, priceVersion } from '../catalogue/catalogue.ts'
import { entryOf } from './entry.ts'
import type { PartName } from './entry.ts'
import { partNames } from './entry.ts'
import type { Account } from './ledger.ts'
import { dimensions, Ledger } from './ledger.ts'
import { Sum } from './sum.ts'
import { Tally } from './tally.ts'

const at = Date.UTC(2026, 10, 26)
const target = {
  id: 'openai/gpt-5.4-mini-2026-03-17',
  provider: 'openai',
  api: 'responses',
  model: 'gpt-5.4-mini-2026-03-17',
  tier: 'standard',
  account: 'default',
  regions: [],
  serviceTier: null,
}

const given = (rest: Partial<Cost> = {}): Cost => ({
  claim: 'requests/0/1',
  attempt: 1,
  tenant: 'acme',
  id: '1',
  hash: 'h',
  target,
  servedModel: null,
  providerRequestId: null,
  kind: 'paid',
  failure: null,
  status: 200,
  inputTokens: 100,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  outputTokens: 10,
  reasoningTokens: 0,
  estimatedInputTokens: null,
  costPicoUsd: 1_000,
  upperBoundPicoUsd: null,
  priceVersion: null,
  baselineModel: 'openai/gpt-5.4-2026-03-05',
  baselinePicoUsd: 5_000,
  baselineMethod: 'same_tokens',
  taskClass: 'chat',
  flags: [],
  labels: {},
  appendedAt: at - 1_000,
  at,
  callMs: 500,
  ...rest,
})

const total = (account: Account): bigint => partNames.reduce((sum, name) => sum + account.parts[name].picoUsd, 0n)

const amount = fc.nat({ max: 9_000_000_000_000 })
const anyCost = fc
  .record({
    kind: fc.constantFrom('paid' as const, 'free' as const, 'unknown' as const),
    failure: fc.constantFrom(null, 'timeout'),
    flags: fc.subarray(['unusable', 'exploration', 'backup', 'drifted']),
    costPicoUsd: amount,
    upperBoundPicoUsd: amount,
    baselinePicoUsd: fc.option(amount),
    cachedInputTokens: fc.nat({ max: 100_000 }),
    cacheWriteInputTokens: fc.nat({ max: 100_000 }),
    tenant: fc.constantFrom('acme', 'globex'),
    met: fc.dictionary(fc.constantFrom<PartName>('joined', 'replayed', 'redelivered'), fc.nat({ max: 3 })),
  })
  .map(({ met, ...rest }) => ({ cost: rest, met }))

test('the parts sum up to the whole, and the groups of each dimension to the total', () => {
  fc.assert(
    fc.property(fc.array(anyCost, { maxLength: 60 }), (costs) => {
      const ledger = new Ledger(catalogue)
      const price = priceAt(findTarget(target.id) ?? assert.fail(), at)
      const version = priceVersion(findTarget(target.id) ?? assert.fail(), price ?? assert.fail())
      for (const [place, { cost, met }] of costs.entries()) {
        const counts = new Map(partNames.flatMap((name) => (met[name] === undefined ? [] : [[name, met[name]]])))
        ledger.book(given({ ...cost, claim: `requests/0/${place}`, priceVersion: version }), counts)
      }
      assert.equal(total(ledger.total), ledger.total.savedAtMost)
      for (const dimension of dimensions) {
        const accounts = [...ledger.by[dimension].values()]
        const sum = (of: (account: Account) => bigint): bigint => accounts.reduce((all, each) => all + of(each), 0n)
        assert.equal(
          sum((each) => each.spent.picoUsd),
          ledger.total.spent.picoUsd,
        )
        assert.equal(sum(total), total(ledger.total))
        assert.equal(
          sum((each) => each.savedAtLeast),
          ledger.total.savedAtLeast,
        )
      }
    }),
    { numRuns: 100 },
  )
})

test('money that was spent on no answer is waste, whatever it would have cost elsewhere', () => {
  const entry = entryOf(given({ failure: 'timeout', baselinePicoUsd: null }), catalogue)
  assert.deepEqual([entry.spent, entry.worth, entry.parts], [1_000, 0, { failed: -1_000 }])
})

test('an answer dearer than its baseline is a loss', () => {
  assert.equal(entryOf(given({ baselinePicoUsd: 400 }), catalogue).parts.routing, -600)
})

test('an unknown call is a range, never a number', () => {
  const ledger = new Ledger(catalogue)
  ledger.book(given({ kind: 'unknown', costPicoUsd: null, upperBoundPicoUsd: 700, baselinePicoUsd: null }))
  assert.deepEqual([ledger.total.savedAtMost, ledger.total.savedAtLeast], [0n, -700n])
})

test('what cannot be is told of and not added up', () => {
  const ledger = new Ledger(catalogue)
  ledger.book(given({ costPicoUsd: -5 }))
  ledger.book(given({ claim: 'b', costPicoUsd: null }))
  ledger.book(given({ claim: 'c', outputTokens: 1e300 }))
  ledger.book(given({ claim: 'd' }))
  ledger.book(given({ claim: 'd' }))
  ledger.book(given({ claim: 'e', at: at - 2_000 }))
  ledger.book(given({ claim: 'f', kind: 'unknown', costPicoUsd: null }))
  ledger.book(given({ claim: 'g', costPicoUsd: 0 }), undefined, true, at + 2 * 86_400_000)
  assert.deepEqual(ledger.irregular, {
    implausible: 3,
    repeated: 1,
    belated: 1,
    skewed: 1,
    unbounded: 1,
    folded: 0,
  })
  assert.equal(ledger.total.spent.picoUsd, 2_000n)
})

test('a price that changes mid-window changes no cost that is on record, and each call has the effects of its own', () => {
  const own = findTarget(target.id) ?? assert.fail()
  const [before] = own.prices
  if (before === undefined) assert.fail()
  const after = { ...before, since: '2026-11-27', validFrom: at + 1, cachedInput: 0 }
  const changed = {
    ...catalogue,
    targets: new Map([...catalogue.targets, [own.id, { ...own, prices: [before, after] }]]),
  }
  const cached = { cachedInputTokens: 10, baselineModel: null, baselinePicoUsd: 5_000 }
  const entries = [before, after].map((price) =>
    entryOf(given({ ...cached, baselineModel: own.id, priceVersion: priceVersion(own, price) }), changed),
  )
  assert.deepEqual(
    entries.map(({ spent, worth }) => [spent, worth]),
    [
      [1_000, 5_000],
      [1_000, 5_000],
    ],
  )
  // The baseline is the same model at the price of the call's time: only the second call's cache was worth more than that.
  assert.deepEqual(
    entries.map(({ parts }) => parts.cache),
    [0, 10 * before.cachedInput],
  )
})

test('sums are exact beyond what a number holds', () => {
  const sum = new Sum()
  for (let time = 0; time < 5; time++) sum.add(Number.MAX_SAFE_INTEGER)
  sum.add(-1)
  assert.equal(sum.picoUsd, 5n * BigInt(Number.MAX_SAFE_INTEGER) - 1n)
})

const decision = (rest: Partial<Decision>): Decision => ({
  kind: 'routed',
  claim: 'requests/0/1',
  request: 'requests/0/1',
  tenant: 'acme',
  id: '1',
  hash: 'h',
  reason: null,
  at,
  appendedAt: at,
  taskClass: 'chat',
  classSource: 'declared',
  tier: 'standard',
  route: 'policy',
  target: target.id,
  wouldChoose: null,
  candidates: [],
  policy: 'p',
  mode: 'availability',
  k: 0,
  explored: false,
  overran: false,
  tookUs: 20,
  statsAgeMs: null,
  requestBytes: 100,
  expectedInputTokens: 1,
  expectedOutputTokens: 1,
  deadline: null,
  costCeilingMicroUsd: null,
  baselineModel: null,
  baselinePicoUsd: null,
  overSoftLimit: null,
  account: null,
  regions: [],
  serviceTier: null,
  ...rest,
})

test('a duplicate is worth what the answer cost that it was given, once for each', () => {
  const [tally, ledger] = [new Tally(), new Ledger(catalogue)]
  for (const kind of ['routed', 'joined', 'joined', 'replayed'] as const) tally.add(decision({ kind }))
  tally.add(decision({ kind: 'replayed', claim: 'requests/0/404' }))
  ledger.book(given(), tally.take('requests/0/1'))
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
  }
  const seen = (name: string, expectedPicoUsd: number): Decision['candidates'][number] => ({
    ...candidate,
    target: name,
    expectedPicoUsd,
    ceilingPicoUsd: null,
  })
  const explored = decision({ explored: true, candidates: [seen(target.id, 900), seen('other', 500)] })
  const ledger = new Ledger(catalogue)
  ledger.book(given())
  ledger.explore(explored, new Tally().add(explored) ?? 0)
  assert.deepEqual([ledger.total.parts.exploration.picoUsd, ledger.total.parts.routing.picoUsd], [-400n, 4_400n])
  assert.equal(total(ledger.total), ledger.total.savedAtMost)
})

test('reasons of default routes and rejections are counted', () => {
  const tally = new Tally()
  tally.add(decision({ route: 'default', overran: true }))
  tally.add(decision({ kind: 'rejected', reason: 'cost_ceiling' }))
  assert.deepEqual([...tally.defaultRoutes], [['overran the budget, class chat', 1]])
  assert.deepEqual([...tally.rejections], [['cost_ceiling', 1]])
})
