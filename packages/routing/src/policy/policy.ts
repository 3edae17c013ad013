// What a policy says, once its file has been read. docs/decision.md explains the file.
import type { Constraints } from '@waybill/schemas/generated/constraints'
import type { BudgetWindow } from '../budget/window.ts'

/** The model that savings are measured against, and since when that was agreed. */
export interface Baseline {
  readonly model: string
  readonly since: string
}

/** What was agreed with a provider for our account, where it differs from the catalogue. */
export interface Contract {
  /** Times every price. */
  readonly price: number
  readonly retention: string | null
  readonly regions: readonly string[] | null
}

/** Another account of ours with a provider, with a key of its own: the provider's targets are there a second time. */
export interface Account extends Contract {
  readonly provider: string
}

/** How far measurements are believed. */
export interface StatisticsTerms {
  /** Statistics whose newest sample is older are not used. */
  readonly freshMs: number
  /** Fewer samples than this fall back to a wider group, at last to the declared prior. */
  readonly minSamples: number
}

export interface ExplorationTerms {
  /** Of requests, by their hash. */
  readonly share: number
  /** Never for more than this times the expected cost of the best candidate. */
  readonly costFactor: number
}

/** What a tenant may spend in one window of the calendar, in UTC; null for no such limit. */
export interface Budget {
  readonly window: BudgetWindow
  /** Beyond it, decisions are flagged. */
  readonly softMicroUsd: number | null
  /** Beyond it, requests are rejected. */
  readonly hardMicroUsd: number | null
}

/** What holds for a tenant. */
export interface PolicyTerms {
  /** false: serve the model that was asked for, and log what would have been chosen. */
  readonly enforce: boolean
  readonly mode: 'availability' | 'strict'
  /** Where a task class has a mode of its own. */
  readonly modes: ReadonlyMap<string, 'availability' | 'strict'>
  /** Task class to tier. */
  readonly classes: ReadonlyMap<string, string>
  /** The tier of every class that is not named. */
  readonly otherClasses: string
  /** Tried in this order when a decision takes too long. */
  readonly defaultRoute: readonly string[]
  readonly baseline: Baseline
  /** Where a task class has a baseline of its own. */
  readonly baselines: ReadonlyMap<string, Baseline>
  readonly constraints: Constraints
  /** The most that one answer may cost, whatever the request says; null for no limit. */
  readonly costCeilingMicroUsd: number | null
  /** At most one for each window. */
  readonly budgets: readonly Budget[]
  /** What is asked for where a request does not say. */
  readonly maxOutputTokens: number
  readonly exploration: ExplorationTerms
  readonly statistics: StatisticsTerms
  /** Topics that a request may name for its reply. */
  readonly replyTopics: readonly string[]
}

export interface Policy {
  readonly version: string
  /** SHA-256 of what the file says, comments and layout left out. */
  readonly hash: string
  /** Equivalent targets, by the tier's name. */
  readonly tiers: ReadonlyMap<string, readonly string[]>
  /** What each name of a retention constraint allows a provider to keep. */
  readonly retention: ReadonlyMap<string, readonly string[]>
  /** By target, or by provider: then of its default account. */
  readonly contracts: ReadonlyMap<string, Contract>
  /** By name; every provider also has the account `default`. */
  readonly accounts: ReadonlyMap<string, Account>
  readonly everyone: PolicyTerms
  /** With what everyone has filled in. */
  readonly tenants: ReadonlyMap<string, PolicyTerms>
}

export function termsFor(policy: Policy, tenant: string): PolicyTerms {
  return policy.tenants.get(tenant) ?? policy.everyone
}

/** What may follow an unknown outcome, for one tenant and class. */
export function modeFor(terms: PolicyTerms, taskClass: string): 'availability' | 'strict' {
  return terms.modes.get(taskClass) ?? terms.mode
}

/** How a decision names the policy that made it. */
export function policyVersion(policy: Policy): string {
  return `${policy.version}-${policy.hash.slice(0, 12)}`
}
