import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Usage } from '@waybill/schemas/generated/usage'
import fc from 'fast-check'
import type { Price } from './catalogue/target.ts'
import { bucketsOf, contractPrice, costOf, upperBound } from './price.ts'

const price: Price = {
  since: 'launch',
  validFrom: 0,
  input: 2_500_000,
  cachedInput: 250_000,
  cacheWrite: 3_125_000,
  output: 15_000_000,
  longContext: {
    aboveInputTokens: 272_000,
    input: 5_000_000,
    cachedInput: 500_000,
    cacheWrite: 6_250_000,
    output: 22_500_000,
  },
}

const usage = (inputTokens: number | null, outputTokens: number | null, parts: Partial<Usage> = {}): Usage => ({
  inputTokens,
  outputTokens,
  cachedInputTokens: null,
  cacheWriteInputTokens: null,
  reasoningTokens: null,
  ...parts,
})

test('a cost is tokens times price, exactly, each token once', () => {
  const spent = usage(10_000, 1_000, { cachedInputTokens: 4_000, cacheWriteInputTokens: 1_000, reasoningTokens: 600 })
  assert.deepEqual(bucketsOf(spent), {
    inputTokens: 5_000,
    cachedInputTokens: 4_000,
    cacheWriteInputTokens: 1_000,
    outputTokens: 1_000,
  })
  assert.equal(costOf(spent, price), 5_000 * 2_500_000 + 4_000 * 250_000 + 1_000 * 3_125_000 + 1_000 * 15_000_000)
})

test('beyond the long-context limit every token has the other price', () => {
  assert.equal(costOf(usage(272_000, 1), price), 272_000 * 2_500_000 + 15_000_000)
  assert.equal(costOf(usage(272_001, 1), price), 272_001 * 5_000_000 + 22_500_000)
  assert.equal(
    costOf(usage(300_000, 0, { cachedInputTokens: 299_999 }), price),
    5_000_000 + 299_999 * 500_000,
    'the limit is on all input, cached or not',
  )
})

test('a usage that cannot be counted has no cost, rather than none', () => {
  assert.equal(costOf(usage(null, 5), price), null)
  assert.equal(costOf(usage(5, null), price), null)
  assert.equal(costOf(usage(-1, 5), price), null)
  assert.equal(costOf(usage(5, 1.5), price), null)
  assert.equal(costOf(usage(5, 5, { cachedInputTokens: 6 }), price), null, 'more cached than read')
  assert.equal(costOf(usage(2 ** 40, 5), price), null, 'beyond 9,007 dollars')
  assert.equal(costOf(usage(0, 0), price), 0)
})

test('the bound is never below the cost of any usage within it, and saturates', () => {
  fc.assert(
    fc.property(
      fc.nat(1_000_000),
      fc.nat(200_000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (input, output, share) => {
        const cachedInputTokens = Math.floor(input * share)
        const cacheWriteInputTokens = Math.floor((input - cachedInputTokens) * share)
        const cost = costOf(usage(input, output, { cachedInputTokens, cacheWriteInputTokens }), price)
        assert.ok(cost !== null && cost <= upperBound(input, output, price))
      },
    ),
  )
  assert.equal(upperBound(2 ** 45, 0, price), Number.MAX_SAFE_INTEGER)
})

test('a contract multiplies every rate and rounds up to whole micro-dollars', () => {
  const agreed = contractPrice(price, 0.9)
  assert.equal(agreed.input, 2_250_000)
  assert.equal(agreed.longContext?.output, 20_250_000)
  assert.equal(contractPrice({ ...price, input: 75_000 }, 0.333_333).input, 25_000)
  assert.equal(contractPrice({ ...price, input: 3 }, 0.5).input, 2)
  assert.equal(contractPrice(price, 1), price)
})
