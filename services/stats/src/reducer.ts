// Latency statistics as a pure function: results fold into slices, and each key is published at most once a second.
import { sampleOf } from '@waybill/routing/latency/sample'
import { emptyStats, isOver, record, statsKey } from '@waybill/routing/latency/stats'
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import type { Result } from '@waybill/schemas/generated/result'
import type { StatsState } from '@waybill/schemas/generated/stats-state'
import { latencyStats } from '@waybill/schemas/topics'
import type { Output, Reducer } from '@waybill/runtime/task/stage'

/** How often keys without new results are looked at, in milliseconds: to forget those whose window has passed. */
const lookMs = 60_000

const published = (key: string, value: LatencyStats): Output => ({ topic: latencyStats, key, value })

export const statsReducer = (settings: ProtocolSettings): Reducer<StatsState, Result, never, never, null> => ({
  step(view, event, { now }) {
    if (event.kind === 'timer') {
      const stats = view.get(event.key)?.stats ?? null
      if (stats === null || !isOver(stats, now)) return {}
      return { changes: [[event.key, null]], outputs: [{ topic: latencyStats, key: event.key, value: null }] }
    }
    if (event.kind !== 'record') return {}
    const { partition, timestamp } = event.arrival
    const sample = sampleOf(event.value, { partition, appendedAt: timestamp }, settings)
    if (sample === null) return {}
    const key = statsKey(sample)
    const stats = record(view.get(key)?.stats ?? emptyStats(sample), sample)
    return { changes: [[key, { positions: null, stats }]], outputs: [published(key, stats)] }
  },
  due: (_, { stats }) =>
    stats === null ? null : Math.max(stats.updatedAt, stats.coolDownUntil ?? 0) + 5 * lookMs + lookMs,
})
