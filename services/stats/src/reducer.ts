// Latency statistics as a pure function: results fold into slices, and each key is published at most once a second.
//
// State, by key of the latency-stats record: its statistics. Beside them `hold/<key>`, until when the key may not be
// published again, and `dirty/<key>`, where it has changed since it was: what has to be published survives a restart.
import { sampleOf } from '@waybill/routing/latency/sample'
import { emptyStats, isOver, newestIn, record, statsKey } from '@waybill/routing/latency/stats'
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import type { Result } from '@waybill/schemas/generated/result'
import type { StatsState } from '@waybill/schemas/generated/stats-state'
import { latencyStats } from '@waybill/schemas/topics'
import type { Context, Output, Reducer, StageEvent, Step, View } from '@waybill/runtime/task/stage'

type Settings = Pick<ProtocolSettings, 'startByShare' | 'startByMaxMs' | 'attemptMaxMs'>
type StatsStep = Step<StatsState, never>
type Change = readonly [key: string, state: StatsState | null]

const publishEveryMs = 1_000
/** After its last result and its cool-down: by then nothing of a key counts any more. */
const forgottenAfterMs = 360_000

const holdPrefix = 'hold/'
const holdKey = (key: string): string => `${holdPrefix}${key}`
const dirtyPrefix = 'dirty/'
const dirtyKey = (key: string): string => `${dirtyPrefix}${key}`

const stateOf = (stats: LatencyStats): StatsState => ({ positions: null, stats })
const published = (key: string, value: LatencyStats | null): Output => ({ topic: latencyStats, key, value })

/** The cell of some statistics and a time, without any of their slices. */
const markAt = (stats: LatencyStats, updatedAt: number): StatsState => stateOf({ ...emptyStats(stats), updatedAt })

function onResult(
  view: View<StatsState>,
  { arrival, value }: Extract<StageEvent<Result, never>, { readonly kind: 'record' }>,
  now: number,
  settings: Settings,
): StatsStep {
  const { partition, timestamp } = arrival
  const sample = sampleOf(value, { partition, appendedAt: timestamp }, settings)
  if (sample === null) return {}
  const key = statsKey(sample)
  const before = view.get(key)?.stats ?? emptyStats(sample)
  const stats = record(before, sample)
  // From before the window: nothing has changed.
  if (stats === before) return {}
  const changes: Change[] = [[key, stateOf(stats)]]
  if (view.get(holdKey(key)) === undefined) return publish(key, stats, now, changes)
  if (view.get(dirtyKey(key)) === undefined) changes.push([dirtyKey(key), markAt(stats, now)])
  return { changes }
}

const publish = (key: string, stats: LatencyStats, now: number, changes: readonly Change[]): StatsStep => ({
  changes: [...changes, [holdKey(key), markAt(stats, now + publishEveryMs)]],
  outputs: [published(key, stats)],
})

function onTimer(view: View<StatsState>, timer: string, now: number): StatsStep {
  if (timer.startsWith(holdPrefix)) return onHoldOver(view, timer.slice(holdPrefix.length), now)
  const stats = view.get(timer)?.stats ?? null
  if (stats === null || !isOver(stats, now)) return {}
  return { changes: [[timer, null]], outputs: [published(timer, null)] }
}

function onHoldOver(view: View<StatsState>, key: string, now: number): StatsStep {
  const stats = view.get(key)?.stats ?? null
  if (stats !== null && view.get(dirtyKey(key)) !== undefined) return publish(key, stats, now, [[dirtyKey(key), null]])
  return { changes: [[holdKey(key), null]] }
}

function dueOf(key: string, { stats }: StatsState): number | null {
  if (stats === null || key.startsWith(dirtyPrefix)) return null
  if (key.startsWith(holdPrefix)) return stats.updatedAt
  return Math.max(newestIn(stats), stats.coolDownUntil ?? 0) + forgottenAfterMs
}

/** @param settings what a dispatch tells of the time that an attempt had */
export const statsReducer = (settings: Settings): Reducer<StatsState, Result, never, never, null> => ({
  step(view, event, { now }: Context<null>) {
    if (event.kind === 'record') return onResult(view, event, now, settings)
    return event.kind === 'timer' ? onTimer(view, event.key, now) : {}
  },
  due: dueOf,
})
