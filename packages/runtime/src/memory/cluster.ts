import type { Clock } from '../clock.ts'
import { systemClock } from '../clock.ts'
import type { Appended, Send } from '../log.ts'
import { LogError } from '../log.ts'
import { Groups } from './groups.ts'
import type { Transaction } from './partition.ts'
import { Partition } from './partition.ts'

/**
 * Where a transaction can be disturbed: begin (nothing is written), produced (its records are, its end is not decided),
 * ended (it has ended, but its owner does not know yet). A disturbance waits, throws, or does neither.
 */
export type TransactionStep = 'begin' | 'produced' | 'ended'

export type Disturb = (step: TransactionStep, transactionalId: string) => Promise<void>

export interface ClusterOptions {
  readonly clock?: Clock
  readonly heartbeatMs?: number
  readonly sessionTimeoutMs?: number
  readonly transactionTimeoutMs?: number
  readonly disturb?: Disturb
}

interface Owner {
  epoch: number
  open: Transaction | null
  /** Cancels the time-out of the open transaction. */
  cancel: () => void
}

/** A cluster in memory, which several clients share. It does what a broker does, markers and fencing included. */
export class MemoryCluster {
  readonly clock: Clock
  readonly groups: Groups
  readonly sessionTimeoutMs: number
  readonly #topics = new Map<string, readonly Partition[]>()
  readonly #owners = new Map<string, Owner>()
  readonly #transactionTimeoutMs: number
  readonly #disturb: Disturb

  constructor(options: ClusterOptions = {}) {
    this.clock = options.clock ?? systemClock
    this.groups = new Groups(this.clock, options.heartbeatMs ?? 10)
    this.sessionTimeoutMs = options.sessionTimeoutMs ?? 6_000
    this.#transactionTimeoutMs = options.transactionTimeoutMs ?? 5_000
    this.#disturb = options.disturb ?? (() => Promise.resolve())
  }

  createTopic(name: string, partitions: number, maxMessageBytes = 1_048_576): void {
    if (this.#topics.has(name)) return
    this.#topics.set(
      name,
      Array.from({ length: partitions }, (_, index) => new Partition(name, index, maxMessageBytes)),
    )
  }

  partitionCount(topic: string): number {
    return this.#topics.get(topic)?.length ?? 0
  }

  partition(topic: string, partition: number): Partition {
    const found = this.#topics.get(topic)?.[partition]
    if (found === undefined) throw new LogError('unknown', `there is no ${topic}/${partition}`)
    return found
  }

  append({ topic, partition, records }: Send): Appended {
    const target = this.partition(topic, partition)
    target.check(records)
    return { topic, partition, offset: target.append(records, this.clock.now(), null) }
  }

  /** Begins a new epoch of a transactional id: what its last owner left open is aborted. */
  fence(transactionalId: string): number {
    const owner = this.#owners.get(transactionalId) ?? { epoch: -1, open: null, cancel: () => undefined }
    this.#owners.set(transactionalId, owner)
    this.#end(owner, 'aborted')
    return ++owner.epoch
  }

  async commit(
    transactionalId: string,
    epoch: number,
    sends: readonly Send[],
    disturb: Disturb = this.#disturb,
  ): Promise<readonly Appended[]> {
    await disturb('begin', transactionalId)
    const appended = this.#produce(transactionalId, epoch, sends)
    await disturb('produced', transactionalId)
    this.#end(this.#ownerOf(transactionalId, epoch), 'committed')
    await disturb('ended', transactionalId)
    return appended
  }

  #ownerOf(transactionalId: string, epoch: number): Owner {
    const owner = this.#owners.get(transactionalId)
    if (owner === undefined || owner.epoch !== epoch)
      throw new LogError('fenced', `${transactionalId} has a newer owner than epoch ${epoch}`)
    return owner
  }

  #produce(transactionalId: string, epoch: number, sends: readonly Send[]): readonly Appended[] {
    const owner = this.#ownerOf(transactionalId, epoch)
    const transaction: Transaction = { id: transactionalId, state: 'open', partitions: new Set() }
    owner.open = transaction
    owner.cancel = this.clock.schedule(this.#transactionTimeoutMs, () => {
      this.#end(owner, 'aborted')
      owner.epoch++
    })
    return sends.map(({ topic, partition, records }) => {
      const target = this.partition(topic, partition)
      target.check(records)
      return { topic, partition, offset: target.append(records, this.clock.now(), transaction) }
    })
  }

  #end(owner: Owner, state: 'committed' | 'aborted'): void {
    const { open } = owner
    owner.open = null
    owner.cancel()
    if (open === null) return
    open.state = state
    for (const partition of open.partitions) partition.mark()
  }
}
