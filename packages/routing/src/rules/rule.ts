// A rule looks at one candidate and may object to it. To add one: a file here, and a line in rules.ts.
import type { Request } from '@waybill/schemas/generated/request'
import type { Target } from '@waybill/schemas/generated/target'
import type { Affinity } from '../affinity.ts'
import type { CatalogueTarget, Price, SizeClass } from '../catalogue/target.ts'
import type { Features } from '../estimate/features.ts'
import type { TargetSnapshot } from '../latency/snapshot.ts'
import type { Policy, PolicyTerms } from '../policy/policy.ts'

/** A target as a policy sees it. */
export interface Offer {
  readonly target: CatalogueTarget
  /** The policy's tier. */
  readonly tier: string
  /** How a dispatch names it. */
  readonly named: Target
  /** Under the contract with the provider. */
  readonly prices: readonly Price[]
  readonly regions: readonly string[]
  readonly retention: string
  /** Differs from target to target, for choices by hash. */
  readonly salt: number
}

/** underWay: calls that have not ended yet are older than whatever was measured. */
export type LatencySource = 'sizeClass' | 'target' | 'prior' | 'underWay'

/** A target weighed for one request. Rules read it. */
export interface Weighed {
  readonly offer: Offer
  readonly target: CatalogueTarget
  readonly price: Price | undefined
  readonly stats: TargetSnapshot | undefined
  /** Tokens of input: expected, and what nine of ten requests stay below. */
  readonly inputTokens: number
  readonly inputTokensUpper: number
  readonly outputTokens: number
  /** The most output that may be asked for here, within the ceiling where the request leaves it open. */
  readonly maxOutputTokens: number
  readonly sizeClass: SizeClass
  readonly expectedPicoUsd: number
  readonly ceilingPicoUsd: number
  readonly p95Ms: number
  readonly latencySource: LatencySource
  readonly samples: number
  /** Of the newest of them; null where there is none. */
  readonly sampleAgeMs: number | null
}

/** The request and what holds for it. */
export interface Question {
  readonly request: Request
  readonly features: Features
  readonly policy: Policy
  readonly terms: PolicyTerms
  readonly taskClass: string
  /** What each API or provider makes of the request's JSON Schemas; a missing one is as the catalogue says. */
  readonly schemaSupport: Readonly<Record<string, SchemaSupport>>
  /** The lower of the request's and the policy's; Infinity for none. */
  readonly ceilingPicoUsd: number
  /** What is left of the latency budget. */
  readonly leftMs: number
  readonly now: number
  readonly affinity: Affinity | null
  /** From the content hash: the same wherever the request is decided. */
  readonly seed: number
}

export type SchemaSupport = 'strict' | 'lossy' | 'unsupported'

export interface Objection {
  /** out: it cannot be chosen, nor be a backup. back: only if nothing better is left. */
  readonly verdict: 'out' | 'back'
  /** The figures behind it. */
  readonly detail: string
}

export interface Rule {
  /** In decisions, and as the reason of a rejection when nothing else was left. */
  readonly name: string
  /** Asked once for a request: whether it could object to anything at all. Without it, it is asked of every candidate. */
  readonly concerns?: (question: Question) => boolean
  readonly judge: (candidate: Weighed, question: Question) => Objection | undefined
}

export const out = (detail: string): Objection => ({ verdict: 'out', detail })
export const back = (detail: string): Objection => ({ verdict: 'back', detail })
