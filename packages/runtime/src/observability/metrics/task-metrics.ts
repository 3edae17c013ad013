// What every service tells of its tasks.
import type { Log } from '../../log.ts'
import type { TaskReading } from '../../task/reading.ts'
import { assigned, committed, taskEvents } from '../channels.ts'
import type { MetricTable } from './metric.ts'
import type { Metrics } from './metrics.ts'

export const taskMetrics = {
  tasks: {
    name: 'waybill_tasks',
    help: 'Tasks of this process. restoring: the state is read back; catchingUp: what came before the takeover is read.',
    type: 'gauge',
    labels: ['group', 'phase'],
    unit: '',
  },
  lag: {
    name: 'waybill_consumer_lag_records',
    help: 'Offsets that a partition holds and its task has not processed yet, transaction markers among them.',
    type: 'gauge',
    labels: ['group', 'topic', 'partition'],
    unit: '',
  },
  entries: {
    name: 'waybill_task_state_entries',
    help: 'Entries in the state of the tasks of this process: what a restore has reached, too.',
    type: 'gauge',
    labels: ['group'],
    unit: '',
  },
  stateBytes: {
    name: 'waybill_task_state_bytes',
    help: 'Memory that this state takes.',
    type: 'gauge',
    labels: ['group'],
    unit: 'bytes',
  },
  commits: {
    name: 'waybill_task_commit_seconds',
    help: 'Time of transactions that were committed, from the first request to the broker to its last answer.',
    type: 'histogram',
    labels: ['group'],
    unit: 'seconds',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
  },
  events: {
    name: 'waybill_task_events_total',
    help: 'Records, timers and outcomes that were processed in these transactions.',
    type: 'counter',
    labels: ['group'],
    unit: '',
  },
  dropped: {
    name: 'waybill_task_dropped_total',
    help: 'Incarnations of tasks that an error has ended, their transaction aborted or unknown. The task starts anew.',
    type: 'counter',
    labels: ['group', 'error'],
    unit: '',
  },
  restores: {
    name: 'waybill_task_restore_seconds',
    help: 'Time from the fence of a task to its state being restored.',
    type: 'histogram',
    labels: ['group'],
    unit: 'seconds',
    buckets: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300],
  },
  rebalances: {
    name: 'waybill_rebalances_total',
    help: 'How often the group has said which tasks are ours.',
    type: 'counter',
    labels: ['group'],
    unit: '',
  },
  deadLetters: {
    name: 'waybill_dead_letters_total',
    help: 'Records that could not be processed: see the topic dead-letters.',
    type: 'counter',
    labels: ['group'],
    unit: '',
  },
} as const satisfies MetricTable

const phases = ['restoring', 'catchingUp', 'running'] as const
/** How long a scrape waits for the log to say what it holds. */
const lagWithinMs = 2_000

/** Makes these metrics, and keeps them up to date. */
export function measureTasks(metrics: Metrics, log: Pick<Log, 'range'>): void {
  const meters = metrics.meters(taskMetrics)
  committed.subscribe(({ group, tookMs, events }) => {
    meters.commits(tookMs / 1_000, group)
    meters.events(events, group)
  })
  taskEvents.subscribe(({ code, group, error = 'failed', tookMs = 0, count = 0 }) => {
    if (code === 'dropped') meters.dropped(1, group, error)
    else if (code === 'restored') meters.restores(tookMs / 1_000, group)
    else if (code === 'dead_letter') meters.deadLetters(count, group)
  })
  assigned.subscribe(({ group }) => {
    meters.rebalances(1, group)
  })
  metrics.atScrape((tasks) => {
    for (const [group, own] of Map.groupBy(tasks, ({ group: name }) => name)) {
      for (const phase of phases) meters.tasks(own.filter((task) => task.phase === phase).length, group, phase)
      meters.entries(
        sumOf(own, ({ entries }) => entries),
        group,
      )
      meters.stateBytes(
        sumOf(own, ({ bytes }) => bytes),
        group,
      )
    }
  })
  metrics.atScrape(async (tasks) => {
    const lags = tasks.flatMap(({ group, partition, positions }) =>
      Object.entries(positions).map(async ([topic, position]) => {
        const { end } = await log.range(topic, partition)
        meters.lag(Math.max(0, end - position), group, topic, `${partition}`)
      }),
    )
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, lagWithinMs)
    await Promise.race([Promise.allSettled(lags), late])
    clearTimeout(timer)
  })
}

const sumOf = (tasks: readonly TaskReading[], of: (task: TaskReading) => number): number =>
  tasks.reduce((sum, task) => sum + of(task), 0)
