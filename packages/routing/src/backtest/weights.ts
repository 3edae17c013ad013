// Weighted sums of means, each from a cell of outcomes.
import type { Interval } from './interval.ts'

/** What outcomes say, and which cell it is from. */
export interface Known {
  readonly key: string
  readonly interval: Interval
}

export type Weights = Map<string, { readonly interval: Interval; weight: number }>

export function addWeight(weights: Weights, { key, interval }: Known, weight: number): void {
  const known = weights.get(key)
  if (known === undefined) weights.set(key, { interval, weight })
  else known.weight += weight
}

/** Of a weighted sum of independent means. */
export const halfWidth = (means: readonly { readonly interval: Interval; readonly weight: number }[]): number =>
  Math.sqrt(means.reduce((sum, { interval, weight }) => sum + ((interval.upper - interval.mean) * weight) ** 2, 0))
