// How long a call would take: a log-normal body, and now and then a tail that goes on and on.
import type { Model } from './prices.ts'
import { chance, logNormal, randomOf } from './random.ts'

export interface Pace {
  readonly latencyScale: number
  readonly latencyFixedMs: number | null
  readonly tailShare: number
}

/** No demo waits longer, whatever is drawn; a hang is a fault of its own. */
const longestFactor = 30

/** Milliseconds to an answer of so many tokens; null tokens: an error, which comes sooner. */
export function plannedDelay(model: Model | null, tokens: number | null, pace: Pace, seed: string): number {
  if (pace.latencyFixedMs !== null) return pace.latencyFixedMs
  const random = randomOf(seed, 'delay')
  const first = logNormal(random, model?.firstTokenMs ?? 100, 0.35)
  if (tokens === null) return Math.round(first * 0.3 * pace.latencyScale)
  const rest = ((tokens * 1_000) / (model?.tokensPerSecond ?? 1_000)) * logNormal(random, 1, 0.15)
  // Pareto: one in a hundred of the tail takes over thirty times as long.
  const tail = chance(random, pace.tailShare) ? Math.min(2 * (1 - random()) ** (-1 / 1.3), longestFactor) : 1
  return Math.round((first + rest) * tail * pace.latencyScale)
}
