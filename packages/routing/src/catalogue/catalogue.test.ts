import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sizeClasses } from '../latency/size-class.ts'
import { catalogue, catalogueOf, findTarget, priceAt, priceVersion } from './catalogue.ts'
import type { CatalogueTarget } from './target.ts'

const targets = [...catalogue.targets.values()]
const day = 86_400_000

/** Targets that a person has to replace: they retire soon after they were last checked. */
const retiringSoon = (all: readonly CatalogueTarget[]): readonly string[] =>
  all
    .filter(({ retiresAt, checkedOn }) => retiresAt !== null && retiresAt - Date.parse(checkedOn) < 30 * day)
    .map(({ id }) => id)

const standard = targets.filter(({ serviceTier }) => serviceTier === null)

test('there are nine to fourteen models, each of a known vendor and under its own name', () => {
  assert.ok(standard.length >= 9 && standard.length <= 14, String(standard.length))
  for (const { id, provider, model, serviceTier } of targets)
    assert.equal(id, `${provider}/${model}${serviceTier === null ? '' : `+${serviceTier}`}`)
  assert.deepEqual([...new Set(targets.map(({ provider }) => provider))].toSorted(), ['anthropic', 'gemini', 'openai'])
})

test('no target retires within thirty days of its last check', () => {
  assert.deepEqual(retiringSoon(targets), [])
})

test('and the check would say so', () => {
  const [first] = targets
  assert.ok(first !== undefined)
  const soon = { ...first, retiresAt: Date.parse(first.checkedOn) + 29 * day }
  assert.deepEqual(retiringSoon([soon]), [first.id])
})

test('prices are whole micro-dollars, dearer for output, and cheaper from a cache', () => {
  for (const { id, prices } of targets)
    for (const price of prices)
      for (const rates of price.longContext === null ? [price] : [price, price.longContext]) {
        for (const rate of [rates.input, rates.cachedInput, rates.cacheWrite, rates.output])
          assert.ok(Number.isSafeInteger(rate) && rate > 0, id)
        assert.ok(rates.cachedInput < rates.input && rates.input <= rates.cacheWrite && rates.input < rates.output, id)
      }
})

test('every target has priors for every size class, slower for longer outputs', () => {
  for (const { id, priors } of targets) {
    const p95s = sizeClasses.map((sizeClass) => priors.p95Ms[sizeClass])
    assert.deepEqual(
      p95s,
      p95s.toSorted((one, other) => one - other),
      id,
    )
    assert.ok(priors.inputRatioUpper >= priors.inputRatio, id)
  }
})

test('a name that is not exact is unknown, and an unknown model has no price', () => {
  assert.equal(findTarget('openai/gpt-6-sol')?.model, 'gpt-6-sol')
  assert.equal(findTarget('gpt-6-sol')?.id, 'openai/gpt-6-sol')
  for (const name of ['gpt-5.4-2099', 'gpt', '', 'claude-sonnet-5', 'GPT-5.4'])
    assert.equal(findTarget(name), undefined)
})

test('callers may use the moving name of a model whose snapshot is sent', () => {
  for (const name of ['gpt-5.4-mini', 'openai/gpt-5.4-mini'])
    assert.equal(findTarget(name)?.model, 'gpt-5.4-mini-2026-03-17')
})

test('a row says that it is pinned where its id has a date, and nowhere else', () => {
  for (const { id, model, pinned, alias } of targets) {
    assert.equal(pinned, /-(?:\d{8}|\d{4}-\d{2}-\d{2})$/u.test(model), id)
    if (alias !== null) assert.ok(model.startsWith(`${alias}-2`), id)
  }
})

test('another service tier of a model has its own price and latency, and nothing else of its own', () => {
  const [flex, priority, usual] = ['+flex', '+priority', ''].map((tier) => findTarget(`openai/gpt-6-luna${tier}`))
  assert.ok(flex !== undefined && priority !== undefined && usual !== undefined)
  const outputs = [flex, usual, priority].map(({ prices }) =>
    prices.map(({ output, longContext }) => [output, longContext?.output]),
  )
  assert.deepEqual(outputs, [[[250_000, 375_000]], [[500_000, 750_000]], [[1_000_000, 1_500_000]]])
  assert.ok(flex.priors.p95Ms.short > usual.priors.p95Ms.short)
  const { id, serviceTier, prices, priors } = usual
  assert.deepEqual({ ...flex, id, serviceTier, prices, priors }, usual)
})

test('a price holds from its day on, and before the first day there is none', () => {
  const [first] = targets
  const [known] = first?.prices ?? []
  assert.ok(first !== undefined && known !== undefined)
  const march = Date.UTC(2027, 2, 1)
  const prices = [
    { ...known, since: '2027-01-01', validFrom: Date.UTC(2027, 0, 1) },
    { ...known, since: '2027-03-01', validFrom: march, input: 7 },
  ]
  const target = { ...first, prices }
  assert.equal(priceAt(target, Date.UTC(2026, 11, 31)), undefined)
  assert.equal(priceAt(target, march - 1), prices[0])
  assert.equal(priceAt(target, march), prices[1])
  assert.equal(priceVersion(target, prices[1] ?? known), `${first.id} since 2027-03-01, checked ${first.checkedOn}`)
  assert.equal(priceAt({ ...first, prices: [] }, march), undefined)
})

test('a model that several targets share is found at the first of them', () => {
  const [first] = targets
  assert.ok(first !== undefined)
  const both = catalogueOf([first, { ...first, id: 'eu/same' }])
  assert.equal(findTarget(first.model, both)?.id, first.id)
})
