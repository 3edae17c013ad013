import { setImmediate as pause } from 'node:timers/promises'
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
import type { Disturb, MemoryCluster } from './cluster.ts'

/** Records delivered to a feed, or read, at once. */
const piece = 500

/** One client of a cluster in memory: what one process holds. */
export class MemoryLog implements Log {
  readonly #cluster: MemoryCluster
  readonly #disturb: Disturb | undefined
  readonly #wakes = new Set<() => void>()
  readonly #ends: (() => void)[] = []
  readonly #members: (() => void)[] = []
  #alive = true

  /** @param disturb for the transactions of this client alone */
  constructor(cluster: MemoryCluster, disturb?: Disturb) {
    this.#cluster = cluster
    this.#disturb = disturb
  }

  /** Ends the process that holds this client, as kill -9 would: its group learns of it when its session times out. */
  kill(): void {
    this.#alive = false
    for (const end of this.#ends) end()
    this.#cluster.clock.schedule(this.#cluster.sessionTimeoutMs, () => {
      for (const leave of this.#members) leave()
    })
  }

  #use(): MemoryCluster {
    if (!this.#alive) throw new LogError('unknown', 'this client is closed')
    return this.#cluster
  }

  async openTransactions(transactionalId: string): Promise<Transactions> {
    await Promise.resolve()
    const epoch = this.#use().fence(transactionalId)
    let [over, busy] = [false, false]
    return {
      commit: async (sends): Promise<readonly Appended[]> => {
        if (busy) throw new LogError('unknown', 'one transaction at a time')
        busy = true
        try {
          const cluster = this.#use()
          if (over) throw new LogError('unknown', 'these transactions are over')
          const appended = await cluster.commit(transactionalId, epoch, sends, this.#disturb)
          this.#use()
          busy = false
          return appended
        } catch (error) {
          over = true
          busy = false
          throw error
        }
      },
      close: () => {
        over = true
        return Promise.resolve()
      },
    }
  }

  follow(feed: Feed): () => void {
    const partition = this.#use().partition(feed.topic, feed.partition)
    let next = feed.offset
    let [following, woken] = [true, false]
    const end = (): void => {
      following = false
      partition.watchers.delete(wake)
      this.#wakes.delete(wake)
    }
    const deliver = (): void => {
      woken = false
      if (!following || !feed.hasRoom()) return
      const { start, end: stable } = partition.range()
      if (next < start || (next > stable && feed.offset === next)) {
        end()
        feed.fail(
          new LogError('outOfRange', `${next} is outside ${start}–${stable} of ${feed.topic}/${feed.partition}`),
        )
        return
      }
      const read = partition.read(next, piece)
      if (read.next === next) return
      next = read.next
      feed.deliver(read.records, read.next)
      wake()
    }
    const wake = (): void => {
      if (woken) return
      woken = true
      this.#cluster.clock.schedule(0, deliver)
    }
    partition.watchers.add(wake)
    this.#wakes.add(wake)
    this.#ends.push(end)
    wake()
    return end
  }

  poke(): void {
    for (const wake of this.#wakes) wake()
  }

  async read(
    topic: string,
    partition: number,
    { from, to }: { readonly from: number; readonly to: number },
    take: (records: readonly LogRecord[]) => Promise<void> | void,
  ): Promise<void> {
    for (let next = from; next < to;) {
      const read = this.#use().partition(topic, partition).read(next, piece)
      if (read.next === next) return
      next = read.next
      await take(read.records.filter(({ offset }) => offset < to))
      await this.#breathe()
    }
  }

  /** Lets others run, where time is real: under a simulated clock nothing may depend on the event loop's own phases. */
  async #breathe(): Promise<void> {
    if (this.#cluster.clock.real) await pause()
  }

  async readOne(topic: string, partition: number, offset: number): Promise<LogRecord | null> {
    await Promise.resolve()
    const [record] = this.#use().partition(topic, partition).read(offset, 1).records
    return record?.offset === offset ? record : null
  }

  async range(topic: string, partition: number): Promise<Range> {
    await Promise.resolve()
    return this.#use().partition(topic, partition).range()
  }

  async partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    await Promise.resolve()
    return new Map(topics.map((topic) => [topic, this.#use().partitionCount(topic)]))
  }

  async join(options: JoinOptions): Promise<Membership> {
    await Promise.resolve()
    const cluster = this.#use()
    const partitions = Math.max(...options.topics.map((topic) => cluster.partitionCount(topic)))
    const { member, membership } = cluster.groups.join(options, partitions)
    this.#ends.push(() => {
      member.deaf = true
    })
    this.#members.push(() => {
      cluster.groups.remove(member, partitions)
    })
    return membership
  }

  async commitOffsets(group: string, partition: number, next: Offsets): Promise<void> {
    await Promise.resolve()
    this.#use().groups.commitOffsets(group, partition, next)
  }

  async committedOffsets(group: string, partition: number, topics: readonly string[]): Promise<Offsets> {
    await Promise.resolve()
    return this.#use().groups.committedOffsets(group, partition, topics)
  }

  async append(send: Send): Promise<Appended> {
    await Promise.resolve()
    return this.#use().append(send)
  }

  close(): Promise<void> {
    this.#alive = false
    for (const end of this.#ends) end()
    for (const leave of this.#members) leave()
    return Promise.resolve()
  }
}
