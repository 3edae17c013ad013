// Every metric, from the tables of the services.
import { normaliserMetrics } from '@waybill/normaliser/metrics'
import { routerMetrics } from '@waybill/router/metrics'
import type { MetricRow, MetricTable } from '@waybill/runtime/observability/metrics/metric'
import { taskMetrics } from '@waybill/runtime/observability/metrics/task-metrics'
import { statsMetrics } from '@waybill/stats/metrics'
import { workerMetrics } from '@waybill/worker/metrics'

/** By who has them. */
export const metricTables: Readonly<Record<string, MetricTable>> = {
  'Every service': taskMetrics,
  Router: routerMetrics,
  Worker: workerMetrics,
  Normaliser: normaliserMetrics,
  Statistics: statsMetrics,
}

const row = ({ name, type, labels, unit, help }: MetricRow): string =>
  `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${unit} | ${help} |`

const section = ([title, table]: readonly [string, MetricTable]): string =>
  `## ${title}\n\n| metric | type | labels | unit | meaning |\n| --- | --- | --- | --- | --- |\n${Object.values(table).map(row).join('\n')}`

export function metricsPage(): string {
  return `<!-- Made by "npm run waybill -- docs --write" from the tables in services/*/src/metrics.ts. Change those, not this. -->

# Metrics

With \`WAYBILL_METRICS_PORT\` a service serves \`/metrics\` in Prometheus's text format, and \`/healthz\`: 200 once it is a member of its group, 503 before, and while it stops. Without that setting nothing is listened on. \`npm run waybill -- up\` and \`docker-compose.yml\` set it.

\`\`\`sh
WAYBILL_METRICS_PORT=9464 node services/stats/src/main.ts &
curl http://127.0.0.1:9464/metrics
\`\`\`

- Counters follow what was *committed*: a transaction that was aborted is never counted. They start at 0 with the process; the records themselves (topics \`decisions\`, \`costs\`, \`replies\`) are the exact account.
- No label is a tenant, an id, or anything that a person, a model or a vendor has written.
- A gauge is read when it is scraped. Several processes of one service show their own tasks each: add them up, but take the largest of \`waybill_target_retirement_seconds\`, ages and \`waybill_router_stats_age_seconds\`.
- Metrics whose names begin with \`gen_ai_\` are those of OpenTelemetry's conventions for generative AI. Those that begin with \`process_\` and \`nodejs_\` are of the Node process, as prom-client names them.
- In code, the same events can be heard on the channels \`waybill:committed\`, \`waybill:task\` and \`waybill:assigned\` of \`node:diagnostics_channel\`.

What deserves an alarm:

| alarm | expression |
| --- | --- |
| a vendor serves another model than the pinned one | \`increase(waybill_normaliser_drifted_answers_total[10m]) > 0\` |
| a target retires within 30 days | \`min by (provider, model) (waybill_target_retirement_seconds) < 30 * 86400\` |
| a task does not get on | \`sum by (group, topic, partition) (waybill_consumer_lag_records) > 10000\` |
| tasks start anew again and again | \`increase(waybill_task_dropped_total[10m]) > 10\` |
| calls whose outcome nobody knows | \`increase(waybill_worker_unknown_outcomes_total[10m]) > 0\` |
| records that cannot be processed | \`increase(waybill_dead_letters_total[10m]) > 0\` |
| requests fail | \`sum(rate(waybill_router_replies_total{status="failed"}[5m])) / sum(rate(waybill_router_replies_total[5m])) > 0.01\` |
| decisions take too long | \`increase(waybill_router_overruns_total[10m]) > 0\` |

${Object.entries(metricTables).map(section).join('\n\n')}
`
}
