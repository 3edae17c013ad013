// Folds results into the rolling statistics of one target and size class. Everything goes by the times in the records,
// so that the same records make the same statistics again, bit for bit.
import type { Headroom } from '@waybill/schemas/generated/headroom'
import type { LatencySlice } from '@waybill/schemas/generated/latency-slice'
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import type { SizeClass } from '../catalogue/target.ts'
import { coolDownAfter } from './cool-down.ts'
import { withSample } from './histogram.ts'

export const sliceMs = 10_000
const windowMs = 300_000

/** One attempt that has ended, however it ended. */
export interface LatencySample {
  readonly target: string
  readonly sizeClass: SizeClass
  /** The partition that the result came from. */
  readonly shard: number
  /** When it ended by the worker's clock, epoch milliseconds. */
  readonly endedAt: number
  /** When its record was appended: a clock that is ahead must not push out the window. */
  readonly appendedAt: number
  /** From dispatch to result, waiting for a call slot included. */
  readonly totalMs: number
  /** The call alone; null where none was made. */
  readonly callMs: number | null
  /** unsent: no call was made, for want of a call slot; it says what is left, and nothing else. */
  readonly outcome: 'ok' | 'failed' | 'rateLimited' | 'timedOut' | 'unsent'
  /** What the attempt was given: a time-out counts as at least that long. */
  readonly limitMs: number
  /** What should be left alone after it, and for how long if the vendor said so. */
  readonly coolDown: { readonly scope: 'key' | 'model' | 'provider'; readonly retryAfterMs: number | null } | null
  /** What was left when it ended; null where nobody knows. */
  readonly headroom: Headroom | null
}

/** The key of the latency-stats record. */
export function statsKey({ target, sizeClass, shard }: Pick<LatencyStats, 'target' | 'sizeClass' | 'shard'>): string {
  return `${target}/${sizeClass}/${shard}`
}

export function emptyStats({
  target,
  sizeClass,
  shard,
}: Pick<LatencyStats, 'target' | 'sizeClass' | 'shard'>): LatencyStats {
  const unknown = {
    coolDownUntil: null,
    coolDownScope: null,
    headroom: null,
    headroomAt: null,
    underWay: null,
  } as const
  return { target, sizeClass, shard, slices: [], ...unknown, updatedAt: 0 }
}

const sliceOf = (at: number): number => Math.floor(at / sliceMs) * sliceMs

/** Whether any of a slice is inside the window that ends at `now`. */
export const isInWindow = (slice: LatencySlice, now: number): boolean => slice.startAt + sliceMs > now - windowMs

/** When the newest result ended that says anything. */
export const newestIn = ({ updatedAt, headroomAt }: LatencyStats): number => Math.max(updatedAt, headroomAt ?? 0)

/** Whether nothing of it counts any more, so that it can be forgotten. */
export function isOver(stats: LatencyStats, now: number): boolean {
  return newestIn(stats) + windowMs + sliceMs <= now && (stats.coolDownUntil ?? 0) <= now
}

/** The statistics with one attempt more. A late one lands in its own slice; one from before the window changes nothing. */
export function record(stats: LatencyStats, sample: LatencySample): LatencyStats {
  const endedAt = Math.min(sample.endedAt, sample.appendedAt)
  const told: Told = { headroom: sample.headroom, headroomAt: sample.headroom === null ? null : endedAt }
  if (sample.outcome === 'unsent') return { ...stats, ...newerOf(stats, told) }
  const updatedAt = Math.max(stats.updatedAt, endedAt)
  const startAt = sliceOf(endedAt)
  const kept = stats.slices.filter((slice) => isInWindow(slice, updatedAt))
  const own = kept.find((slice) => slice.startAt === startAt) ?? emptySlice(startAt)
  if (!isInWindow(own, updatedAt)) return stats
  const slices = [...kept.filter((slice) => slice !== own), counted(own, sample)].toSorted(
    (one, other) => one.startAt - other.startAt,
  )
  return {
    ...stats,
    slices,
    updatedAt,
    ...newerOf(stats, told),
    ...coolDownAfter({ ...stats, slices }, sample, endedAt),
  }
}

type Told = Pick<LatencyStats, 'headroom' | 'headroomAt'>

/** The newer of two; of the same moment the one that leaves less, so that order does not matter. */
export function newerOf(one: Told, other: Told): Told {
  const later = (other.headroomAt ?? -1) - (one.headroomAt ?? -1)
  const isLess = later === 0 && (other.headroom?.share ?? 1) < (one.headroom?.share ?? 1)
  const { headroom, headroomAt } = later > 0 || isLess ? other : one
  return { headroom, headroomAt }
}

function emptySlice(startAt: number): LatencySlice {
  return { startAt, totalBuckets: [], callBuckets: [], samples: 0, errors: 0, rateLimited: 0 }
}

/**
 * Only what shows how long the target takes goes into the histograms: answers, and time-outs at their limit or later.
 * A quick failure would make it look fast; it counts as an error.
 */
function counted(slice: LatencySlice, { outcome, totalMs, callMs, limitMs }: LatencySample): LatencySlice {
  const samples = slice.samples + 1
  if (outcome === 'failed' || outcome === 'rateLimited')
    return {
      ...slice,
      samples,
      errors: slice.errors + 1,
      rateLimited: slice.rateLimited + (outcome === 'rateLimited' ? 1 : 0),
    }
  const least = outcome === 'timedOut' ? limitMs : 0
  return {
    ...slice,
    samples,
    errors: slice.errors + (outcome === 'timedOut' ? 1 : 0),
    totalBuckets: withSample(slice.totalBuckets, Math.max(totalMs, least)),
    callBuckets: callMs === null ? slice.callBuckets : withSample(slice.callBuckets, Math.max(callMs, least)),
  }
}
