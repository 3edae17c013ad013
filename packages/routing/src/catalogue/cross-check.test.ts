// Our prices beside two published tables. Each disagreement must stand below with its reason; one that has gone must go.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
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
  'openai/gpt-5.4-nano: no price for cache writes': 'it has no rate for them; OpenAI charges plain input, as we do',
  'openai/gpt-5.4-mini: no price for cache writes': 'it has no rate for them; OpenAI charges plain input, as we do',
  'openai/gpt-5.4: no price for cache writes': 'it has no rate for them; OpenAI charges plain input, as we do',
  'gemini/gemini-3.5-flash-lite: no price for cache writes': 'implicit caching writes at the price of input',
  'gemini/gemini-3.8-flash: no price for cache writes': 'implicit caching writes at the price of input',
}

const litellmDisagreements: Readonly<Record<string, string>> = {
  'openai/gpt-5.4-nano: no price for cache writes': 'OpenAI charges plain input for them before 5.6',
  'openai/gpt-5.4-mini: no price for cache writes': 'OpenAI charges plain input for them before 5.6',
  'openai/gpt-5.4: no price for cache writes': 'OpenAI charges plain input for them before 5.6',
  'gemini/gemini-3.5-flash-lite: no price for cache writes': 'implicit caching writes at the price of input',
  'gemini/gemini-3.8-flash: no price for cache writes': 'implicit caching writes at the price of input',
  'gemini/gemini-4-argon: no price for cache writes': 'implicit caching writes at the price of input',
  'openai/gpt-5.4: context 1050000': 'that is input and output together; less the longest output, 922,000 are left',
  'gemini/gemini-4-argon: output 1048576': 'copied from the context; its family writes 65,536, so we ask for no more',
}

const targets = [...catalogue.targets.values()]
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

const table = resolve(import.meta.dirname, '../../../../node_modules/.cache/waybill/litellm-prices.json')

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

function disagreementsWithLitellm(target: CatalogueTarget, all: unknown): readonly string[] {
  const entry = memberOf(all, target.provider === 'gemini' ? target.id : target.model)
  const [price] = target.prices
  if (entry === undefined || price === undefined) return [`${target.id}: no price`]
  const rate = (name: string): number | undefined => {
    const value = memberOf(entry, name)
    return typeof value === 'number' ? Math.round(value * 1e12) : undefined
  }
  const found: string[] = []
  const compare = (what: string, theirs: unknown, own: number): void => {
    if (theirs === undefined) found.push(`${target.id}: no price for ${what}`)
    else if (theirs !== own) found.push(`${target.id}: ${what} ${JSON.stringify(theirs)}`)
  }
  const long = price.longContext
  const above = long === null ? '' : `_above_${long.aboveInputTokens / 1_000}k_tokens`
  for (const [rates, suffix] of long === null
    ? [[price, ''] as const]
    : [[price, ''] as const, [long, above] as const]) {
    compare('input', rate(`input_cost_per_token${suffix}`), rates.input)
    compare('cached input', rate(`cache_read_input_token_cost${suffix}`), rates.cachedInput)
    compare('output', rate(`output_cost_per_token${suffix}`), rates.output)
    if (suffix === '' || rates.cacheWrite !== rates.input)
      compare('cache writes', rate(`cache_creation_input_token_cost${suffix}`), rates.cacheWrite)
  }
  compare('context', memberOf(entry, 'max_input_tokens'), target.contextTokens)
  compare('output', memberOf(entry, 'max_output_tokens'), target.maxOutputTokens)
  return found
}

test('prices agree with @pydantic/genai-prices, but for what is listed with its reason', () => {
  const found = targets.flatMap(disagreementsWithGenai)
  assert.deepEqual(found.toSorted(), Object.keys(genaiDisagreements).toSorted())
})

test("prices and limits agree with LiteLLM's table, but for what is listed with its reason", (context) => {
  if (!existsSync(table)) {
    context.skip(`${table} is not there: node deploy/catalogue/propose.ts WHEEL puts it there`)
    return
  }
  const all: unknown = JSON.parse(readFileSync(table, 'utf8'))
  const found = targets.flatMap((target) => disagreementsWithLitellm(target, all))
  assert.deepEqual(found.toSorted(), Object.keys(litellmDisagreements).toSorted())
})
