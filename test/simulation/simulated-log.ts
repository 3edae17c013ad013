// What one process holds of the log: a client whose every step takes time, can fail, and can be its process's last.
import type { Clock } from '@waybill/runtime/clock'
import { sleep } from '@waybill/runtime/clock'
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
} from '@waybill/runtime/log'
import { LogError } from '@waybill/runtime/log'
import { MemoryLog } from '@waybill/runtime/memory/log'
import type { SimulatedCluster } from './simulated-cluster.ts'
import type { SimulatedProcess } from './simulated-process.ts'

export interface Network {
  readonly clock: Clock
  /** How long one way takes, in milliseconds. */
  readonly delayMs: () => number
  /** What reading one record takes besides. */
  readonly readMs: () => number
  /** How late a reader gets what is there. */
  readonly lagMs: () => number
  /** Whether this request, or its answer, is lost. */
  readonly isLost: () => boolean
  /** A step of a process: it may be its last. */
  readonly step: (process: SimulatedProcess) => void
  /** Something went wrong between the process and the log. */
  readonly failed: (how: 'request lost' | 'commit not answered in time') => void
  /** Where a read ends that should go on to an offset: there, or before it. */
  readonly readsTo: (range: { readonly from: number; readonly to: number }) => number
  /** A record was read by its coordinates. */
  readonly readOne: (found: boolean) => void
  readonly opened: (transactionalId: string, process: SimulatedProcess) => void
}

const requestTimeoutMs = 5_000

export class SimulatedLog implements Log {
  readonly #process: SimulatedProcess
  readonly #cluster: SimulatedCluster
  readonly #network: Network
  readonly #log: MemoryLog
  #rejoin: () => void = () => undefined
  #leave: () => void = () => undefined

  constructor(process: SimulatedProcess, cluster: SimulatedCluster, network: Network) {
    this.#process = process
    this.#cluster = cluster
    this.#network = network
    this.#log = new MemoryLog(cluster)
  }

  /** The group takes the process for gone. */
  expire(): void {
    this.#leave()
  }

  /** The group takes the process in again, or lets it go and takes it in. */
  rejoin(): void {
    this.#leave()
    if (!this.#process.isDead) this.#rejoin()
  }

  kill(): void {
    this.#process.kill()
    this.#log.kill()
  }

  async #travel(): Promise<void> {
    const ms = this.#network.delayMs()
    if (ms > 0) await new Promise<void>((resolve) => this.#network.clock.schedule(ms, resolve))
    if (!this.#network.isLost()) return
    this.#network.failed('request lost')
    throw new LogError('unknown', 'the network has lost it')
  }

  async #call<Result>(request: () => Promise<Result>): Promise<Result> {
    const process = this.#process
    await process.running()
    this.#network.step(process)
    await process.running()
    try {
      await this.#travel()
      const result = await request()
      await this.#travel()
      return result
    } finally {
      await process.running()
      this.#network.step(process)
      await process.running()
    }
  }

  async openTransactions(transactionalId: string): Promise<Transactions> {
    const transactions = await this.#call(() => {
      this.#network.opened(transactionalId, this.#process)
      return this.#log.openTransactions(transactionalId)
    })
    return { commit: (sends) => this.#commit(transactions, sends), close: () => transactions.close() }
  }

  async #commit(transactions: Transactions, sends: readonly Send[]): Promise<readonly Appended[]> {
    const process = this.#process
    await process.running()
    this.#network.step(process)
    await process.running()
    const appended = await new Promise<readonly Appended[]>((resolve, reject) => {
      const cancel = process.clock.schedule(requestTimeoutMs, () => {
        this.#network.failed('commit not answered in time')
        reject(new LogError('unknown', 'no answer in time'))
      })
      const hear = (told: () => void): void => {
        process.hear(() => {
          cancel()
          told()
        })
      }
      const ask = async (): Promise<void> => {
        try {
          const value = await transactions.commit(sends)
          hear(() => {
            resolve(value)
          })
        } catch (error) {
          hear(() => {
            reject(error instanceof Error ? error : new Error('the commit failed'))
          })
        }
      }
      void ask()
    })
    this.#network.step(process)
    await process.running()
    return appended
  }

  follow(feed: Feed): () => void {
    // The last microtasks of a process that is no more.
    if (this.#process.isDead) return () => undefined
    let following = true
    const late = this.#inOrder()
    const end = this.#log.follow({
      ...feed,
      hasRoom: () => feed.hasRoom(),
      deliver: (records, next) => {
        late(() => {
          if (following) feed.deliver(records, next)
        })
      },
      fail: (error) => {
        late(() => {
          if (following) feed.fail(error)
        })
      },
    })
    return () => {
      following = false
      end()
    }
  }

  /** What a reader hears comes later than it was there, and in its order. */
  #inOrder(): (callback: () => void) => void {
    const { clock, lagMs } = this.#network
    let [last, pending] = [0, 0]
    return (callback) => {
      const ms = lagMs()
      if (ms === 0 && pending === 0) {
        this.#process.hear(callback)
        return
      }
      last = Math.max(last + 1, clock.now() + ms)
      pending++
      clock.schedule(last - clock.now(), () => {
        pending--
        this.#process.hear(callback)
      })
    }
  }

  poke(): void {
    this.#log.poke()
  }

  read(
    topic: string,
    partition: number,
    range: { readonly from: number; readonly to: number },
    take: (records: readonly LogRecord[]) => Promise<void> | void,
  ): Promise<void> {
    return this.#call(() => {
      const to = this.#network.readsTo(range)
      return this.#log.read(topic, partition, { ...range, to }, take)
    })
  }

  async readOne(topic: string, partition: number, offset: number): Promise<LogRecord | null> {
    await sleep(this.#network.clock, this.#network.readMs())
    const record = await this.#call(() => this.#log.readOne(topic, partition, offset))
    this.#network.readOne(record !== null)
    return record
  }

  range(topic: string, partition: number): Promise<Range> {
    return this.#call(() => this.#log.range(topic, partition))
  }

  partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#call(() => this.#log.partitionCounts(topics))
  }

  async join(options: JoinOptions): Promise<Membership> {
    await this.#call(() => Promise.resolve())
    const partitions = this.#cluster.partitionCount(options.topics[0] ?? '')
    const { groups } = this.#cluster
    const heard: JoinOptions = {
      ...options,
      onAssigned: (tasks) => {
        this.#process.hear(() => {
          options.onAssigned(tasks)
        })
      },
    }
    let { member, membership } = groups.join(heard, partitions)
    this.#leave = () => {
      member.deaf = true
      groups.remove(member, partitions)
    }
    this.#rejoin = () => {
      ;({ member, membership } = groups.join(heard, partitions))
    }
    return {
      confirmed: () => this.#call(() => membership.confirmed()),
      leave: async () => {
        await this.#process.running()
        this.#rejoin = () => undefined
        this.#leave()
      },
    }
  }

  commitOffsets(group: string, partition: number, next: Offsets): Promise<void> {
    return this.#log.commitOffsets(group, partition, next)
  }

  committedOffsets(group: string, partition: number, topics: readonly string[]): Promise<Offsets> {
    return this.#call(() => this.#log.committedOffsets(group, partition, topics))
  }

  append(send: Send): Promise<Appended> {
    return this.#call(() => this.#log.append(send))
  }

  close(): Promise<void> {
    this.#leave()
    return this.#log.close()
  }
}
