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

/** Never reached, so that all is reserved and settled and nothing refused. */
const boundlessMicroUsd = 9e12

type Mode = 'strict' | 'availability'

/** Two tiers, one of which begins at either vendor. */
const policyOf = (mode: Mode, hardMicroUsd: number): Policy => ({
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
    budgets: [{ window: 'month', softMicroUsd: 1, hardMicroUsd }],
  },
  tenants: new Map(),
})

/** The policy of now, which may change its mind. */
export class Policies {
  readonly #all: Readonly<Record<Mode, Policy>>
  #mode: Mode

  /** @param hardMicroUsd what each tenant may spend; null for more than anyone will */
  constructor(mode: Mode, hardMicroUsd: number | null) {
    const hard = hardMicroUsd ?? boundlessMicroUsd
    this.#all = { strict: policyOf('strict', hard), availability: policyOf('availability', hard) }
    this.#mode = mode
  }

  get current(): Policy {
    return this.#all[this.#mode]
  }

  turn(): void {
    this.#mode = this.#mode === 'strict' ? 'availability' : 'strict'
  }
}
