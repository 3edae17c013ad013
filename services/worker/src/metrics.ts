// What a worker tells in figures: its calls, as their results were committed.
import type { Result } from '@waybill/schemas/generated/result'
import { results } from '@waybill/schemas/topics'
import { onWritten } from '@waybill/runtime/observability/channels'
import type { Meters, MetricTable } from '@waybill/runtime/observability/metrics/metric'
import type { Metrics } from '@waybill/runtime/observability/metrics/metrics'
import { genAiProvider } from '@waybill/runtime/observability/metrics/gen-ai'

export const workerMetrics = {
  calls: {
    name: 'waybill_worker_calls_total',
    help: 'Attempts that have ended. outcome as in a result record; class: ok, or the class of the failure.',
    type: 'counter',
    labels: ['provider', 'model', 'outcome', 'class'],
    unit: '',
  },
  duration: {
    name: 'gen_ai_client_operation_duration_seconds',
    help: 'Time of calls of the vendor that were sent.',
    type: 'histogram',
    labels: ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model', 'error_type'],
    unit: 'seconds',
    buckets: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68],
  },
  waits: {
    name: 'waybill_worker_wait_seconds',
    help: 'Time from an order being taken up to its call being sent: for a connection, mostly.',
    type: 'histogram',
    labels: ['provider'],
    unit: 'seconds',
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
  },
  unknown: {
    name: 'waybill_worker_unknown_outcomes_total',
    help: 'Calls that may have been billed and brought no answer.',
    type: 'counter',
    labels: ['provider', 'class'],
    unit: '',
  },
  coolDowns: {
    name: 'waybill_worker_cool_downs_total',
    help: 'Failures after which a key, a model or a provider is left alone for a while.',
    type: 'counter',
    labels: ['provider', 'model', 'scope'],
    unit: '',
  },
  underWay: {
    name: 'waybill_worker_calls_under_way',
    help: 'Calls that are announced and have no result yet, of the tasks of this process.',
    type: 'gauge',
    labels: ['provider'],
    unit: '',
  },
  permits: {
    name: 'waybill_worker_permits',
    help: 'Calls that this process may have under way at once.',
    type: 'gauge',
    labels: ['provider'],
    unit: '',
  },
  retirement: {
    name: 'waybill_target_retirement_seconds',
    help: 'Seconds until the vendor retires a target of the catalogue; below 0 it has. Without a date there is no such series.',
    type: 'gauge',
    labels: ['provider', 'model'],
    unit: 'seconds',
  },
} as const satisfies MetricTable

type WorkerMeters = Meters<typeof workerMetrics>

/** What a worker is to its metrics. */
export interface Measured {
  readonly provider: string
  readonly permits: number
  readonly targets: readonly { readonly model: string; readonly retiresAt: number | null }[]
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** The worker has written the value with the schema of its topic. */
const isResult = (topic: string, _value: unknown): _value is Result => topic === results.name

function count(meters: WorkerMeters, { dispatch, outcome }: Result): void {
  const { provider, model } = dispatch.target
  const { kind, failure, callMs, coolDown, sentAt, startedAt } = outcome
  const failed = failure ?? (kind === 'ok' ? 'ok' : kind)
  meters.calls(1, provider, model, kind, failed)
  if (kind === 'ambiguous' || kind === 'orphan') meters.unknown(1, provider, failed)
  if (coolDown !== null) meters.coolDowns(1, provider, model, coolDown)
  if (sentAt !== null) meters.waits(Math.max(0, sentAt - startedAt) / 1_000, provider)
  if (callMs !== null)
    meters.duration(callMs / 1_000, 'chat', genAiProvider(provider), model, kind === 'ok' ? '' : failed)
}

/** Counts from now on. */
export function measureWorker(metrics: Metrics, { provider, permits, targets, now }: Measured): void {
  const meters = metrics.meters(workerMetrics)
  const group = `worker.${provider}`
  onWritten(group, (topic, value) => {
    if (isResult(topic, value)) count(meters, value)
  })
  metrics.atScrape((tasks) => {
    meters.permits(permits, provider)
    const own = tasks.filter((task) => task.group === group)
    meters.underWay(
      own.reduce((sum, { open }) => sum + open, 0),
      provider,
    )
    for (const { model, retiresAt } of targets)
      if (retiresAt !== null) meters.retirement((retiresAt - now()) / 1_000, provider, model)
  })
}
