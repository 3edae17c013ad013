import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue, findTarget, priceAt, priceVersion } from '@waybill/routing/catalogue/catalogue'
import { givenCost, start } from '../given.ts'
import { arithmeticOf } from './arithmetic.ts'

const target = findTarget('openai/gpt-5.4-mini')
assert.ok(target)
const price = priceAt(target, start)
assert.ok(price)
const priceName = priceVersion(target, price)
const tokens = { inputTokens: 100, cachedInputTokens: 40, cacheWriteInputTokens: null, outputTokens: 20 }
const exact = 100 * price.input + 40 * price.cachedInput + 20 * price.output
const paid = givenCost({ ...tokens, priceVersion: priceName, costPicoUsd: exact })

test('every bucket times its price is what was recorded', () => {
  const [call] = arithmeticOf([paid]).calls
  assert.deepEqual(
    call?.cost?.products.map(({ bucket, tokens: count }) => [bucket, count]),
    [
      ['input', 100],
      ['cached input', 40],
      ['output', 20],
    ],
  )
  assert.equal(call.cost.picoUsd, exact)
  assert.equal(call.cost.recordedPicoUsd, exact)
})

test('a price that this build does not know is not guessed', () => {
  assert.equal(arithmeticOf([givenCost({ priceVersion: 'openai/gone since 2020-01-01' })]).calls[0]?.cost, null)
  assert.equal(arithmeticOf([paid], { targets: new Map(), models: new Map() }).calls[0]?.cost, null)
  assert.notEqual(catalogue.targets.size, 0)
})

test('what a failed attempt has cost is taken off the saving, and an unknown one is told apart', () => {
  const wasted = givenCost({ costPicoUsd: 5, baselinePicoUsd: null, flags: ['unusable'] })
  const unknown = givenCost({ kind: 'unknown', costPicoUsd: null, upperBoundPicoUsd: 900, baselinePicoUsd: null })
  const money = arithmeticOf([wasted, unknown, givenCost({ costPicoUsd: 70, baselinePicoUsd: 100 })])
  assert.deepEqual([money.paidPicoUsd, money.unknownPicoUsd, money.unknownCalls, money.savedPicoUsd], [75, 900, 1, 25])
  assert.equal(arithmeticOf([wasted]).savedPicoUsd, null)
})

test('a saving can be negative', () => {
  assert.equal(arithmeticOf([givenCost({ costPicoUsd: 120, baselinePicoUsd: 100 })]).savedPicoUsd, -20)
})
