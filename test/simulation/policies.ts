import type { Policy } from '@waybill/routing/policy/policy'
import { silentTerms } from '@waybill/routing/policy/terms'

/** When prices of the catalogue hold. */
export const startOfTime = 1_800_000_000_000

const cheap = [
  'openai/gpt-5.4-nano-2026-03-17',
  'anthropic/claude-haiku-4-5-20251001',
  'openai/gpt-5.4-mini-2026-03-17',
]
const other = ['anthropic/claude-haiku-5-5', 'openai/gpt-5.4-nano-2026-03-17', 'anthropic/claude-haiku-4-5-20251001']

/** Two tiers, one of which begins at either vendor. */
export const policyOf = (mode: 'strict' | 'availability'): Policy => ({
  version: mode,
  hash: '0'.repeat(64),
  tiers: new Map([
    ['cheap', cheap],
    ['other', other],
  ]),
  retention: new Map([['none', ['none']]]),
  contracts: new Map(),
  accounts: new Map(),
  everyone: {
    ...silentTerms,
    mode,
    classes: new Map([['chat', 'other']]),
    otherClasses: 'cheap',
    defaultRoute: cheap,
    baseline: { model: 'openai/gpt-5.4-mini-2026-03-17', since: '2026-11-26' },
    exploration: { share: 0, costFactor: 3 },
    // Never reached, so that all is reserved and settled and nothing refused.
    budgets: [{ window: 'month', softMicroUsd: 1, hardMicroUsd: 9e12 }],
  },
  tenants: new Map(),
})
