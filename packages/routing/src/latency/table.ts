// The latency-stats topic as a table, and what a decision needs of it: percentiles by target and size class.
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Learned } from '../estimate/learned.ts'
import { addTo, percentile } from './histogram.ts'
import { sizeClasses } from './size-class.ts'
import type { LatencyCell, LatencySnapshot, TargetSnapshot } from './snapshot.ts'
import { isInWindow, newerOf, sliceMs } from './stats.ts'
import { longerOf, reportedAt } from './reported.ts'
import type { UnderWayMs } from './under-way.ts'

const healthMs = 60_000
const share = 0.95

type Told = Pick<LatencyStats, 'headroom' | 'headroomAt'>
type Measured = Omit<TargetSnapshot, 'coolDownUntil' | 'headroom' | 'underWayMs'>

/** Changed by `foldStats` and read by `snapshotAt`, by one owner. */
export interface LatencyTable {
  readonly byTarget: Map<string, Map<string, LatencyStats>>
  /** What workers tell of their calls, by target. */
  readonly calls: Map<string, Map<string, LatencyStats>>
  /** What was worked out, until a record changes it or a slice leaves the window. */
  readonly measured: Map<string, { readonly slice: number; readonly figures: Measured; readonly told: Told }>
}

export function emptyTable(): LatencyTable {
  return { byTarget: new Map(), calls: new Map(), measured: new Map() }
}

/** One record of the topic; null is a tombstone. Any order of keys gives the same table. */
export function foldStats(table: LatencyTable, key: string, stats: LatencyStats | null): void {
  const target = stats?.target ?? key.split('/').slice(0, -2).join('/')
  const isCalls = stats === null ? table.calls.get(target)?.has(key) === true : stats.underWay !== null
  put(isCalls ? table.calls : table.byTarget, target, key, stats)
  if (!isCalls) table.measured.delete(target)
}

function put(
  all: Map<string, Map<string, LatencyStats>>,
  target: string,
  key: string,
  stats: LatencyStats | null,
): void {
  const records = all.get(target) ?? new Map<string, LatencyStats>()
  if (stats === null) records.delete(key)
  else records.set(key, stats)
  if (records.size === 0) all.delete(target)
  else all.set(target, records)
}

/**
 * The table as of now. Targets that the catalogue no longer has are not in it.
 * @param underWay what this router knows of its own dispatches
 */
export function snapshotAt(
  table: LatencyTable,
  now: number,
  catalogue: Catalogue,
  learned: Learned,
  underWay: ReadonlyMap<string, UnderWayMs> = new Map(),
): LatencySnapshot {
  const cooling = coolingOf(table, catalogue)
  const targets = new Map<string, TargetSnapshot>()
  for (const { id, provider, account } of catalogue.targets.values()) {
    const records = table.byTarget.get(id) ?? nothing
    const coolDownUntil = latestOf(cooling.get(id), cooling.get(provider), cooling.get(keyOf(provider, account)))
    const calls = table.calls.get(id)
    const own = underWay.get(id) ?? idle
    const underWayMs = calls === undefined ? own : longerOf(own, reportedAt(calls, now))
    if (records === nothing && coolDownUntil === null && underWayMs === idle) continue
    const { figures, told } = measuredAt(table, id, records, now)
    targets.set(id, { ...figures, coolDownUntil, headroom: headroomAt(told, now), underWayMs })
  }
  return { targets, learned }
}

const nothing: ReadonlyMap<string, LatencyStats> = new Map()
const idle: UnderWayMs = {}

/** What was left fills up again at the pace that the vendor names: a target without traffic is not shunned for ever. */
function headroomAt({ headroom, headroomAt: at }: Told, now: number): number | null {
  if (headroom === null || at === null) return null
  const refilled = Math.max(0, now - at) / Math.max(1, headroom.fullInMs)
  return refilled >= 1 ? null : headroom.share + (1 - headroom.share) * refilled
}

function latestOf(...ends: readonly (number | undefined)[]): number | null {
  const latest = ends.reduce<number>((found, end) => Math.max(found, end ?? 0), 0)
  return latest === 0 ? null : latest
}

/** A key belongs to an account. No target has a name like that. */
const keyOf = (provider: string, account: string): string => `${provider}@${account}`

/** Ends of cool-downs by target; and by provider, or key, where all of it is to be left alone. */
function coolingOf(table: LatencyTable, catalogue: Catalogue): ReadonlyMap<string, number> {
  const cooling = new Map<string, number>()
  for (const [id, records] of table.byTarget) {
    const { provider, account } = catalogue.targets.get(id) ?? { provider: id, account: '' }
    const whatBy: Readonly<Record<string, string>> = { model: id, key: keyOf(provider, account), provider }
    for (const { coolDownUntil, coolDownScope } of records.values()) {
      const what = whatBy[coolDownScope ?? ''] ?? provider
      if (coolDownUntil !== null) cooling.set(what, Math.max(cooling.get(what) ?? 0, coolDownUntil))
    }
  }
  return cooling
}

function measuredAt(
  table: LatencyTable,
  id: string,
  records: ReadonlyMap<string, LatencyStats>,
  now: number,
): { readonly figures: Measured; readonly told: Told } {
  const slice = Math.floor(now / sliceMs)
  const known = table.measured.get(id)
  if (known?.slice === slice) return known
  const all = [...records.values()]
  const told = all.reduce<Told>(newerOf, { headroom: null, headroomAt: null })
  const measured = { slice, figures: measure(all, now), told }
  table.measured.set(id, measured)
  return measured
}

function measure(records: readonly LatencyStats[], now: number): Measured {
  const sizes: Record<string, LatencyCell> = {}
  for (const sizeClass of sizeClasses) {
    const cell = cellOf(
      records.filter((stats) => stats.sizeClass === sizeClass),
      now,
    )
    if (cell !== null) sizes[sizeClass] = cell
  }
  const recent = records.flatMap(({ slices }) => slices).filter(({ startAt }) => startAt + sliceMs > now - healthMs)
  return {
    sizes,
    all: cellOf(records, now),
    attempts: recent.reduce((sum, { samples }) => sum + samples, 0),
    errors: recent.reduce((sum, { errors }) => sum + errors, 0),
  }
}

function cellOf(records: readonly LatencyStats[], now: number): LatencyCell | null {
  const counts = new Map<number, number>()
  let newest = 0
  for (const { slices, updatedAt } of records)
    for (const slice of slices) {
      if (!isInWindow(slice, now) || slice.totalBuckets.length === 0) continue
      addTo(counts, slice.totalBuckets)
      newest = Math.max(newest, Math.min(updatedAt, slice.startAt + sliceMs))
    }
  const p95Ms = percentile(counts, share)
  if (p95Ms === null) return null
  let samples = 0
  for (const count of counts.values()) samples += count
  return { p95Ms, samples, updatedAt: newest }
}
