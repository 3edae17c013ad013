// The endpoints as targets of a catalogue, and the policy that makes them one tier.
import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import { priorsOf, sinceLaunch, unlimited, usd } from '@waybill/routing/catalogue/declared'
import type { CatalogueTarget } from '@waybill/routing/catalogue/target'
import type { Policy } from '@waybill/routing/policy/policy'
import { parsePolicy } from '@waybill/routing/policy/parse'

/** Where all cost the same, only latency decides. */
export const targetOf = (id: string, dollars: number): CatalogueTarget => ({
  id,
  provider: id.split('/')[0] ?? id,
  account: 'default',
  api: 'chatCompletions',
  model: id,
  pinned: true,
  alias: null,
  serviceTier: null,
  regions: [],
  retention: '30d',
  prices: sinceLaunch(usd(dollars, dollars, dollars, dollars)),
  contextTokens: 4_096,
  maxOutputTokens: 4_096,
  capabilities: {
    tools: false,
    parallelTools: false,
    singleTool: false,
    forcedTool: false,
    jsonSchema: 'none',
    schemaWithTools: false,
    images: false,
    sampling: [],
    efforts: [],
    reasoningLimit: false,
    limits: unlimited,
  },
  retiresAt: null,
  source: 'measured',
  checkedOn: '2024-05-03',
  priors: {
    ...priorsOf('replay', { firstTokenMs: 1_000, tokensPerSecond: 60, outputTokens: 100 }),
    inputRatio: 1,
    inputRatioUpper: 1,
  },
})

export function policyFor(ids: readonly string[], catalogue: Catalogue, exploration: number): Policy {
  const file = {
    version: 'replay',
    tiers: { all: ids },
    otherClasses: 'all',
    defaultRoute: ids.slice(0, 1),
    baseline: { model: ids[0], since: '2024-04-15' },
    exploration: { share: exploration, costFactor: 100 },
    statistics: { freshMs: 60_000, minSamples: 3 },
    maxOutputTokens: 100,
  }
  const parsed = parsePolicy(JSON.stringify(file), catalogue)
  if ('policy' in parsed) return parsed.policy
  throw new Error(parsed.problems.map(({ path, problem }) => `${path}: ${problem}`).join('; '))
}
