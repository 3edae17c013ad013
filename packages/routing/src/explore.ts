import type { Ranked } from './order.ts'
import type { LatencySource, Question } from './rules/rule.ts'
import { shareOf } from './rules/share.ts'

const salt = 0x6a09e667

/** Where calls hang, no more are sent to learn about it. */
const unmeasured: ReadonlySet<LatencySource> = new Set(['target', 'prior'])

/**
 * A candidate to learn about, for a small share of requests by their hash: one that nothing speaks against, without
 * measurements of its own, and not much dearer than the best. `eligible` is in order; undefined means the best is it.
 */
export function explorer(eligible: readonly Ranked[], { terms, seed }: Question): Ranked | undefined {
  const [best] = eligible
  const { share, costFactor } = terms.exploration
  if (best === undefined || shareOf(seed, salt) >= share) return undefined
  const most = best.weighed.expectedPicoUsd * costFactor
  const unknown = eligible.filter(
    ({ weighed, level }) => level === 0 && unmeasured.has(weighed.latencySource) && weighed.expectedPicoUsd <= most,
  )
  const chosen = unknown.toSorted((one, other) => one.tie - other.tie)[0]
  return chosen === best ? undefined : chosen
}
