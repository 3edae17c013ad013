// Says what a decision did in the words of the decision record.
import type { Candidate } from '@waybill/schemas/generated/candidate'
import type { Ranked } from './order.ts'
import type { Question, Rule, Weighed } from './rules/rule.ts'
import { hasSchema, schemaSupportOf } from './rules/schema.ts'

export interface Rejection {
  /** The rule but for which something would have been left. */
  readonly reason: string
  readonly detail: string
}

/** Every candidate, in the order given; those that are out have no rank. */
export function candidatesOf(order: readonly Ranked[], question: Question): readonly Candidate[] {
  let rank = 0
  const isNoted = hasSchema(question.request)
  return order.map((candidate) => {
    const { weighed, outBy } = candidate
    const isPriced = weighed.price !== undefined
    if (outBy === null) rank += 1
    return {
      target: weighed.target.id,
      eligible: outBy === null,
      rank: outBy === null ? rank : 0,
      rule: ruleOf(candidate),
      detail: candidate.detail ?? (isNoted ? noteOf(weighed, question) : null),
      p95Ms: weighed.p95Ms,
      latencySource: weighed.latencySource,
      samples: weighed.samples,
      sampleAgeMs: weighed.sampleAgeMs,
      expectedPicoUsd: isPriced ? weighed.expectedPicoUsd : null,
      ceilingPicoUsd: isPriced ? weighed.ceilingPicoUsd : null,
    }
  })
}

/** The rule that put it where it is: where none objected, its cost did. */
const ruleOf = ({ outBy, backBy }: Ranked): string => (outBy ?? backBy)?.name ?? 'cost'

function noteOf(weighed: Weighed, question: Question): string | null {
  const isLossy = schemaSupportOf(weighed, question) === 'lossy'
  return isLossy ? 'takes a weaker schema; the answer is validated against the original' : null
}

/** By the rule that was the last to put something out. */
export function rejection(candidates: readonly Ranked[], rules: readonly Rule[]): Rejection {
  const last = rules.findLast((rule) => candidates.some(({ outBy }) => outBy === rule))
  if (last === undefined) return { reason: 'no_target', detail: 'the tier has no targets' }
  const details = candidates
    .filter(({ outBy }) => outBy === last)
    .map(({ weighed, detail }) => `${weighed.target.id}: ${detail ?? ''}`)
  return { reason: last.name, detail: details.join('; ') }
}

/** Age of the newest measurement of any candidate; null where there is none. */
export function newestStatistics(candidates: readonly Ranked[], now: number): number | null {
  const newest = candidates.reduce((latest, { weighed }) => Math.max(latest, weighed.stats?.all?.updatedAt ?? 0), 0)
  return newest === 0 ? null : Math.max(0, now - newest)
}
