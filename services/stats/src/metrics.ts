// What the statistics tell in figures of themselves, as they were committed.
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import { latencyStats } from '@waybill/schemas/topics'
import { isInWindow, isOver, newestIn, statsKey } from '@waybill/routing/latency/stats'
import { onWritten } from '@waybill/runtime/observability/channels'
import type { MetricTable } from '@waybill/runtime/observability/metrics/metric'
import type { Metrics } from '@waybill/runtime/observability/metrics/metrics'

export const statsMetrics = {
  published: {
    name: 'waybill_stats_published_total',
    help: 'Statistics of a target and an output size class that were published.',
    type: 'counter',
    labels: ['target'],
    unit: '',
  },
  samples: {
    name: 'waybill_stats_samples',
    help: 'Samples of the last five minutes in what was published last, by target.',
    type: 'gauge',
    labels: ['target'],
    unit: '',
  },
  newest: {
    name: 'waybill_stats_newest_sample_age_seconds',
    help: 'Time since the newest result of a target ended that statistics were published of.',
    type: 'gauge',
    labels: ['target'],
    unit: 'seconds',
  },
} as const satisfies MetricTable

/** The statistics have written the value with the schema of its topic. */
const isStats = (topic: string, _value: unknown): _value is LatencyStats | null => topic === latencyStats.name

/**
 * Counts from now on.
 * @param now epoch milliseconds
 */
export function measureStats(metrics: Metrics, now: () => number): void {
  const meters = metrics.meters(statsMetrics)
  const newest = new Map<string, LatencyStats>()
  onWritten('stats', (topic, value) => {
    if (!isStats(topic, value) || value === null) return
    meters.published(1, value.target)
    newest.set(statsKey(value), value)
  })
  metrics.atScrape(() => {
    const at = now()
    for (const [key, stats] of newest) if (isOver(stats, at)) newest.delete(key)
    for (const [target, all] of Map.groupBy(newest.values(), (stats) => stats.target)) {
      const slices = all.flatMap((stats) => stats.slices.filter((slice) => isInWindow(slice, at)))
      meters.samples(
        slices.reduce((sum, { samples }) => sum + samples, 0),
        target,
      )
      meters.newest(Math.max(0, at - Math.max(...all.map(newestIn))) / 1_000, target)
    }
  })
}
