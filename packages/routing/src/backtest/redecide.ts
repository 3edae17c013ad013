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
  /** What spoke against it, as heavy as the rules are in their order; 0 for nothing. */
  readonly objection: number
  /** Its place among those that the record has put in order; null where it has not. */
  readonly rank: number | null
  readonly isAssumed: boolean
}

/** Rules that put a candidate back for what was so at that time, whatever the policy; the heaviest stands in the record. */
const objections: Readonly<Record<string, number>> = {
  context: 16,
  cooling_down: 8,
  latency: 4,
  failing: 2,
  headroom: 1,
}
const lateness = objections['latency'] ?? 0

function isAllowed({ target, regions, retention }: Offer, constraints: Constraints, policy: Policy): boolean {
  const { providers, accounts, regions: allowed, retention: named } = constraints
  if (providers.length > 0 && !providers.includes(target.provider)) return false
  if (accounts.length > 0 && !accounts.includes(target.account)) return false
  if (allowed.length > 0 && !regions.every((region) => allowed.includes(region))) return false
  return named === null || (policy.retention.get(named)?.includes(retention) ?? false)
}

const priceOf = ({ prices }: Offer, at: number): Price | undefined =>
  prices.findLast(({ validFrom }) => validFrom <= at)

/** Of a target that the record has weighed: with what was measured and estimated then. */
function weighLogged(candidate: Candidate, { route, explored }: Decision, leftMs: number): Weighed | undefined {
  const { target: id, eligible, expectedPicoUsd, rule } = candidate
  if (!eligible || expectedPicoUsd === null) return undefined
  const p95Ms = candidate.p95Ms ?? 0
  const isLate = rule === 'latency' || p95Ms > leftMs
  const logged = objections[rule] ?? 0
  const objection = logged + (isLate && logged !== lateness ? lateness : 0)
  const rank = route === 'policy' && !explored ? candidate.rank : null
  return { id, expectedPicoUsd, p95Ms, isLate, objection, rank, isAssumed: false }
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
  const isLate = p95Ms > leftMs
  const objection = isLate ? lateness : 0
  return { id: target.id, expectedPicoUsd, p95Ms, isLate, objection, rank: null, isAssumed: true }
}

/** Of two that the record has put in order, its word counts. Else as decisions order: fewer and lighter objections, then the expected cost, then the percentile in steps of an eighth. */
function isBetter(one: Weighed, best: Weighed): boolean {
  if (one.rank !== null && best.rank !== null) return one.rank < best.rank
  if (one.objection !== best.objection) return one.objection < best.objection
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
  const weighed =
    logged === undefined ? weighAssumed(offer, decision, catalogue, leftMs) : weighLogged(logged, decision, leftMs)
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
