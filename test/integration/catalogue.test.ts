// The catalogue beside LiteLLM's table, of a pinned version. Each disagreement must stand below with its reason; one that
// has gone must go. A newer version is pinned in deploy/local/price-table.ts, after deploy/catalogue/propose.ts has shown
// what would change.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { stateFolder } from '@waybill/cli/platform/platform'
import { findPriceTable } from '@waybill/deploy/price-table'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import type { CatalogueTarget, Price } from '@waybill/routing/catalogue/target'

const disagreements: Readonly<Record<string, string>> = {
  'openai/gpt-5.4-nano-2026-03-17: no price for cache writes': 'OpenAI charges plain input for them before 5.6',
  'openai/gpt-5.4-mini-2026-03-17: no price for cache writes': 'OpenAI charges plain input for them before 5.6',
  'openai/gpt-5.4-2026-03-05: no price for cache writes': 'OpenAI charges plain input for them before 5.6',
  'gemini/gemini-3.5-flash-lite: no price for cache writes': 'implicit caching writes at the price of input',
  'gemini/gemini-3.8-flash: no price for cache writes': 'implicit caching writes at the price of input',
  'gemini/gemini-4-argon: no price for cache writes': 'implicit caching writes at the price of input',
  'openai/gpt-5.4-2026-03-05: context 1050000':
    'that is input and output together; less the longest output, 922,000 are left',
  'gemini/gemini-4-argon: output 1048576': 'copied from the context; its family writes 65,536, so we ask for no more',
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

const dayOf = (at: number | null): string => (at === null ? 'none' : new Date(at).toISOString().slice(0, 10))

type Compare = (what: string, theirs: unknown, own: number | string) => void

/** The table's names for the prices at a service tier end with it. */
const endingOf = ({ serviceTier }: CatalogueTarget): string =>
  serviceTier === null || serviceTier === 'standard_only' ? '' : `_${serviceTier}`

function comparePrices(target: CatalogueTarget, price: Price, entry: unknown, compare: Compare): void {
  const rate = (name: string): number | undefined => {
    const value = memberOf(entry, `${name}${endingOf(target)}`)
    return typeof value === 'number' ? Math.round(value * 1e12) : undefined
  }
  const long = price.longContext
  const longer = long === null ? [] : [[long, `_above_${long.aboveInputTokens / 1_000}k_tokens`] as const]
  for (const [rates, suffix] of [[price, ''] as const, ...longer]) {
    compare('input', rate(`input_cost_per_token${suffix}`), rates.input)
    compare('cached input', rate(`cache_read_input_token_cost${suffix}`), rates.cachedInput)
    compare('output', rate(`output_cost_per_token${suffix}`), rates.output)
    if (suffix === '' || rates.cacheWrite !== rates.input)
      compare('cache writes', rate(`cache_creation_input_token_cost${suffix}`), rates.cacheWrite)
  }
}

function disagreementsOf(target: CatalogueTarget, all: unknown): readonly string[] {
  const entry = memberOf(all, target.provider === 'gemini' ? `gemini/${target.model}` : target.model)
  const [price] = target.prices
  if (entry === undefined || price === undefined) return [`${target.id}: no price`]
  const found: string[] = []
  const compare: Compare = (what, theirs, own) => {
    if (theirs === undefined) found.push(`${target.id}: no price for ${what}`)
    else if (theirs !== own) found.push(`${target.id}: ${what} ${JSON.stringify(theirs)}`)
  }
  comparePrices(target, price, entry, compare)
  // The rest is the same at every tier, and said there once.
  if (target.serviceTier !== null) return found.filter((each) => !each.endsWith('no price for cache writes'))
  compare('retirement', memberOf(entry, 'deprecation_date') ?? 'none', dayOf(target.retiresAt))
  compare('context', memberOf(entry, 'max_input_tokens'), target.contextTokens)
  compare('output', memberOf(entry, 'max_output_tokens'), target.maxOutputTokens)
  return found
}

const soonMs = 90 * 86_400_000

test("prices, limits and retirements agree with LiteLLM's table, but for what is listed with its reason", async (context) => {
  const path = await findPriceTable(join(stateFolder, 'cache'), (line) => {
    context.diagnostic(line)
  })
  if (path === undefined) {
    context.skip("there is no Python with pip, or no way to LiteLLM's wheel")
    return
  }
  const all: unknown = JSON.parse(readFileSync(path, 'utf8'))
  const targets = [...catalogue.targets.values()]
  const found = targets.flatMap((target) => disagreementsOf(target, all))
  assert.deepEqual(found.toSorted(), Object.keys(disagreements).toSorted())
  const retiring = targets.filter(({ retiresAt }) => retiresAt !== null && retiresAt < Date.now() + soonMs)
  for (const { id, retiresAt } of retiring) context.diagnostic(`${id} retires on ${dayOf(retiresAt)}`)
})
