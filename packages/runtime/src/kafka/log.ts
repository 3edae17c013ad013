// The log on Kafka.
import type {
  Appended,
  Feed,
  JoinOptions,
  Log,
  LogRecord,
  Membership,
  Offsets,
  Range,
  Send,
  Transactions,
} from '../log.ts'
import { LogError } from '../log.ts'
import { Appender } from './append.ts'
import type { Sockets } from './clusters.ts'
import { anyBroker, connectingTo, countPartitions, openCluster, openSockets } from './clusters.ts'
import { toLogError } from './errors.ts'
import { FetchLoop } from './fetch-loop.ts'
import { sourceOf } from './fetching.ts'
import type { Cluster } from './internals.ts'
import type { Member } from './membership.ts'
import { joinGroup } from './membership.ts'
import { commitOffsets, committedOffsets } from './offsets.ts'
import type { ReaderContext } from './reader.ts'
import { rangeOf, readRange, readSingle } from './reader.ts'
import type { CompleteSettings, KafkaSettings } from './settings.ts'
import { completed } from './settings.ts'
import type { TransactionClusters } from './transaction-clusters.ts'
import { openTransactionClusters } from './transaction-clusters.ts'
import type { Disturb } from './transactions.ts'
import { openOwner } from './transactions.ts'
import { featuresRequest, readFeatures } from './wire/features.ts'
import { exchange } from './wire/request.ts'

const apiVersionsKey = 18

/** Which transactions this cluster can do. */
async function transactionVersionOf(cluster: Cluster, wanted: CompleteSettings['transactionVersion']): Promise<1 | 2> {
  if (wanted !== 'probe') return wanted
  const broker = await anyBroker(cluster)
  if ((broker.versions[apiVersionsKey]?.maxVersion ?? 0) < featuresRequest.apiVersion) return 1
  const features = readFeatures(await exchange(broker, featuresRequest))
  return (features.get('transaction.version') ?? 0) >= 2 ? 2 : 1
}

interface Parts {
  readonly settings: CompleteSettings
  readonly sockets: Sockets
  /** Long polls; the second one for who joins in meanwhile. */
  readonly polls: { readonly main: Cluster; readonly side: Cluster }
  /** Restores and single reads, and appends and offsets on its other connection. */
  readonly reads: Cluster
  readonly transactions: TransactionClusters
  readonly version: 1 | 2
  readonly disturb: Disturb
}

/** What one process holds. */
export class KafkaLog implements Log {
  /** Which protocol its transactions speak. */
  readonly transactionVersion: 1 | 2
  readonly #parts: Parts
  readonly #loop: FetchLoop
  readonly #appender: Appender
  readonly #reader: ReaderContext
  readonly #members = new Map<string, Member>()
  readonly #committing = new Set<Promise<void>>()
  #alive = true

  constructor(parts: Parts) {
    this.#parts = parts
    this.transactionVersion = parts.version
    this.#loop = new FetchLoop({ main: sourceOf(parts.polls.main), side: sourceOf(parts.polls.side) }, parts.settings)
    this.#appender = new Appender(parts.reads, parts.settings)
    this.#reader = { cluster: parts.reads, settings: parts.settings, isAlive: () => this.#alive }
  }

  #checkAlive(): void {
    if (!this.#alive) throw new LogError('unknown', 'this log is closed')
  }

  async openTransactions(transactionalId: string): Promise<Transactions> {
    this.#checkAlive()
    const { transactions, settings, version, disturb } = this.#parts
    try {
      const cluster = await transactions.take()
      const release = (reusable: boolean): void => {
        transactions.give(cluster, reusable)
      }
      try {
        return await openOwner({ cluster, settings, version, disturb }, transactionalId, release)
      } catch (error) {
        release(false)
        throw error
      }
    } catch (error) {
      throw toLogError(error, `fencing ${transactionalId}`)
    }
  }

  follow(feed: Feed): () => void {
    this.#checkAlive()
    return this.#loop.follow(feed)
  }

  poke(): void {
    this.#loop.poke()
  }

  read(
    topic: string,
    partition: number,
    range: { readonly from: number; readonly to: number },
    take: (records: readonly LogRecord[]) => Promise<void> | void,
  ): Promise<void> {
    return readRange(this.#reader, topic, partition, range, take)
  }

  readOne(topic: string, partition: number, offset: number): Promise<LogRecord | null> {
    return readSingle(this.#reader, topic, partition, offset)
  }

  range(topic: string, partition: number): Promise<Range> {
    return rangeOf(this.#reader, topic, partition)
  }

  async partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    this.#checkAlive()
    const { prefix } = this.#parts.settings
    try {
      const counts = await countPartitions(
        this.#parts.reads,
        topics.map((topic) => prefix + topic),
      )
      return new Map(topics.map((topic) => [topic, counts.get(prefix + topic) ?? 0]))
    } catch (error) {
      throw toLogError(error, 'counting partitions')
    }
  }

  async join(options: JoinOptions): Promise<Membership> {
    this.#checkAlive()
    const member = await joinGroup(options, this.#parts.settings, this.#parts.sockets)
    this.#members.set(options.group, member)
    return {
      confirmed: () => member.confirmed(),
      leave: async () => {
        // Refused after it.
        await Promise.allSettled(this.#committing)
        this.#members.delete(options.group)
        await member.leave()
      },
    }
  }

  async commitOffsets(group: string, partition: number, next: Offsets): Promise<void> {
    const identity = this.#members.get(group)?.identity
    const { reads: cluster, settings } = this.#parts
    const committing = commitOffsets({ cluster, settings }, group, partition, next, identity)
    this.#committing.add(committing)
    try {
      await committing
    } finally {
      this.#committing.delete(committing)
    }
  }

  committedOffsets(group: string, partition: number, topics: readonly string[]): Promise<Offsets> {
    const { reads: cluster, settings } = this.#parts
    return committedOffsets({ cluster, settings }, group, partition, topics)
  }

  async append(send: Send): Promise<Appended> {
    this.#checkAlive()
    return this.#appender.append(send)
  }

  #stop(): void {
    this.#alive = false
    this.#loop.close()
    this.#appender.close()
  }

  /** Ends this log as kill -9 would: nothing is finished, nothing is said. */
  kill(): void {
    this.#stop()
    this.#parts.sockets.cut()
    for (const member of this.#members.values()) member.leave().catch(() => undefined)
  }

  async close(): Promise<void> {
    if (!this.#alive) return
    this.#stop()
    const { polls, reads, transactions } = this.#parts
    // Connections that break while they are closed are closed as well.
    await Promise.allSettled([
      ...[...this.#members.values()].map((member) => member.leave()),
      ...[polls.main, polls.side, reads].map((cluster) => cluster.disconnect()),
      transactions.close(),
    ])
    this.#parts.sockets.cut()
  }
}

/** @param disturb for tests that hold up or kill a process in the middle of a transaction */
export async function openKafkaLog(
  given: KafkaSettings,
  disturb: Disturb = () => Promise.resolve(),
): Promise<KafkaLog> {
  const settings = completed(given)
  const sockets = openSockets()
  try {
    const open = (): Promise<Cluster> => openCluster(settings, sockets)
    const [main, side, reads] = await Promise.all([open(), open(), open()])
    const version = await transactionVersionOf(reads, settings.transactionVersion)
    const transactions = openTransactionClusters(settings, sockets)
    return new KafkaLog({ settings, sockets, polls: { main, side }, reads, transactions, version, disturb })
  } catch (error) {
    sockets.cut()
    throw toLogError(error, connectingTo(settings))
  }
}
