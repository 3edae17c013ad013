// Reads of a partition that end: restores, single records, ranges. On a cluster of their own, since a broker answers a
// connection's fetches in order, and would let them wait for the end of a long poll.
import { setImmediate as pause, setTimeout as sleep } from 'node:timers/promises'
import type { LogRecord, Range } from '../log.ts'
import { LogError } from '../log.ts'
import { leaderOf } from './clusters.ts'
import { BrokerError, code, codeOf, isStale, toLogError } from './errors.ts'
import { fetchFrom } from './fetching.ts'
import type { Cluster } from './internals.ts'
import type { CompleteSettings } from './settings.ts'
import type { FetchAnswer, FetchedPartition, FetchLimits } from './wire/fetch.ts'

const mebibyte = 1024 * 1024
/** An answer is taken apart in one go, while nothing else runs. */
const restoring: FetchLimits = { maxWaitMs: 100, maxBytes: mebibyte, partitionMaxBytes: mebibyte }
/** A broker returns the first batch whole, however large. */
const single: FetchLimits = { maxWaitMs: 0, maxBytes: 1, partitionMaxBytes: 1 }
/** Records handed over before others may run. */
const piece = 1_000
const pauseMs = 20
/** What a broker has not brought for so long, though it says that it is there, was compacted. */
const goneAfterMs = 1_000
/** Of ListOffsets. */
const [first, last] = [-2, -1]
const readCommitted = 1

export interface ReaderContext {
  readonly cluster: Cluster
  readonly settings: CompleteSettings
  readonly isAlive: () => boolean
}

const isConnectionError = (error: unknown): boolean =>
  error instanceof Error && codeOf(error) === undefined && error.name.startsWith('KafkaJS')

/** Tries again while the leader moves or the connection breaks. */
async function followingLeader<Result>(
  { cluster, settings, isAlive }: ReaderContext,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const end = performance.now() + settings.requestTimeoutMs
  for (;;) {
    if (!isAlive()) throw new LogError('unknown', 'this log is closed')
    try {
      return await attempt()
    } catch (error) {
      const moved = isStale(codeOf(error) ?? 0)
      if ((!moved && !isConnectionError(error)) || performance.now() > end) throw error
      await sleep(pauseMs)
      await cluster.refreshMetadata().catch(() => undefined)
    }
  }
}

type Fetch = FetchedPartition & Pick<FetchAnswer, 'throttled'>

const fetchOne = (
  context: ReaderContext,
  [topic, partition, from]: readonly [string, number, number],
  limits: FetchLimits,
): Promise<Fetch> =>
  followingLeader(context, async () => {
    const full = context.settings.prefix + topic
    const broker = await leaderOf(context.cluster, full, partition)
    const asked = [{ topic: full, name: topic, partition, from }]
    const { throttled, partitions } = await fetchFrom(broker, asked, limits)
    const [fetched] = partitions
    if (fetched === undefined) throw new BrokerError(code.unknownTopicOrPartition)
    if (fetched.errorCode !== 0) throw new BrokerError(fetched.errorCode)
    if (fetched.damage !== undefined) throw fetched.damage
    return { ...fetched, throttled }
  })

async function handOver(
  records: readonly LogRecord[],
  take: (records: readonly LogRecord[]) => Promise<void> | void,
): Promise<void> {
  for (let from = 0; from < records.length; from += piece) {
    await take(records.slice(from, from + piece))
    await pause()
  }
}

/** Fetches the next piece while this one is taken. */
export async function readRange(
  context: ReaderContext,
  topic: string,
  partition: number,
  { from, to }: { readonly from: number; readonly to: number },
  take: (records: readonly LogRecord[]) => Promise<void> | void,
): Promise<void> {
  if (from >= to) return
  const tried = `reading ${topic}/${partition}`
  const fetch = (next: number): Promise<Fetch | LogError> =>
    fetchOne(context, [topic, partition, next], restoring).catch((error: unknown) => toLogError(error, tried))
  let [next, emptySince] = [from, Infinity]
  let coming = fetch(next)
  while (next < to) {
    const fetched = await coming
    if (fetched instanceof LogError) throw fetched
    if (fetched.next > next) {
      next = fetched.next
      emptySince = Infinity
    } else if (!fetched.throttled && fetched.lastStable >= to) {
      emptySince = Math.min(emptySince, performance.now())
      // Compaction has removed all that there was up to the end. A leader that is new may have nothing for a moment only.
      if (performance.now() - emptySince > goneAfterMs) return
    }
    if (next < to) coming = fetch(next)
    await handOver(
      fetched.records.filter(({ offset }) => offset < to),
      take,
    )
  }
}

export async function readSingle(
  context: ReaderContext,
  topic: string,
  partition: number,
  offset: number,
): Promise<LogRecord | null> {
  const end = performance.now() + goneAfterMs
  try {
    for (;;) {
      const { records, next } = await fetchOne(context, [topic, partition, offset], single)
      const found = records.find((record) => record.offset === offset)
      if (found !== undefined) return found
      // It has gone past the offset, so that nothing is there. A leader that is new may have nothing for a moment only.
      if (next > offset || performance.now() > end) return null
      await sleep(pauseMs)
    }
  } catch (error) {
    if (codeOf(error) === code.offsetOutOfRange) return null
    throw toLogError(error, `reading ${topic}/${partition}`)
  }
}

export async function rangeOf(context: ReaderContext, topic: string, partition: number): Promise<Range> {
  const full = context.settings.prefix + topic
  const ask = async (timestamp: number): Promise<number> => {
    const broker = await leaderOf(context.cluster, full, partition)
    const { responses } = await broker.listOffsets({
      replicaId: -1,
      isolationLevel: readCommitted,
      topics: [{ topic: full, partitions: [{ partition, timestamp }] }],
    })
    const offset = responses[0]?.partitions[0]?.offset
    if (offset === undefined) throw new LogError('unknown', `no range of ${topic}/${partition}`)
    return Number(offset)
  }
  try {
    const [start, end] = await followingLeader(context, () => Promise.all([ask(first), ask(last)]))
    return { start, end }
  } catch (error) {
    throw toLogError(error, `the range of ${topic}/${partition}`)
  }
}
