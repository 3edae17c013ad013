// What workers tell of calls that have not ended. All workers together: a router's own calls are only some of them.
import type { CallsUnderWay } from '@waybill/schemas/generated/calls-under-way'
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import type { SizeClass } from '../catalogue/target.ts'
import { sizeClasses } from './size-class.ts'
import type { UnderWayMs } from './under-way.ts'
import { tail } from './under-way.ts'

/** A worker tells every second; one that has not for so long has none, or is gone. */
const staleMs = 5_000

/** By the key of the record. */
export type Reports = ReadonlyMap<string, LatencyStats>

/** The key of the latency-stats record. There are as many as there are partitions, however many workers come and go. */
export function callsKey({ target, sizeClass, shard }: Pick<LatencyStats, 'target' | 'sizeClass' | 'shard'>): string {
  return `${target}/${sizeClass}/calls-${shard}`
}

/** The age that one in twenty of a target's calls under way has reached, those of smaller outputs included. */
export function reportedAt(reports: Reports, now: number): UnderWayMs {
  const ages: Partial<Record<SizeClass, number>> = {}
  let most = 0
  for (const sizeClass of sizeClasses) {
    const current = [...reports.values()].flatMap((stats) => (stats.sizeClass === sizeClass ? fresh(stats, now) : []))
    most = Math.max(most, ageOf(current, now))
    if (most > 0) ages[sizeClass] = most
  }
  return ages
}

const fresh = ({ underWay }: LatencyStats, now: number): readonly CallsUnderWay[] =>
  underWay === null || now - underWay.at > staleMs ? [] : [underWay]

function ageOf(current: readonly CallsUnderWay[], now: number): number {
  const calls = current.reduce((sum, each) => sum + each.calls, 0)
  const oldest = current.flatMap(({ since }) => since).toSorted((one, other) => one - other)
  const since = oldest[Math.floor(tail * calls)]
  return since === undefined ? 0 : Math.max(0, now - since)
}

/** Of two views of the same calls, by size class, the one that has seen them longer. */
export function longerOf(one: UnderWayMs, other: UnderWayMs): UnderWayMs {
  const ages: Partial<Record<SizeClass, number>> = { ...one }
  for (const sizeClass of sizeClasses) {
    const ms = other[sizeClass] ?? 0
    if (ms > (one[sizeClass] ?? 0)) ages[sizeClass] = ms
  }
  return ages
}
