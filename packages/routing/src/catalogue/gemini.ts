import { priorsOf, sinceLaunch, unlimited, usd } from './declared.ts'
import { withServiceTiers } from './service-tier.ts'
import type { Capabilities, CatalogueTarget } from './target.ts'

const source = 'https://ai.google.dev/gemini-api/docs/pricing'
const checkedOn = '2026-11-26'

const terms = {
  provider: 'gemini',
  account: 'default',
  // The vendor calls these names stable, and publishes no dated ids.
  pinned: false,
  alias: null,
  serviceTier: null,
  api: 'generateContent',
  regions: ['global'],
  retention: '55d',
  retiresAt: null,
  source,
  checkedOn,
} as const satisfies Partial<CatalogueTarget>

/** The API has no way to forbid several tool calls at once. */
const capable: Capabilities = {
  tools: true,
  parallelTools: true,
  singleTool: false,
  forcedTool: true,
  jsonSchema: 'lossy',
  schemaWithTools: true,
  images: true,
  sampling: ['temperature', 'topP', 'topK', 'seed', 'frequencyPenalty', 'presencePenalty', 'stop'],
  efforts: ['low', 'medium', 'high'],
  reasoningLimit: true,
  limits: {
    ...unlimited,
    stops: 5,
    imageTypes: ['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif'],
  },
}

/** The flash models have lost the settings that shape the distribution. */
const flash: Capabilities = { ...capable, sampling: ['seed', 'stop'] }

const standard: readonly CatalogueTarget[] = [
  {
    ...terms,
    id: 'gemini/gemini-3.5-flash-lite',
    model: 'gemini-3.5-flash-lite',
    prices: sinceLaunch(usd(0.3, 0.03, 0.3, 2.5)),
    contextTokens: 1_048_576,
    maxOutputTokens: 65_536,
    capabilities: { ...flash, efforts: ['minimal', 'low', 'medium', 'high'] },
    priors: priorsOf('gemini', { firstTokenMs: 900, tokensPerSecond: 150, outputTokens: 350 }),
  },
  {
    ...terms,
    id: 'gemini/gemini-3.8-flash',
    model: 'gemini-3.8-flash',
    prices: sinceLaunch(usd(0.75, 0.075, 0.75, 3.75)),
    contextTokens: 1_048_576,
    maxOutputTokens: 65_536,
    capabilities: flash,
    priors: priorsOf('gemini', { firstTokenMs: 1_200, tokensPerSecond: 120, outputTokens: 450 }),
  },
  {
    ...terms,
    id: 'gemini/gemini-4-argon',
    model: 'gemini-4-argon',
    prices: sinceLaunch(usd(2, 0.1, 2, 10)),
    contextTokens: 1_048_576,
    maxOutputTokens: 65_536,
    capabilities: capable,
    priors: priorsOf('gemini', { firstTokenMs: 2_600, tokensPerSecond: 65, outputTokens: 600 }),
  },
]

export const geminiTargets: readonly CatalogueTarget[] = [
  ...standard,
  ...withServiceTiers(standard, [
    { name: 'flex', price: 0.5, slower: 4, listed: { 'gemini-3.5-flash-lite': { cachedInput: 20_000 } } },
    { name: 'priority', price: 1.8, slower: 1, listed: { 'gemini-3.5-flash-lite': { cachedInput: 50_000 } } },
  ]),
]
