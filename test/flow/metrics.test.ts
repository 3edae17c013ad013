// What an operator sees in figures: scraped from the running product, and held to what the topics say.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { after, test } from 'node:test'
import type { RequestInput } from '@waybill/client/complete'
import { gather } from '@waybill/cli/demo/evidence'
import { metricTables } from '@waybill/cli/documents/metrics-page'
import { startEmbedded } from '@waybill/cli/platform/embedded'
import { environmentWith } from '@waybill/runtime/config'
import { openEndpoint } from '@waybill/runtime/observability/metrics/endpoint'
import { openMetrics } from '@waybill/runtime/observability/metrics/metrics'

const metrics = openMetrics()
let healthy = true
const endpoint = await openEndpoint({ port: 0, host: '127.0.0.1', metrics, isHealthy: () => healthy })
const url = `http://127.0.0.1:${endpoint.port}`
const arena = await startEmbedded({ latencyScale: 0, seed: '1', metrics })
after(async () => {
  await arena.stop()
  await endpoint.close()
})

type Series = ReadonlyMap<string, number>

/** name{label="value"} → value */
async function scrape(): Promise<Series> {
  const answer = await fetch(`${url}/metrics`)
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/u)
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]))
}

/** The sum of all series of a metric that have these labels. */
function sumOf(series: Series, name: string, ...labels: readonly string[]): number {
  let sum = 0
  for (const [key, value] of series)
    if ((key === name || key.startsWith(`${name}{`)) && labels.every((label) => key.includes(label))) sum += value
  return sum
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    assert.ok(tries < 500, 'it never came to hold')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const hello = (id: string, rest: Partial<RequestInput> = {}): RequestInput => ({
  tenant: 'metrics',
  id,
  messages: [{ role: 'user', text: `Hello, this is ${id}.` }],
  ...rest,
})

const about = (actual: number, expected: number): void => {
  assert.ok(Math.abs(actual - expected) <= Math.abs(expected) * 1e-9, `${actual} is not ${expected}`)
}

async function sendKnownTraffic(): Promise<void> {
  const { client } = arena
  await Promise.all(Array.from({ length: 20 }, (_, at) => client.request(hello(`plain-${at}`))))
  await client.request(hello('again', { messages: [{ role: 'user', text: 'Hello, this is plain-0.' }] }))
  await client.request(hello('rejected', { toolChoice: { kind: 'tool', name: 'nobody' } }))
  await client.request(
    hello('schema', {
      constraints: { providers: ['openai'] },
      outputSchema: '{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}}',
    }),
  )
}

test('a scrape shows the traffic as the topics have it', async () => {
  // A task that moves in the midst of a transaction counts nothing of it.
  await eventually(
    async () => sumOf(await scrape(), 'waybill_tasks', 'phase="running"') === 6 * arena.settings.partitions,
  )
  // Other tests of this process are counted as well.
  const before = await scrape()
  const counted = (now: Series, name: string, ...labels: readonly string[]): number =>
    sumOf(now, name, ...labels) - (/_(?:total|count|sum)$/u.test(name) ? sumOf(before, name, ...labels) : 0)
  await sendKnownTraffic()
  const { settings, simulatorUrl = '' } = arena
  const evidence = await gather({ ...(await arena.reader()), partitions: settings.partitions, simulatorUrl })
  assert.equal(evidence.replies.length, 23)
  // A transaction is counted when its committing is known, which may be after its records can be read.
  await eventually(async () => counted(await scrape(), 'waybill_router_replies_total') === 23)
  await eventually(async () => counted(await scrape(), 'waybill_normaliser_answers_total') === evidence.costs.length)
  const series = await scrape()
  const sum = (name: string, ...labels: readonly string[]): number => counted(series, name, ...labels)

  assert.equal(sum('waybill_router_replies_total', 'status="completed"', 'duplicate="none"'), 21)
  assert.equal(sum('waybill_router_replies_total', 'duplicate="replayed"'), 1)
  assert.equal(sum('waybill_router_replies_total', 'status="rejected"'), 1)
  assert.equal(sum('waybill_router_rejections_total', 'reason="invalid_request"'), 1)
  assert.equal(sum('waybill_router_decisions_total', 'kind="routed"', 'route="policy"'), 21)
  assert.equal(sum('waybill_router_decision_seconds_count'), 21)
  assert.equal(sum('waybill_router_reply_seconds_count'), 21)
  assert.ok(sum('waybill_router_exclusions_total', 'rule="constraints"') > 0)
  assert.equal(sum('waybill_router_requests_under_way'), 0)

  assert.equal(sum('waybill_worker_calls_total', 'outcome="ok"', 'class="ok"'), 21)
  assert.equal(sum('gen_ai_client_operation_duration_seconds_count', 'gen_ai_operation_name="chat"'), 21)
  assert.equal(sum('waybill_worker_calls_under_way'), 0)
  assert.equal(sum('waybill_worker_permits'), 3 * settings.permits)

  const costs = evidence.costs.map(({ value }) => value)
  about(
    sum('waybill_normaliser_cost_usd_total'),
    costs.reduce((all, { costPicoUsd }) => all + (costPicoUsd ?? 0), 0) / 1e12,
  )
  const output = costs.reduce((all, { outputTokens }) => all + (outputTokens ?? 0), 0)
  assert.ok(output > 0)
  assert.equal(sum('waybill_normaliser_tokens_total', 'type="output"'), output)
  assert.equal(sum('gen_ai_client_token_usage_sum', 'gen_ai_token_type="output"'), output)
  assert.equal(sum('waybill_normaliser_answers_total', 'outcome="ok"'), 21)

  assert.equal(sum('waybill_tasks', 'phase="running"'), 6 * settings.partitions)
  assert.ok(sumOf(series, 'waybill_rebalances_total', 'group="router"') > 0)
  assert.ok(sum('waybill_task_commit_seconds_count', 'group="router"') > 0)
  assert.ok(sum('waybill_task_state_entries', 'group="router"') > 0)
})

/** One fault for the next call whose text has the word. */
async function plant(fault: string, contains: string): Promise<void> {
  const planted = await fetch(`${arena.simulatorUrl}/control/faults`, {
    method: 'POST',
    body: JSON.stringify({ fault, contains, count: 1 }),
  })
  assert.ok(planted.ok, await planted.text())
}

test('drift, repairs, cool-downs, backups and unknown outcomes are counted, each once', async () => {
  const before = await scrape()
  const schema = '{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}}'
  for (const fault of ['drifted-model;suffix=-turbo', 'fenced-json', 'rate-limit', 'reset', 'broken-json']) {
    await plant(fault, `word-${fault}`)
    const text = `Fill in the form: word-${fault}.`
    await arena.client.request(hello(fault, { messages: [{ role: 'user', text }], outputSchema: schema }))
  }
  const grown = (now: Series, name: string, ...labels: readonly string[]): number =>
    sumOf(now, name, ...labels) - sumOf(before, name, ...labels)
  // Five requests, three of which needed a backup.
  await eventually(async () => grown(await scrape(), 'waybill_normaliser_answers_total') === 8)
  await eventually(async () => grown(await scrape(), 'waybill_router_replies_total', 'status="completed"') === 5)
  const series = await scrape()
  const sum = (name: string, ...labels: readonly string[]): number => grown(series, name, ...labels)
  assert.equal(sum('waybill_normaliser_drifted_answers_total'), 1)
  assert.equal(sum('waybill_normaliser_answers_total', 'outcome="repaired"'), 1)
  assert.equal(sum('waybill_normaliser_answers_total', 'outcome="schema_mismatch"'), 1)
  assert.equal(sum('waybill_normaliser_backups_total'), 3)
  assert.equal(sum('waybill_worker_calls_total', 'outcome="unbilled"', 'class="rate_limited"'), 1)
  assert.equal(sum('waybill_worker_cool_downs_total', 'scope="model"'), 1)
  assert.equal(sum('waybill_worker_unknown_outcomes_total', 'class="connection_reset"'), 1)
  assert.ok(sum('waybill_normaliser_unknown_cost_usd_total') > 0)
  assert.equal(sum('gen_ai_client_operation_duration_seconds_count', 'error_type="rate_limited"'), 1)
})

test('what nobody reads lags behind by nothing, and statistics say how old they are', async () => {
  await eventually(async () => sumOf(await scrape(), 'waybill_consumer_lag_records') === 0)
  await eventually(async () => sumOf(await scrape(), 'waybill_stats_samples') >= 21)
  const series = await scrape()
  assert.ok(
    [...series.keys()].some((key) => key.startsWith('waybill_consumer_lag_records{group="router",topic="requests"')),
  )
  assert.ok(sumOf(series, 'waybill_stats_newest_sample_age_seconds') < 600)
})

test('the time until a retirement is told for every target that has a date', async () => {
  const series = await scrape()
  const seconds =
    series.get('waybill_target_retirement_seconds{provider="openai",model="gpt-5.4-nano-2026-03-17"}') ?? 0
  assert.ok(Math.abs(seconds - (Date.UTC(2027, 3, 1) - Date.now()) / 1_000) < 60, `${seconds}`)
})

test('every metric that is scraped stands in a table, and the reverse', async () => {
  const scraped = await (await fetch(`${url}/metrics`)).text()
  const told = [...scraped.matchAll(/^# TYPE (\S+ \S+)$/gmu)].map(([, type = '']) => type)
  const ours = told.filter((type) => !/^(?:process|nodejs)_/u.test(type))
  // Three workers in one process: their table is there once.
  const tables = Object.values(metricTables).flatMap((table) => Object.values(table))
  assert.deepEqual(ours.toSorted(), tables.map(({ name, type }) => `${name} ${type}`).toSorted())
  for (const { name, help } of tables) assert.ok(scraped.includes(`# HELP ${name} ${help}\n`), name)
})

test('a service whose port for metrics is taken ends at once, says which setting, and what to do', async () => {
  const environment = environmentWith({
    KAFKA_BROKERS: '127.0.0.1:1',
    SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1',
    WAYBILL_METRICS_PORT: `${endpoint.port}`,
    WAYBILL_METRICS_HOST: '127.0.0.1',
  })
  const main = join(import.meta.dirname, '../../services/stats/src/main.ts')
  const child = spawn(process.execPath, [main], { env: environment, stdio: ['ignore', 'ignore', 'pipe'] })
  const [said, [code]] = await Promise.all([textOf(child.stderr), once(child, 'exit')])
  assert.equal(code, 2)
  assert.match(said, /"setting":"WAYBILL_METRICS_PORT".*port \d+ is taken by another process: choose another one/u)
})

test('a path that is not there says which are, nothing is changed by a scrape, and health is what the service says', async () => {
  assert.equal((await fetch(`${url}/`)).status, 404)
  assert.equal((await fetch(`${url}/metrics`, { method: 'POST' })).status, 405)
  assert.equal((await fetch(`${url}/healthz`)).status, 200)
  healthy = false
  assert.equal((await fetch(`${url}/healthz`)).status, 503)
})
