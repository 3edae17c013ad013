// Applies the rules to the weighed candidates and puts those that are left in order.
import { bucketOf } from './latency/histogram.ts'
import type { Objection, Question, Rule, Weighed } from './rules/rule.ts'
import { shareOf } from './rules/share.ts'

/** A candidate and what the rules made of it. */
export interface Ranked {
  readonly weighed: Weighed
  /** The first rule that put it out. */
  outBy: Rule | null
  /** The heaviest rule that put it back. */
  backBy: Rule | null
  detail: string | null
  /** A bit for each rule that put it back; earlier rules have higher bits. */
  level: number
  readonly tie: number
}

export function ranked(weighed: Weighed, seed: number): Ranked {
  return { weighed, outBy: null, backBy: null, detail: null, level: 0, tie: shareOf(seed, weighed.offer.salt) }
}

/** One rule over all candidates that are still in. */
export function apply(rule: Rule, bit: number, candidates: readonly Ranked[], question: Question): void {
  if (rule.concerns?.(question) === false) return
  for (const candidate of candidates) {
    if (candidate.outBy !== null) continue
    const objection = rule.judge(candidate.weighed, question)
    if (objection !== undefined) note(candidate, rule, bit, objection)
  }
}

function note(candidate: Ranked, rule: Rule, bit: number, objection: Objection): void {
  if (objection.verdict === 'out') {
    candidate.outBy = rule
    candidate.detail = objection.detail
    return
  }
  if (candidate.backBy === null) {
    candidate.backBy = rule
    candidate.detail = objection.detail
  }
  candidate.level |= bit
}

/**
 * Better first: fewer and lighter objections, then the expected cost; between equal costs the percentile (in steps of
 * about an eighth, so that noise does not move traffic), then the hash. Those that are late are in order of latency.
 * Each pair is compared by nothing but itself: another candidate cannot change who comes first.
 */
export function compare(one: Ranked, other: Ranked, lateBit: number): number {
  if (one.level !== other.level) return one.level - other.level
  const [a, b] = [one.weighed, other.weighed]
  const late = (one.level & lateBit) === 0 ? 0 : a.p95Ms - b.p95Ms
  if (late !== 0) return late
  if (a.expectedPicoUsd !== b.expectedPicoUsd) return a.expectedPicoUsd - b.expectedPicoUsd
  const steps = (bucketOf(a.p95Ms) >> 1) - (bucketOf(b.p95Ms) >> 1)
  return steps === 0 ? one.tie - other.tie : steps
}
