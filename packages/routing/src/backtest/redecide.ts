// Decides again, under another policy, from what a decision record holds: never from the prompt, which may be gone. What
// the record cannot tell is assumed and said so.
import type { Candidate } from '@waybill/schemas/generated/candidate'
import type { Decision } from '@waybill/schemas/generated/decision'
import type { Constraints } from '@waybill/schemas/generated/constraints'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { findTarget } from '../catalogue/catalogue.ts'
import type { Price } from '../catalogue/target.ts'
import { bucketOf } from '../latency/histogram.ts'
import { sizeClassOf } from '../latency/size-class.ts'
import { offersOf } from '../offers.ts'
import type { Policy, PolicyTerms } from '../policy/policy.ts'
import { termsFor } from '../policy/policy.ts'
import { ratesFor } from '../price.ts'
import type { Offer } from '../rules/rule.ts'

export interface Redecided {
  /** null: nothing of the tier could have served. */
  readonly target: string | null
  readonly tier: string
  readonly expectedPicoUsd: number
  /** The record never looked at this target: whether it can do what the request needs is assumed. */
  readonly isAssumed: boolean
}

/** A target as far as the record, or else the catalogue, tells. */
interface Weighed {
  readonly id: string
  readonly expectedPicoUsd: number
  readonly p95Ms: number
  readonly isLate: boolean
  readonly isAssumed: boolean
}

function isAllowed({ target, regions, retention }: Offer, constraints: Constraints, policy: Policy): boolean {
  const { providers, regions: allowed, retention: named } = constraints
  if (providers.length > 0 && !providers.includes(target.provider)) return false
  if (allowed.length > 0 && !regions.every((region) => allowed.includes(region))) return false
  return named === null || (policy.retention.get(named)?.includes(retention) ?? false)
}

const priceOf = ({ prices }: Offer, at: number): Price | undefined =>
  prices.findLast(({ validFrom }) => validFrom <= at)

/** Of a target that the record has weighed: with what was measured and estimated then. */
function weighLogged(candidate: Candidate, leftMs: number): Weighed | undefined {
  const { target: id, eligible, expectedPicoUsd, p95Ms } = candidate
  if (!eligible || expectedPicoUsd === null) return undefined
  return { id, expectedPicoUsd, p95Ms: p95Ms ?? 0, isLate: (p95Ms ?? 0) > leftMs, isAssumed: false }
}

/** Of any other: the chosen target's tokens, counted as this vendor counts, and the declared prior of its latency. */
function weighAssumed(offer: Offer, decision: Decision, catalogue: Catalogue, leftMs: number): Weighed | undefined {
  const { target } = offer
  const price = priceOf(offer, decision.at)
  const counted = findTarget(decision.target ?? '', catalogue)?.priors.inputRatio ?? 1
  const inputTokens = Math.round((decision.expectedInputTokens * target.priors.inputRatio) / counted)
  const isGone = target.retiresAt !== null && target.retiresAt <= decision.at + leftMs
  if (price === undefined || isGone || inputTokens > target.contextTokens) return undefined
  const outputTokens = decision.expectedOutputTokens === 0 ? target.priors.outputTokens : decision.expectedOutputTokens
  const { input, output } = ratesFor(price, inputTokens)
  const p95Ms = target.priors.p95Ms[sizeClassOf(outputTokens)]
  const expectedPicoUsd = inputTokens * input + outputTokens * output
  return { id: target.id, expectedPicoUsd, p95Ms, isLate: p95Ms > leftMs, isAssumed: true }
}

/** As decisions order: in time before late, then the expected cost, then the percentile in steps of an eighth. */
function isBetter(one: Weighed, best: Weighed): boolean {
  if (one.isLate !== best.isLate) return best.isLate
  if (one.isLate && one.p95Ms !== best.p95Ms) return one.p95Ms < best.p95Ms
  if (one.expectedPicoUsd !== best.expectedPicoUsd) return one.expectedPicoUsd < best.expectedPicoUsd
  return bucketOf(one.p95Ms) >> 1 < bucketOf(best.p95Ms) >> 1
}

const ceilingOf = ({ costCeilingMicroUsd }: Decision, terms: PolicyTerms): number =>
  Math.min(costCeilingMicroUsd ?? Infinity, terms.costCeilingMicroUsd ?? Infinity) * 1e6

interface Asked {
  readonly decision: Decision
  readonly policy: Policy
  readonly catalogue: Catalogue
  readonly terms: PolicyTerms
  readonly leftMs: number
}

/** undefined where it could not have served. */
function weigh(offer: Offer, { decision, policy, catalogue, terms, leftMs }: Asked): Weighed | undefined {
  if (!isAllowed(offer, terms.constraints, policy)) return undefined
  const logged = decision.candidates.find(({ target }) => target === offer.target.id)
  const weighed = logged === undefined ? weighAssumed(offer, decision, catalogue, leftMs) : weighLogged(logged, leftMs)
  return weighed === undefined || weighed.expectedPicoUsd > ceilingOf(decision, terms) ? undefined : weighed
}

/** What a policy would have done with the request of a decision that names its class. */
export function redecide(decision: Decision, policy: Policy, catalogue: Catalogue): Redecided {
  const terms = termsFor(policy, decision.tenant)
  const tier = terms.classes.get(decision.taskClass ?? '') ?? terms.otherClasses
  const leftMs = Math.max(0, (decision.deadline ?? Infinity) - decision.at)
  const asked = { decision, policy, catalogue, terms, leftMs }
  let best: Weighed | undefined = undefined
  for (const offer of offersOf(policy, catalogue).byTier.get(tier) ?? []) {
    const weighed = weigh(offer, asked)
    if (weighed !== undefined && (best === undefined || isBetter(weighed, best))) best = weighed
  }
  if (best === undefined) return { target: null, tier, expectedPicoUsd: 0, isAssumed: false }
  return { target: best.id, tier, expectedPicoUsd: best.expectedPicoUsd, isAssumed: best.isAssumed }
}
