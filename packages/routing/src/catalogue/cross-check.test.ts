// Our prices beside a published table; test/integration/catalogue.test.ts has another. Each disagreement must stand below
// with its reason; one that has gone must go.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calcPrice } from '@pydantic/genai-prices'
import { costOf } from '../price.ts'
import { catalogue, priceAt } from './catalogue.ts'
import type { CatalogueTarget } from './target.ts'

/** Cases that touch every rate, on both sides of every long-context limit. */
const usages = [
  { inputTokens: 10_000, cachedInputTokens: 4_000, cacheWriteInputTokens: 1_000, outputTokens: 1_000 },
  { inputTokens: 150_000, cachedInputTokens: 0, cacheWriteInputTokens: 0, outputTokens: 2_000 },
  { inputTokens: 300_000, cachedInputTokens: 100_000, cacheWriteInputTokens: 50_000, outputTokens: 5_000 },
]

type Case = (typeof usages)[number]

/** `target: what they say`, with the reason that our figure stands. */
const genaiDisagreements: Readonly<Record<string, string>> = {
  'openai/gpt-6.1-terra: no price': 'released after the snapshot of September',
  'openai/gpt-6.1-sol: no price': 'released after the snapshot of September',
  'anthropic/claude-haiku-5-5: no price': 'released after the snapshot of September',
  'gemini/gemini-4-argon: no price': 'released after the snapshot of September',
  'anthropic/claude-sonnet-5-5: priced as claude-sonnet-5':
    'it matches by prefix; cached input of 5.5 costs half of what it did',
  'openai/gpt-5.4-nano-2026-03-17: no price for cache writes':
    'it has no rate for them; OpenAI charges plain input, as we do',
  'openai/gpt-5.4-mini-2026-03-17: no price for cache writes':
    'it has no rate for them; OpenAI charges plain input, as we do',
  'openai/gpt-5.4-2026-03-05: no price for cache writes':
    'it has no rate for them; OpenAI charges plain input, as we do',
  'gemini/gemini-3.5-flash-lite: no price for cache writes': 'implicit caching writes at the price of input',
  'gemini/gemini-3.8-flash: no price for cache writes': 'implicit caching writes at the price of input',
}

/** It knows no service tiers: those are compared with the other table alone. */
const targets = [...catalogue.targets.values()].filter(({ serviceTier }) => serviceTier === null)
const vendorOf: Readonly<Record<string, string>> = { openai: 'openai', anthropic: 'anthropic', gemini: 'google' }

/** A case that fits the target, and has cache writes only where the other table has a price for them. */
const fitting = ({ contextTokens }: CatalogueTarget, hasWrites: boolean): readonly Case[] =>
  usages
    .filter(({ inputTokens }) => inputTokens <= contextTokens)
    .map((usage) => (hasWrites ? usage : { ...usage, cacheWriteInputTokens: 0 }))

function ours(target: CatalogueTarget, usage: Case): number {
  const price = priceAt(target, Date.parse(target.checkedOn))
  const cost = price === undefined ? null : costOf({ ...usage, reasoningTokens: null }, price)
  assert.ok(cost !== null, target.id)
  return cost
}

function disagreementsWithGenai(target: CatalogueTarget): readonly string[] {
  const timestamp = new Date(target.checkedOn)
  const providerId = vendorOf[target.provider] ?? target.provider
  const theirs = (usage: Case): ReturnType<typeof calcPrice> => {
    const { inputTokens, cachedInputTokens, cacheWriteInputTokens, outputTokens } = usage
    const named = {
      input_tokens: inputTokens,
      cache_read_tokens: cachedInputTokens,
      cache_write_tokens: cacheWriteInputTokens,
      output_tokens: outputTokens,
    }
    return calcPrice(named, target.model, { providerId, timestamp })
  }
  const first = theirs({ inputTokens: 1, cachedInputTokens: 0, cacheWriteInputTokens: 0, outputTokens: 1 })
  if (first === null) return [`${target.id}: no price`]
  // The only dated id of ours whose entry there is undated is that model all the same.
  if (first.model.id !== target.model && !target.model.startsWith(`${first.model.id}-2`))
    return [`${target.id}: priced as ${first.model.id}`]
  const hasWrites = first.model_price.cache_write_mtok !== undefined
  const different = fitting(target, hasWrites)
    .filter((usage) => Math.abs((theirs(usage)?.total_price ?? 0) - ours(target, usage) / 1e12) > 1e-9)
    .map(({ inputTokens }) => `${target.id}: another cost for ${inputTokens} tokens`)
  return hasWrites ? different : [`${target.id}: no price for cache writes`, ...different]
}

test('what stands there under a dated id stands here under one too', () => {
  for (const { id, model, pinned, provider } of targets) {
    const found = calcPrice({ input_tokens: 1, output_tokens: 1 }, model, {
      providerId: vendorOf[provider] ?? provider,
    })
    const named = found?.model.id === model ? JSON.stringify(found.model.match) : ''
    assert.equal(!pinned && new RegExp(`"${model}-20\\d\\d-?\\d\\d-?\\d\\d"`, 'u').test(named), false, id)
  }
})

test('prices agree with @pydantic/genai-prices, but for what is listed with its reason', () => {
  const found = targets.flatMap(disagreementsWithGenai)
  assert.deepEqual(found.toSorted(), Object.keys(genaiDisagreements).toSorted())
})
