import assert from 'node:assert/strict'
import { test } from 'node:test'
import { committed, taskEvents } from '../channels.ts'
import { openEndpoint, PortError } from './endpoint.ts'
import type { MetricTable } from './metric.ts'
import { openMetrics } from './metrics.ts'
import { measureTasks, taskMetrics } from './task-metrics.ts'

const table = {
  calls: { name: 'calls_total', help: 'Calls.', type: 'counter', labels: ['vendor', 'outcome'], unit: '' },
  open: { name: 'open', help: 'What is open.', type: 'gauge', labels: ['group'], unit: '' },
  took: { name: 'took_seconds', help: 'Time.', type: 'histogram', labels: [], unit: 'seconds', buckets: [1, 2] },
} as const satisfies MetricTable

/** The lines of a scrape that hold values of ours. */
async function linesOf(metrics: ReturnType<typeof openMetrics>): Promise<readonly string[]> {
  const { text } = await metrics.scrape()
  return text.split('\n').filter((line) => line !== '' && !/^(?:#|process_|nodejs_)/u.test(line))
}

test('each kind of metric does what it is for', async () => {
  const metrics = openMetrics()
  const meters = metrics.meters(table)
  meters.calls(1, 'a', 'ok')
  meters.calls(2, 'a', 'ok')
  meters.calls(1, 'b', 'failed')
  meters.took(1.5)
  assert.deepEqual(await linesOf(metrics), [
    'calls_total{vendor="a",outcome="ok"} 3',
    'calls_total{vendor="b",outcome="failed"} 1',
    'took_seconds_bucket{le="1"} 0',
    'took_seconds_bucket{le="2"} 1',
    'took_seconds_bucket{le="+Inf"} 1',
    'took_seconds_sum 1.5',
    'took_seconds_count 1',
  ])
})

test('a gauge holds what is read at the scrape, and nothing of the one before', async () => {
  const metrics = openMetrics()
  const meters = metrics.meters(table)
  let groups = ['one', 'two']
  metrics.atScrape(() => {
    for (const group of groups) meters.open(1, group)
  })
  assert.deepEqual(await gauges(), ['open{group="one"} 1', 'open{group="two"} 1'])
  groups = ['two']
  assert.deepEqual(await gauges(), ['open{group="two"} 1'])
  async function gauges(): Promise<readonly string[]> {
    return (await linesOf(metrics)).filter((line) => line.startsWith('open'))
  }
})

test('labels without end are cut off, and still counted', async () => {
  const metrics = openMetrics()
  const { calls } = metrics.meters(table)
  for (let at = 0; at < 1_500; at++) calls(1, `${at}`, 'ok')
  const lines = (await linesOf(metrics)).filter((line) => line.startsWith('calls_total'))
  assert.equal(lines.length, 1_001)
  assert.equal(lines.at(-1), 'calls_total{vendor="other",outcome="other"} 500')
})

test('a table may be asked for by several services of one process', () => {
  const metrics = openMetrics()
  assert.equal(metrics.meters(table), metrics.meters(table))
})

test('what cannot be read is missing from a scrape, and the rest is there', async () => {
  const metrics = openMetrics()
  const meters = metrics.meters(table)
  metrics.atScrape(() => {
    throw new Error('no')
  })
  metrics.atScrape(() => Promise.reject(new Error('no')))
  metrics.atScrape(() => {
    meters.open(3, 'group')
  })
  assert.ok((await linesOf(metrics)).includes('open{group="group"} 3'))
})

test('tasks that start anew, and dead letters, are counted by their group', async () => {
  const metrics = openMetrics()
  measureTasks(metrics, { range: () => Promise.reject(new Error('no log')) })
  taskEvents.publish({ code: 'dropped', group: 'router', partition: 1, error: 'fenced' })
  taskEvents.publish({ code: 'dead_letter', group: 'router', partition: 1, count: 3, detail: 'unreadable' })
  taskEvents.publish({ code: 'restored', group: 'router', partition: 1, count: 9, tookMs: 40 })
  committed.publish({ group: 'router', partition: 1, events: 7, tookMs: 3, written: [] })
  const task = {
    group: 'router',
    partition: 1,
    phase: 'running',
    entries: 2,
    bytes: 8,
    open: 1,
    positions: { a: 5 },
  } as const
  metrics.watch({ readings: () => [task] })
  const lines = await linesOf(metrics)
  for (const line of [
    'waybill_task_dropped_total{group="router",error="fenced"} 1',
    'waybill_dead_letters_total{group="router"} 3',
    'waybill_task_restore_seconds_bucket{le="0.05",group="router"} 1',
    'waybill_task_commit_seconds_bucket{le="0.005",group="router"} 1',
    'waybill_task_events_total{group="router"} 7',
    'waybill_tasks{group="router",phase="running"} 1',
    'waybill_tasks{group="router",phase="restoring"} 0',
    'waybill_task_state_entries{group="router"} 2',
  ])
    assert.ok(lines.includes(line), `${line}\n${lines.join('\n')}`)
  assert.deepEqual(
    lines.filter((line) => line.startsWith(taskMetrics.lag.name)),
    [],
  )
})

test('lag is what a partition holds beyond its task', async () => {
  const metrics = openMetrics()
  measureTasks(metrics, { range: (topic) => Promise.resolve({ start: 0, end: topic === 'a' ? 12 : 3 }) })
  const task = { group: 'router', partition: 1, phase: 'running', entries: 0, bytes: 0, open: 0 } as const
  metrics.watch({ readings: () => [{ ...task, positions: { a: 5, b: 3 } }] })
  const lines = await linesOf(metrics)
  assert.ok(lines.includes('waybill_consumer_lag_records{group="router",topic="a",partition="1"} 7'))
  assert.ok(lines.includes('waybill_consumer_lag_records{group="router",topic="b",partition="1"} 0'))
})

test('a port that is taken is said, with what to do', async (context) => {
  const options = { host: '127.0.0.1', metrics: openMetrics(), isHealthy: () => true }
  const first = await openEndpoint({ ...options, port: 0 })
  context.after(() => first.close())
  await assert.rejects(openEndpoint({ ...options, port: first.port }), (error) => {
    assert.ok(error instanceof PortError)
    assert.match(error.message, /^port \d+ is taken by another process: choose another one/u)
    return true
  })
  await assert.rejects(openEndpoint({ ...options, port: 0, host: '192.0.2.1' }), /no address of this machine/u)
})

test('a listener that throws ends nothing', () => {
  const heard: string[] = []
  const ends = [
    committed.subscribe(() => {
      throw new Error('planted')
    }),
    committed.subscribe(({ group }) => {
      heard.push(group)
    }),
  ]
  committed.publish({ group: 'one', partition: 0, events: 1, tookMs: 1, written: [] })
  for (const end of ends) end()
  committed.publish({ group: 'two', partition: 0, events: 1, tookMs: 1, written: [] })
  assert.deepEqual(heard, ['one'])
})
