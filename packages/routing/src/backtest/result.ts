// What a backtest says.
import type { Interval } from './interval.ts'

export interface Estimate {
  readonly before: number
  readonly after: number
  /** after − before; its interval is that of the means behind it, as if targets were independent. */
  readonly difference: Omit<Interval, 'samples'>
  /** Decisions that it speaks of, and outcomes that it was learned from. */
  readonly decisions: number
  readonly samples: number
}

export interface Move {
  readonly taskClass: string
  readonly from: string
  readonly to: string
  readonly decisions: number
  readonly assumed: number
  /** Outcomes of the new target that its cost is learned from; 0 where they are too few. */
  readonly samples: number
}

export interface BacktestResult {
  readonly decisions: number
  readonly stay: number
  readonly move: number
  readonly newlyServed: number
  readonly newlyRejected: number
  /** Duplicates, redeliveries and requests that no target was looked at for: a policy has no say in them. */
  readonly notDecided: number
  /** Moves to a target that the record never looked at: that it can do the work is assumed. */
  readonly assumed: number
  /** Moves without enough outcomes on both sides: nothing is claimed of them. */
  readonly leftOut: number
  /** Dollars of all decisions that could be estimated. null where outcomes support no decision, or none of those that would move. */
  readonly costUsd: Estimate | null
  /** Mean milliseconds of a call. */
  readonly latencyMs: Estimate | null
  readonly latencyLeftOut: number
  /** Mean score; null where nobody, or too few, have told how good answers were. */
  readonly quality: Estimate | null
  readonly qualityLeftOut: number
  /** Words on quality, whether or not they were enough for anything. */
  readonly scores: number
  readonly moves: readonly Move[]
}
