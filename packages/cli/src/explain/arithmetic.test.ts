import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue, findTarget, priceAt, priceVersion } from '@waybill/routing/catalogue/catalogue'
import { contractPrice } from '@waybill/routing/price'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Decision } from '@waybill/schemas/generated/decision'
import { givenCost, givenDecision, start } from '../given.ts'
import { addsUp } from '../money/statement.ts'
import type { Money } from './arithmetic.ts'
import { arithmeticOf } from './arithmetic.ts'

const target = findTarget('openai/gpt-5.4-mini-2026-03-17')
assert.ok(target)
const price = priceAt(target, start)
assert.ok(price)
const priceName = priceVersion(target, price)
const tokens = { inputTokens: 100, cachedInputTokens: 40, cacheWriteInputTokens: null, outputTokens: 20 }
const exact = 100 * price.input + 40 * price.cachedInput + 20 * price.output
const paid = givenCost({ ...tokens, priceVersion: priceName, costPicoUsd: exact })

const money = (costs: readonly Cost[], decisions: readonly Decision[] = [], id = 'invoice-1'): Money =>
  arithmeticOf({ tenant: 'acme', id, decisions, costs })

test('every bucket times its price is what was recorded', () => {
  const [call] = money([paid]).calls
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

test('the price is that of the record: of a contract, a further account, or the tier that served', () => {
  const contract = contractPrice(price, 0.9)
  const cheaper = 100 * contract.input + 40 * contract.cachedInput + 20 * contract.output
  const account = { ...paid.target, id: `${target.id}@team-a`, account: 'team-a' }
  const ofContract = { ...paid, target: account, costPicoUsd: cheaper }
  const priceName09 = priceVersion({ ...target, id: account.id }, contract)
  const flex = findTarget(`${target.id}+flex`) ?? assert.fail()
  const [flexPrice] = flex.prices
  assert.ok(flexPrice)
  const calls = money([
    { ...ofContract, priceVersion: priceName09 },
    { ...paid, attempt: 2, priceVersion: priceVersion(flex, flexPrice), costPicoUsd: 1 },
  ]).calls
  assert.match(priceName09, /^openai\/gpt-5\.4-mini-2026-03-17@team-a since .*, times 0\.9 by contract$/u)
  assert.equal(calls[0]?.cost?.picoUsd, cheaper)
  assert.equal(calls[1]?.cost?.picoUsd, 100 * flexPrice.input + 40 * flexPrice.cachedInput + 20 * flexPrice.output)
})

test('a price that this build does not know is not guessed', () => {
  assert.equal(money([givenCost({ priceVersion: 'openai/gone since 2020-01-01' })]).calls[0]?.cost, null)
  const none = { targets: new Map(), models: new Map() }
  assert.equal(arithmeticOf({ tenant: 'acme', id: '1', decisions: [], costs: [paid] }, none).calls[0]?.cost, null)
  assert.notEqual(catalogue.targets.size, 0)
})

test('what a failed attempt has cost is taken off the saving, and an unknown one is told apart', () => {
  const wasted = givenCost({ costPicoUsd: 5, baselinePicoUsd: null, flags: ['unusable'] })
  const [at2, at3] = [{ attempt: 2 }, { attempt: 3 }]
  const unknown = givenCost({
    ...at2,
    kind: 'unknown',
    costPicoUsd: null,
    upperBoundPicoUsd: 900,
    baselinePicoUsd: null,
  })
  const { line, baseline } = money([wasted, unknown, givenCost({ ...at3, costPicoUsd: 70, baselinePicoUsd: 100 })])
  assert.deepEqual([line.spentPicoUsd, line.unknownAtMostPicoUsd, line.savedAtMostPicoUsd], ['75', '900', '25'])
  assert.deepEqual([line.partsPicoUsd.unusable, line.partsPicoUsd.routing], ['-5', '30'])
  assert.ok(addsUp(line))
  assert.deepEqual([baseline, money([wasted]).baseline], ['openai/gpt-5.4-2026-03-05 (same_tokens)', null])
})

test('a saving can be negative', () => {
  assert.equal(money([givenCost({ costPicoUsd: 120, baselinePicoUsd: 100 })]).line.savedAtMostPicoUsd, '-20')
})

test('who shared the work of others has paid nothing, and saved what that has cost', () => {
  const joined = givenDecision({ id: 'invoice-2', kind: 'joined', target: null, candidates: [] })
  const { line } = money([givenCost({ costPicoUsd: 70 })], [joined], 'invoice-2')
  assert.deepEqual([line.spentPicoUsd, line.savedAtMostPicoUsd, line.partsPicoUsd.joined], ['0', '70', '70'])
})

test('a record that is there twice is counted once', () => {
  assert.equal(money([paid, paid]).line.spentPicoUsd, `${exact}`)
})
