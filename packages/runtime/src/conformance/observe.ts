// What the conformance suites use to look at a log from outside.
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { sleep, systemClock } from '../clock.ts'
import type { Log, LogRecord, Send } from '../log.ts'

/** How a suite gets at a log: several clients of one cluster, and topics with what it needs of them. */
export interface LogUnderTest {
  /** A client of its own: what one process holds. */
  client(): Promise<Log>
  createTopic(name: string, options: TopicOptions & { readonly partitions: number }): Promise<void>
  /** Ends a client as kill -9 would: nothing is finished, nothing is said. */
  kill(log: Log): void
  /** Deletes all records before an offset, as retention does. */
  deleteBefore(topic: string, partition: number, offset: number): Promise<void>
  close(): Promise<void>
}

/** One promise, and how it is kept. */
export type Case<Cluster = LogUnderTest> = readonly [promise: string, kept: (cluster: Cluster) => Promise<void>]

/** Registers the cases as tests of one log. */
export function conformance<Cluster extends LogUnderTest>(
  name: string,
  make: () => Promise<Cluster>,
  cases: readonly Case<Cluster>[],
): void {
  let cluster: Cluster | undefined
  before(async () => {
    cluster = await make()
  })
  after(() => cluster?.close())
  for (const [promise, kept] of cases) {
    test(`${name}: ${promise}`, async () => {
      if (cluster === undefined) throw new Error('There is no log.')
      await kept(cluster)
    })
  }
}

interface TopicOptions {
  readonly compacted?: boolean
  readonly maxMessageBytes?: number
}

/** New topics of two partitions. */
export async function topicsOf(cluster: LogUnderTest, count: number, options: TopicOptions = {}): Promise<string[]> {
  const names = Array.from({ length: count }, () => `t-${randomUUID()}`)
  for (const topic of names) await cluster.createTopic(topic, { partitions: 2, ...options })
  return names
}

/** A new topic of two partitions. */
export async function topicOf(cluster: LogUnderTest, options: TopicOptions = {}): Promise<string> {
  const [topic = ''] = await topicsOf(cluster, 1, options)
  return topic
}

export const send = (topic: string, partition: number, ...values: readonly string[]): Send => ({
  topic,
  partition,
  records: values.map((value) => ({ key: value, value: Buffer.from(value) })),
})

export const valuesOf = (records: readonly LogRecord[]): readonly string[] => records.map(({ value }) => String(value))

export interface Collected {
  readonly records: LogRecord[]
  next: number
  failed: string | null
  stop(): void
}

/** Follows a partition into a list. */
export function collect(log: Log, topic: string, partition = 0, offset = 0): Collected {
  const records: LogRecord[] = []
  const collected: Collected = { records, next: offset, failed: null, stop: () => undefined }
  collected.stop = log.follow({
    topic,
    partition,
    offset,
    hasRoom: () => true,
    deliver(delivered, next) {
      records.push(...delivered)
      collected.next = next
    },
    fail(error) {
      collected.failed = error.code
    },
  })
  return collected
}

/** Waits until something is true, and fails after a while. */
export async function until(what: () => boolean, timeoutMs = 15_000): Promise<void> {
  const end = Date.now() + timeoutMs
  while (!what()) {
    if (Date.now() > end) throw new Error(`This did not become true within ${timeoutMs} ms: ${what.toString()}`)
    await sleep(systemClock, 5)
  }
}

/** All that a partition holds now. */
export async function everything(log: Log, topic: string, partition = 0): Promise<readonly LogRecord[]> {
  const { start, end } = await log.range(topic, partition)
  const records: LogRecord[] = []
  await log.read(topic, partition, { from: start, to: end }, (piece) => {
    records.push(...piece)
  })
  return records
}

/** Waits until a partition holds just these: the markers of a commit come after it, and what it wrote shows only then. */
export async function untilHolds(
  log: Log,
  topic: string,
  values: readonly string[],
  partition = 0,
  timeoutMs = 15_000,
): Promise<void> {
  const end = Date.now() + timeoutMs
  for (;;) {
    const held = valuesOf(await everything(log, topic, partition))
    if (isDeepStrictEqual(held, values)) return
    if (Date.now() > end)
      throw new Error(`${topic}/${partition} holds ${held.join(', ')} instead of ${values.join(', ')}`)
    await sleep(systemClock, 5)
  }
}
