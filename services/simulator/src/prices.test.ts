import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { costPicoUsd, defaultModels } from './prices.ts'

const byId = new Map(defaultModels.map((model) => [model.id, model]))
const needed = `gpt-6.1-sol gpt-6-sol gpt-5.6-sol gpt-5.6 gpt-5.4 gpt-5.4-mini gpt-5.4-nano gpt-4.1 gpt-4.1-mini
gpt-4o-2024-08-06 gpt-4o-mini-2024-07-18 claude-opus-5-5 claude-sonnet-5-5 claude-haiku-5-5 claude-sonnet-4-5-20250929
claude-haiku-4-5-20251001 gemini-4-argon gemini-3.8-flash gemini-3.8-flash-lite gemini-2.5-pro gemini-2.5-flash
gemini-2.5-flash-lite`.split(/\s+/u)

test('current models are there, each once, with prices in whole micro-dollars', () => {
  deepEqual(
    needed.filter((id) => !byId.has(id)),
    [],
  )
  equal(byId.size, defaultModels.length)
  for (const { id, input, cachedInput, cacheWrite, output } of defaultModels) {
    ok(
      [input, cachedInput, cacheWrite, output].every((rate) => Number.isSafeInteger(rate) && rate > 0),
      id,
    )
    ok(cachedInput < input && cacheWrite >= input && output > input, id)
  }
})

test('a name answers with its dated id, and the dated id is a model too', () => {
  equal(byId.get('gpt-4o')?.servedAs, 'gpt-4o-2024-08-06')
  equal(byId.get('gpt-5.6')?.servedAs, 'gpt-5.6-sol')
  for (const { servedAs } of defaultModels) equal(byId.get(servedAs)?.servedAs, servedAs)
})

test('a cost is tokens times micro-dollars per million: pico-dollars, whole', () => {
  const sonnet = byId.get('claude-sonnet-4-5')
  ok(sonnet !== undefined)
  equal(
    costPicoUsd(sonnet, { uncachedInput: 1_000, cachedInput: 100, cacheWrite: 10, output: 1 }),
    3_000_000_000 + 30_000_000 + 37_500_000 + 15_000_000,
  )
})

test('beyond the long context all of it costs more', () => {
  const sol = byId.get('gpt-6-sol')
  ok(sol !== undefined)
  equal(
    costPicoUsd(sol, { uncachedInput: 272_000, cachedInput: 0, cacheWrite: 0, output: 10 }),
    272_000 * 2_000_000 + 10 * 10_000_000,
  )
  equal(
    costPicoUsd(sol, { uncachedInput: 272_001, cachedInput: 0, cacheWrite: 0, output: 10 }),
    272_001 * 4_000_000 + 10 * 15_000_000,
  )
})
