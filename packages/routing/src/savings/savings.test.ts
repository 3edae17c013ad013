import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { catalogue, findTarget, priceAt, priceVersion } from '../catalogue/catalogue.ts'
import { entryOf } from './entry.ts'
import type { PartName } from './entry.ts'
import { partNames } from './entry.ts'
import { Account, dimensions, Ledger } from './ledger.ts'
import { at, givenCost, givenDecision, partsOf, target } from './given.ts'
import { Sum } from './sum.ts'

const amount = fc.nat({ max: 9_000_000_000_000 })
const duplicateNames = ['redelivered', 'joined', 'replayed', 'failedAgain'] as const
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
    taskClass: fc.constantFrom('chat', 'summary'),
    target: fc.constantFrom(target, { ...target, tier: 'economy', provider: 'gemini', id: 'gemini/gone' }),
    at: fc.constantFrom(at, at + 3_600_000),
    met: fc.dictionary(fc.constantFrom<PartName>(...duplicateNames), fc.nat({ max: 3 })),
    /** What it was expected to cost more than the best, where it was chosen to learn. */
    extra: fc.option(fc.integer({ min: -9_000_000_000_000, max: 9_000_000_000_000 })),
    isCounted: fc.boolean(),
    isCopied: fc.boolean(),
  })
  .map(({ met, extra, isCounted, isCopied, ...rest }) => ({ cost: rest, met, extra, isCounted, isCopied }))

/** Everything of an account that can be added up. */
const figuresOf = (account: Account): Readonly<Record<string, bigint>> => ({
  calls: BigInt(account.calls),
  paid: BigInt(account.paid),
  free: BigInt(account.free),
  unknown: BigInt(account.unknown),
  duplicates: BigInt(account.duplicates),
  withoutBaseline: BigInt(account.withoutBaseline),
  spent: account.spent.picoUsd,
  unknownAtMost: account.unknownAtMost.picoUsd,
  worth: account.worth.picoUsd,
  savedAtLeast: account.savedAtLeast,
  savedAtMost: account.savedAtMost,
  ...Object.fromEntries(partNames.map((name) => [name, account.parts[name].picoUsd])),
})

function sumOf(accounts: Iterable<Account>): Readonly<Record<string, bigint>> {
  const sums: Record<string, bigint> = figuresOf(new Account())
  for (const account of accounts)
    for (const [name, figure] of Object.entries(figuresOf(account))) sums[name] = (sums[name] ?? 0n) + figure
  return sums
}

test('the parts sum up to the whole in every group, and the groups of each dimension to the total', () => {
  fc.assert(
    fc.property(fc.array(anyCost, { maxLength: 60 }), (costs) => {
      const ledger = new Ledger(catalogue)
      const price = priceAt(findTarget(target.id) ?? assert.fail(), at)
      const version = priceVersion(findTarget(target.id) ?? assert.fail(), price ?? assert.fail())
      for (const [place, { cost, met, extra, isCounted, isCopied }] of costs.entries()) {
        const counts = new Map(partNames.flatMap((name) => (met[name] === undefined ? [] : [[name, met[name]]])))
        const booked = givenCost({ ...cost, claim: `requests/0/${place}`, priceVersion: version })
        ledger.book(booked, counts, isCounted)
        if (isCopied) ledger.book(booked, counts, isCounted)
        const { tenant, taskClass, target: chosen } = cost
        if (extra !== null)
          ledger.explore(givenDecision({ tenant, taskClass, tier: chosen.tier, target: chosen.id, at: cost.at }), extra)
      }
      assert.equal(ledger.total.calls, costs.filter(({ isCounted }) => isCounted).length)
      for (const dimension of dimensions) {
        const accounts = [...ledger.by[dimension].values()]
        for (const account of accounts) assert.equal(partsOf(account), account.savedAtMost)
        assert.deepEqual(sumOf(accounts), figuresOf(ledger.total), dimension)
      }
      assert.equal(partsOf(ledger.total), ledger.total.savedAtMost)
    }),
    { numRuns: 100 },
  )
})

test('groups beyond the first ten thousand are one, and still make the total', () => {
  const ledger = new Ledger(catalogue)
  for (let place = 0; place < 10_005; place++) ledger.book(givenCost({ claim: `${place}`, tenant: `t${place}` }))
  assert.equal(ledger.irregular.folded, 5)
  assert.equal(ledger.by.tenant.get('(further ones)')?.calls, 5)
  assert.deepEqual(sumOf(ledger.by.tenant.values()), figuresOf(ledger.total))
})

test('money that was spent on no answer is waste, whatever it would have cost elsewhere', () => {
  const entry = entryOf(givenCost({ failure: 'timeout', baselinePicoUsd: null }), catalogue)
  assert.deepEqual([entry.spent, entry.worth, entry.parts], [1_000, 0, { failed: -1_000 }])
})

test('an answer dearer than its baseline is a loss', () => {
  assert.equal(entryOf(givenCost({ baselinePicoUsd: 400 }), catalogue).parts.routing, -600)
})

test('an unknown call is a range, never a number', () => {
  const ledger = new Ledger(catalogue)
  ledger.book(givenCost({ kind: 'unknown', costPicoUsd: null, upperBoundPicoUsd: 700, baselinePicoUsd: null }))
  assert.deepEqual([ledger.total.savedAtMost, ledger.total.savedAtLeast], [0n, -700n])
})

test('what cannot be is told of and not added up', () => {
  const ledger = new Ledger(catalogue)
  ledger.book(givenCost({ costPicoUsd: -5 }))
  ledger.book(givenCost({ claim: 'b', costPicoUsd: null }))
  ledger.book(givenCost({ claim: 'c', outputTokens: 1e300 }))
  ledger.book(givenCost({ claim: 'd' }))
  ledger.book(givenCost({ claim: 'd' }))
  ledger.book(givenCost({ claim: 'e', at: at - 2_000 }))
  ledger.book(givenCost({ claim: 'f', kind: 'unknown', costPicoUsd: null }))
  ledger.book(givenCost({ claim: 'g', costPicoUsd: 0 }), undefined, true, at + 2 * 86_400_000)
  ledger.book(givenCost({ claim: 'h', costPicoUsd: 0, flags: ['beyondBound'] }))
  ledger.book(givenCost({ claim: 'i', costPicoUsd: 0, cachedInputTokens: 10, priceVersion: 'openai/gone since 2020' }))
  assert.deepEqual(ledger.irregular, {
    implausible: 3,
    repeated: 1,
    belated: 1,
    skewed: 1,
    unbounded: 1,
    beyondBound: 1,
    unknownPrices: 1,
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
    entryOf(givenCost({ ...cached, baselineModel: own.id, priceVersion: priceVersion(own, price) }), changed),
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
