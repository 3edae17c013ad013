import { priorsOf, sinceLaunch, usd } from './declared.ts'
import { withServiceTiers } from './service-tier.ts'
import type { Capabilities, CatalogueTarget, Price } from './target.ts'

const source = 'https://developers.openai.com/api/docs/pricing'
const checkedOn = '2026-11-26'

const terms = {
  provider: 'openai',
  account: 'default',
  // The vendor publishes no dated ids of its sixth generation.
  pinned: false,
  alias: null,
  serviceTier: null,
  regions: ['us'],
  retention: '30d',
  retiresAt: null,
  source,
  checkedOn,
} as const satisfies Partial<CatalogueTarget>

/** Reasoning models take no sampling settings; a seed where the API has one. */
const capable = (api: 'chatCompletions' | 'responses', efforts: readonly string[]): Capabilities => ({
  tools: true,
  parallelTools: true,
  singleTool: true,
  forcedTool: true,
  jsonSchema: 'strict',
  schemaWithTools: true,
  images: true,
  sampling: api === 'chatCompletions' ? ['seed'] : [],
  efforts,
  reasoningLimit: false,
  limits: {
    tools: 128,
    stops: 4,
    blankStops: true,
    imageTypes: ['image/png', 'image/jpeg', 'image/webp', 'image/gif'],
    assistantImages: false,
    prefill: true,
  },
})

/** Beyond 272,000 tokens of input all of it costs twice as much, and output half as much again. */
function priced(input: number, cachedInput: number, cacheWrite: number, output: number): readonly Price[] {
  const long = usd(input * 2, cachedInput * 2, cacheWrite * 2, output * 1.5)
  const longContext = { aboveInputTokens: 272_000, ...long }
  return sinceLaunch(usd(input, cachedInput, cacheWrite, output), longContext)
}

const efforts54 = ['none', 'low', 'medium', 'high', 'xhigh'] as const
const efforts6 = ['none', 'low', 'medium', 'high', 'xhigh', 'max'] as const

const standard: readonly CatalogueTarget[] = [
  {
    ...terms,
    id: 'openai/gpt-6-luna',
    api: 'responses',
    model: 'gpt-6-luna',
    prices: priced(0.1, 0.01, 0.125, 0.5),
    contextTokens: 922_000,
    maxOutputTokens: 128_000,
    capabilities: capable('responses', efforts6),
    priors: priorsOf('openai', { firstTokenMs: 1_100, tokensPerSecond: 110, outputTokens: 350 }),
  },
  {
    ...terms,
    id: 'openai/gpt-5.4-nano-2026-03-17',
    api: 'chatCompletions',
    model: 'gpt-5.4-nano-2026-03-17',
    pinned: true,
    alias: 'gpt-5.4-nano',
    prices: sinceLaunch(usd(0.2, 0.02, 0.2, 1.25)),
    contextTokens: 272_000,
    maxOutputTokens: 128_000,
    capabilities: capable('chatCompletions', efforts54),
    retiresAt: Date.UTC(2027, 3, 1),
    priors: priorsOf('openai', { firstTokenMs: 1_000, tokensPerSecond: 120, outputTokens: 350 }),
  },
  {
    ...terms,
    id: 'openai/gpt-5.4-mini-2026-03-17',
    api: 'chatCompletions',
    model: 'gpt-5.4-mini-2026-03-17',
    pinned: true,
    alias: 'gpt-5.4-mini',
    prices: sinceLaunch(usd(0.75, 0.075, 0.75, 4.5)),
    contextTokens: 272_000,
    maxOutputTokens: 128_000,
    capabilities: capable('chatCompletions', efforts54),
    priors: priorsOf('openai', { firstTokenMs: 1_200, tokensPerSecond: 90, outputTokens: 400 }),
  },
  {
    ...terms,
    id: 'openai/gpt-6.1-terra',
    api: 'responses',
    model: 'gpt-6.1-terra',
    prices: priced(1, 0.05, 1.25, 5),
    contextTokens: 922_000,
    maxOutputTokens: 128_000,
    capabilities: capable('responses', efforts6),
    priors: priorsOf('openai', { firstTokenMs: 1_400, tokensPerSecond: 80, outputTokens: 400 }),
  },
  {
    ...terms,
    id: 'openai/gpt-6.1-sol',
    api: 'responses',
    model: 'gpt-6.1-sol',
    prices: priced(2, 0.1, 2.5, 10),
    contextTokens: 922_000,
    maxOutputTokens: 128_000,
    capabilities: capable('responses', ['low', 'medium', 'high', 'xhigh', 'max']),
    priors: priorsOf('openai', { firstTokenMs: 2_500, tokensPerSecond: 60, outputTokens: 600 }),
  },
  {
    ...terms,
    id: 'openai/gpt-6-sol',
    api: 'responses',
    model: 'gpt-6-sol',
    prices: priced(2, 0.2, 2.5, 10),
    contextTokens: 922_000,
    maxOutputTokens: 128_000,
    capabilities: capable('responses', efforts6),
    priors: priorsOf('openai', { firstTokenMs: 2_500, tokensPerSecond: 60, outputTokens: 600 }),
  },
  {
    ...terms,
    id: 'openai/gpt-5.4-2026-03-05',
    api: 'chatCompletions',
    model: 'gpt-5.4-2026-03-05',
    pinned: true,
    alias: 'gpt-5.4',
    prices: priced(2.5, 0.25, 2.5, 15),
    contextTokens: 922_000,
    maxOutputTokens: 128_000,
    capabilities: capable('chatCompletions', efforts54),
    priors: priorsOf('openai', { firstTokenMs: 2_200, tokensPerSecond: 60, outputTokens: 600 }),
  },
]

/** Cheaper where one can wait, dearer where one cannot: by how much is the same for all of its models. */
export const openaiTargets: readonly CatalogueTarget[] = [
  ...standard,
  ...withServiceTiers(standard, [
    { name: 'flex', price: 0.5, slower: 4, listed: { 'gpt-5.4-2026-03-05': { cachedInput: 130_000 } } },
    {
      name: 'priority',
      price: 2,
      slower: 1,
      without: ['gpt-5.4-nano-2026-03-17'],
      listed: { 'gpt-5.4-2026-03-05': { contextTokens: 272_000 } },
    },
  ]),
]
