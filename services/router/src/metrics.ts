// What the router tells in figures: what it has decided and replied, as it was committed.
import type { Decision } from '@waybill/schemas/generated/decision'
import type { Reply } from '@waybill/schemas/generated/reply'
import { decisions, replies } from '@waybill/schemas/topics'
import { onWritten } from '@waybill/runtime/observability/channels'
import type { Meters, MetricTable } from '@waybill/runtime/observability/metrics/metric'
import type { Metrics } from '@waybill/runtime/observability/metrics/metrics'

export const routerMetrics = {
  decisions: {
    name: 'waybill_router_decisions_total',
    help: 'What was done with a request record. kind and route as in a decision record; provider and model where one was chosen.',
    type: 'counter',
    labels: ['kind', 'route', 'provider', 'model'],
    unit: '',
  },
  decisionTime: {
    name: 'waybill_router_decision_seconds',
    help: 'Time that choosing a target took.',
    type: 'histogram',
    labels: [],
    unit: 'seconds',
    buckets: [0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1],
  },
  overruns: {
    name: 'waybill_router_overruns_total',
    help: 'Decisions that took longer than their budget of 50 ms: their route is default.',
    type: 'counter',
    labels: [],
    unit: '',
  },
  exclusions: {
    name: 'waybill_router_exclusions_total',
    help: 'Targets that a rule has taken out of a decision.',
    type: 'counter',
    labels: ['rule'],
    unit: '',
  },
  rejections: {
    name: 'waybill_router_rejections_total',
    help: 'Requests that were not run, by the reason that their reply gives.',
    type: 'counter',
    labels: ['reason'],
    unit: '',
  },
  replies: {
    name: 'waybill_router_replies_total',
    help: 'Replies, by how the request ended and how it met work that was already there.',
    type: 'counter',
    labels: ['status', 'duplicate'],
    unit: '',
  },
  failures: {
    name: 'waybill_router_failures_total',
    help: 'Replies with status failed, by their reason.',
    type: 'counter',
    labels: ['reason'],
    unit: '',
  },
  replyTime: {
    name: 'waybill_router_reply_seconds',
    help: 'Time from the broker appending a request to its reply being made; of requests that started their own work.',
    type: 'histogram',
    labels: ['status'],
    unit: 'seconds',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320],
  },
  underWay: {
    name: 'waybill_router_requests_under_way',
    help: 'Requests that have no reply yet.',
    type: 'gauge',
    labels: [],
    unit: '',
  },
  statsAge: {
    name: 'waybill_router_stats_age_seconds',
    help: 'Age of the newest latency statistics, as of the last decision that used any.',
    type: 'gauge',
    labels: [],
    unit: 'seconds',
  },
} as const satisfies MetricTable

type RouterMeters = Meters<typeof routerMetrics>

/** The router has written the value with the schema of its topic. */
const isDecision = (topic: string, _value: unknown): _value is Decision => topic === decisions.name
const isReply = (topic: string, _value: unknown): _value is Reply => topic === replies.name

/** provider/model */
function partsOf(target: string | null): readonly [provider: string, model: string] {
  const cut = target?.indexOf('/') ?? -1
  return target === null || cut < 0 ? ['', ''] : [target.slice(0, cut), target.slice(cut + 1)]
}

function countDecision(meters: RouterMeters, decision: Decision): void {
  const { kind, route, target, candidates, tookUs, overran, reason } = decision
  meters.decisions(1, kind, route ?? '', ...partsOf(target))
  if (overran) meters.overruns(1)
  if (kind === 'rejected') meters.rejections(1, reason ?? '')
  if (candidates.length === 0) return
  meters.decisionTime(tookUs / 1e6)
  const excluded = new Map<string, number>()
  for (const { eligible, rule } of candidates) if (!eligible) excluded.set(rule, (excluded.get(rule) ?? 0) + 1)
  for (const [rule, count] of excluded) meters.exclusions(count, rule)
}

function countReply(meters: RouterMeters, { status, reason, duplicate, repliedAt, timings }: Reply): void {
  meters.replies(1, status, duplicate)
  if (status === 'failed') meters.failures(1, reason ?? '')
  if (duplicate === 'none' && timings !== null)
    meters.replyTime(Math.max(0, repliedAt - timings.appendedAt) / 1_000, status)
}

/** Counts from now on. */
export function measureRouter(metrics: Metrics): void {
  const meters = metrics.meters(routerMetrics)
  let statsAgeMs: number | null = null
  onWritten('router', (topic, value) => {
    if (isReply(topic, value)) countReply(meters, value)
    if (!isDecision(topic, value)) return
    statsAgeMs = value.statsAgeMs ?? statsAgeMs
    countDecision(meters, value)
  })
  metrics.atScrape((tasks) => {
    meters.underWay(tasks.reduce((sum, { group, open }) => sum + (group === 'router' ? open : 0), 0))
    if (statsAgeMs !== null) meters.statsAge(statsAgeMs / 1_000)
  })
}
