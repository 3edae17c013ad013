// The metrics of this process, over prom-client: it is imported here alone.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { TaskReading } from '../../task/reading.ts'
import type { Meter, MetricRow, Meters, MetricTable } from './metric.ts'

/** Series of one metric. What comes beyond them is counted as `other`: labels are closed sets, so somebody has erred. */
const mostSeries = 1_000

/** A running service, as far as its tasks can be read. */
interface Readable {
  readings(): readonly TaskReading[]
}

/** Sets gauges, from the tasks of this process. */
type AtScrape = (tasks: readonly TaskReading[]) => void | Promise<void>

export interface Metrics {
  /** The meters of a table: made once, however many services of this process ask. */
  meters<const Table extends MetricTable>(table: Table): Meters<Table>
  /** Asks at every scrape. Where it fails, its gauges are missing from that scrape. */
  atScrape(read: AtScrape): void
  /** From now on the tasks of this service are among those that `atScrape` sees. */
  watch(service: Readable): void
  /** All of them, in Prometheus's text format. */
  scrape(): Promise<{ readonly contentType: string; readonly text: string }>
}

type AnyMeter = Meter<readonly string[]>
type Labels = Readonly<Record<string, string>>
/** Finds what takes the values of one series. */
type Bind = (labels: Labels) => (value: number) => void

/** Binds each set of labels once: a record then costs a look-up. */
function meterOf({ labels: names }: MetricRow, bind: Bind): AnyMeter {
  const bound = new Map<string, (value: number) => void>()
  const bindAll = (values: readonly string[]): ((value: number) => void) =>
    bind(Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])))
  let others: ((value: number) => void) | undefined
  const find = (values: readonly string[]): ((value: number) => void) => {
    const key = values.length === 1 ? (values[0] ?? '') : values.join('\n')
    const known = bound.get(key)
    if (known !== undefined) return known
    if (bound.size >= mostSeries) return (others ??= bindAll(names.map(() => 'other')))
    const record = bindAll(values)
    bound.set(key, record)
    return record
  }
  return (value, ...values) => {
    find(values)(value)
  }
}

interface Opened {
  readonly meter: AnyMeter
  /** Forgets what was set. */
  readonly reset?: () => void
}

function open(row: MetricRow, registry: Registry): Opened {
  const { name, help, type, labels: labelNames, buckets = [] } = row
  const about = { name, help, labelNames: [...labelNames], registers: [registry] }
  switch (type) {
    case 'counter': {
      const counter = new Counter(about)
      const bind: Bind = (labels) => {
        const series = counter.labels(labels)
        return (value) => {
          series.inc(value)
        }
      }
      return { meter: meterOf(row, bind) }
    }
    case 'gauge': {
      const gauge = new Gauge(about)
      const bind: Bind = (labels) => {
        const series = gauge.labels(labels)
        return (value) => {
          series.set(value)
        }
      }
      return { meter: meterOf(row, bind), reset: () => gauge.reset() }
    }
    case 'histogram': {
      const histogram = new Histogram({ ...about, buckets: [...buckets] })
      const bind: Bind = (labels) => {
        const series = histogram.labels(labels)
        return (value) => {
          series.observe(value)
        }
      }
      return { meter: meterOf(row, bind) }
    }
  }
}

/** One meter for each name of the table. */
const isComplete = <Table extends MetricTable>(table: Table, meters: object): meters is Meters<Table> =>
  Object.keys(table).every((name) => name in meters)

export function openMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const reads: AtScrape[] = []
  const resets: (() => void)[] = []
  const services: Readable[] = []
  const made = new Map<MetricTable, object>()
  return {
    meters(table) {
      const known = made.get(table)
      if (known !== undefined && isComplete(table, known)) return known
      const meters: Record<string, AnyMeter> = {}
      for (const [name, row] of Object.entries(table)) {
        const { meter, reset } = open(row, registry)
        meters[name] = meter
        if (reset !== undefined) resets.push(reset)
      }
      if (!isComplete(table, meters)) throw new Error('A metric is missing.')
      made.set(table, meters)
      return meters
    },
    atScrape(read) {
      reads.push(read)
    },
    watch(service) {
      services.push(service)
    },
    async scrape() {
      for (const reset of resets) reset()
      const tasks = services.flatMap((service) => service.readings())
      await Promise.allSettled(reads.map(async (read) => read(tasks)))
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
  }
}
