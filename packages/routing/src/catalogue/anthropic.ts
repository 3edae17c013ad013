import { priorsOf, sinceLaunch, unlimited, usd } from './declared.ts'
import { withServiceTiers } from './service-tier.ts'
import type { Capabilities, CatalogueTarget } from './target.ts'

const source = 'https://platform.claude.com/docs/en/about-claude/pricing'
const checkedOn = '2026-11-26'

const terms = {
  provider: 'anthropic',
  account: 'default',
  // The vendor publishes no dated ids of its fifth generation.
  pinned: false,
  alias: null,
  serviceTier: null,
  api: 'messages',
  regions: ['us'],
  retention: '30d',
  retiresAt: null,
  source,
  checkedOn,
} as const satisfies Partial<CatalogueTarget>

/** The API has no other sampling setting than stop sequences. */
const capable: Capabilities = {
  tools: true,
  parallelTools: true,
  singleTool: true,
  forcedTool: true,
  jsonSchema: 'lossy',
  schemaWithTools: true,
  images: true,
  sampling: ['stop'],
  efforts: ['none', 'low', 'medium', 'high', 'xhigh', 'max'],
  reasoningLimit: false,
  limits: {
    ...unlimited,
    blankStops: false,
    imageTypes: ['image/png', 'image/jpeg', 'image/webp', 'image/gif'],
    assistantImages: false,
    prefill: false,
  },
}

/** Models that always think cannot be told to call a tool. */
const alwaysThinking: Capabilities = {
  ...capable,
  forcedTool: false,
  efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
}

const standard: readonly CatalogueTarget[] = [
  {
    ...terms,
    id: 'anthropic/claude-haiku-5-5',
    model: 'claude-haiku-5-5',
    prices: sinceLaunch(usd(0.1, 0.01, 0.125, 0.5), { aboveInputTokens: 100_000, ...usd(0.5, 0.05, 0.625, 2.5) }),
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    capabilities: capable,
    source: 'https://platform.claude.com/docs/en/models/haiku-5-5/overview',
    priors: priorsOf('anthropic', { firstTokenMs: 1_100, tokensPerSecond: 110, outputTokens: 350 }),
  },
  {
    ...terms,
    id: 'anthropic/claude-haiku-4-5-20251001',
    model: 'claude-haiku-4-5-20251001',
    pinned: true,
    alias: 'claude-haiku-4-5',
    prices: sinceLaunch(usd(1, 0.1, 1.25, 5)),
    contextTokens: 200_000,
    maxOutputTokens: 64_000,
    capabilities: { ...capable, reasoningLimit: true, limits: { ...capable.limits, prefill: true } },
    priors: priorsOf('anthropic', { firstTokenMs: 1_200, tokensPerSecond: 100, outputTokens: 400 }),
  },
  {
    ...terms,
    id: 'anthropic/claude-sonnet-5-5',
    model: 'claude-sonnet-5-5',
    prices: sinceLaunch(usd(2, 0.1, 2.5, 10)),
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    capabilities: alwaysThinking,
    priors: priorsOf('anthropic', { firstTokenMs: 2_000, tokensPerSecond: 65, outputTokens: 500 }),
  },
  {
    ...terms,
    id: 'anthropic/claude-opus-5-5',
    model: 'claude-opus-5-5',
    prices: sinceLaunch(usd(4, 0.2, 5, 20)),
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    capabilities: alwaysThinking,
    priors: priorsOf('anthropic', { firstTokenMs: 2_800, tokensPerSecond: 50, outputTokens: 600 }),
  },
]

/** What a committed capacity is kept from: by default the vendor uses that first. Its price is a matter of contract. */
export const anthropicTargets: readonly CatalogueTarget[] = [
  ...standard,
  ...withServiceTiers(standard, [{ name: 'standard_only', price: 1, slower: 1 }]),
]
