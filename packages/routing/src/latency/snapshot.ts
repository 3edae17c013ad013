// What a decision knows of the world: read-only, taken once a batch.
import type { SizeClass } from '../catalogue/target.ts'
import type { Learned } from '../estimate/learned.ts'
import type { UnderWayMs } from './under-way.ts'

/** A 95th percentile of the last five minutes and what stands behind it. */
export interface LatencyCell {
  readonly p95Ms: number
  readonly samples: number
  /** When the newest sample ended, epoch milliseconds: at most 10 s later than it did where failures came after it. */
  readonly updatedAt: number
}

export interface TargetSnapshot {
  /** From dispatch to result, by the expected size of the output. */
  readonly sizes: Readonly<Partial<Record<SizeClass, LatencyCell>>>
  /** All sizes together. */
  readonly all: LatencyCell | null
  /** Attempts of the window, and of them those that failed. */
  readonly attempts: number
  readonly errors: number
  /** Until when it should be left alone, epoch milliseconds. */
  readonly coolDownUntil: number | null
  /** Share of the vendor's rate limit, or of our call slots, that is still free; null when nobody knows. */
  readonly headroom: number | null
  /** How long calls have been under way: a stall shows here before any of them has ended. */
  readonly underWayMs: UnderWayMs
}

export interface LatencySnapshot {
  readonly targets: ReadonlyMap<string, TargetSnapshot>
  readonly learned: Learned
}
