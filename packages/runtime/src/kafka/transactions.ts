// A task's transactions, without offset calls: positions are records of the changelog.
//   version 2 (KIP-890): Produce 12 → EndTxn 5, and the epoch moves with every transaction
//   version 1: AddPartitionsToTxn → Produce 7 → EndTxn 1
// One at a time, and dead after any error: what happened is then read, not guessed. Only what a broker refuses before it
// does anything is tried again.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Appended, Send, Transactions } from '../log.ts'
import { LogError } from '../log.ts'
import { BrokerError, code, codeOf, failOn, isBusy, isPassing, isStale, maySendAgain, toLogError } from './errors.ts'
import type { Broker, Cluster } from './internals.ts'
import { byLeader, checkDistinct, produce } from './producing.ts'
import type { CompleteSettings } from './settings.ts'
import { endTransactionRequest, readEndTransaction } from './wire/end-txn.ts'
import type { Acknowledged, Batch } from './wire/produce.ts'
import { measure } from './wire/record-batch.ts'
import { exchange } from './wire/request.ts'

const transactionCoordinator = 1

/**
 * Where a test can hold a transaction up or end its process. begin: nothing is written; produced: all batches are stored,
 * and the end is not asked for; ending: it is asked for, and not answered (no waiting there); ended: it is answered.
 */
export type Disturb = (step: 'begin' | 'produced' | 'ending' | 'ended') => Promise<void>

export interface TransactionContext {
  readonly cluster: Cluster
  readonly settings: CompleteSettings
  readonly version: 1 | 2
  readonly disturb: Disturb
}

/** Tries again what is refused for now, a few milliseconds later each time. */
export async function persist<Result>(
  limitMs: number,
  attempt: () => Promise<Result>,
  passes: (errorCode: number) => boolean = isPassing,
): Promise<Result> {
  const end = performance.now() + limitMs
  for (let pauseMs = 1; ; pauseMs = Math.min(20, pauseMs * 1.3)) {
    try {
      return await attempt()
    } catch (error) {
      if (!passes(codeOf(error) ?? 0) || performance.now() > end) throw error
      await sleep(pauseMs)
    }
  }
}

/** The transactions of one owner: made by its fence. */
class Owner implements Transactions {
  readonly #context: TransactionContext
  readonly #id: string
  readonly #coordinator: Broker
  readonly #release: (reusable: boolean) => void
  /** Version 1 counts on within an epoch. */
  readonly #sequences = new Map<string, number>()
  #producerId: bigint
  #producerEpoch: number
  #state: 'open' | 'busy' | 'over' | 'closed' = 'open'

  constructor(
    context: TransactionContext,
    id: string,
    fenced: { readonly coordinator: Broker; readonly producerId: string; readonly producerEpoch: number },
    release: (reusable: boolean) => void,
  ) {
    this.#context = context
    this.#id = id
    this.#coordinator = fenced.coordinator
    this.#producerId = BigInt(fenced.producerId)
    this.#producerEpoch = fenced.producerEpoch
    this.#release = release
  }

  async commit(sends: readonly Send[]): Promise<readonly Appended[]> {
    if (this.#state !== 'open') throw new LogError('unknown', `these transactions are ${this.#state}`)
    this.#state = 'busy'
    try {
      checkDistinct(sends)
      const batches = sends.filter(({ records }) => records.length > 0).map((send) => this.#batchOf(send))
      const appended = batches.length === 0 ? [] : await this.#transaction(batches)
      if (this.#is('closed')) throw new LogError('unknown', 'these transactions were closed meanwhile')
      this.#state = 'open'
      return appended
    } catch (error) {
      if (!this.#is('closed')) this.#state = 'over'
      throw toLogError(error, `a transaction of ${this.#id}`)
    }
  }

  #is(state: 'over' | 'closed'): boolean {
    return this.#state === state
  }

  #batchOf({ topic, partition, records }: Send): Batch {
    const key = `${topic}/${partition}`
    const firstSequence = this.#context.version === 1 ? (this.#sequences.get(key) ?? 0) : 0
    if (this.#context.version === 1) this.#sequences.set(key, (firstSequence + records.length) % 2 ** 31)
    return { topic: this.#context.settings.prefix + topic, partition, measured: measure(records), firstSequence }
  }

  async #transaction(batches: readonly Batch[]): Promise<readonly Appended[]> {
    const { version, disturb } = this.#context
    await disturb('begin')
    if (version === 1) await this.#addPartitions(batches)
    const acknowledged = await this.#produceAll(batches)
    if (acknowledged.length !== batches.length)
      throw new LogError('unknown', `${acknowledged.length} of ${batches.length} batches were acknowledged`)
    await disturb('produced')
    await this.#end()
    await disturb('ended')
    const { length } = this.#context.settings.prefix
    return acknowledged.map(({ topic, partition, offset }) => ({ topic: topic.slice(length), partition, offset }))
  }

  /**
   * Batches that are refused for now are sent again with the same sequence numbers, by which a broker knows those that it
   * has: while the last transaction is being completed, and while a partition moves to another leader.
   */
  async #produceAll(batches: readonly Batch[]): Promise<readonly Acknowledged[]> {
    const { cluster, settings } = this.#context
    const end = performance.now() + settings.requestTimeoutMs
    const acknowledged: Acknowledged[] = []
    let open = batches
    for (let pauseMs = 1; ; pauseMs = Math.min(20, pauseMs * 1.3)) {
      const answers = await this.#produce(open)
      const refused = answers.filter(({ errorCode }) => errorCode !== 0)
      acknowledged.push(...answers.filter(({ errorCode }) => errorCode === 0))
      const [worst] = refused.toSorted((a, b) => seriousness(b) - seriousness(a))
      if (worst === undefined) return acknowledged
      if (seriousness(worst) > 0 || performance.now() > end) throw new BrokerError(worst.errorCode)
      await sleep(pauseMs)
      if (refused.some(({ errorCode }) => isStale(errorCode))) await cluster.refreshMetadata()
      open = open.filter((batch) => refused.some((one) => isFor(one, batch)))
    }
  }

  /** All requests settle before anything is thrown, so that none outlives the transaction. */
  async #produce(batches: readonly Batch[]): Promise<readonly Acknowledged[]> {
    const { cluster, settings, version } = this.#context
    const producer = {
      transactionalId: this.#prefixed,
      producerId: this.#producerId,
      producerEpoch: this.#producerEpoch,
    }
    const leaders = await byLeader(cluster, batches)
    const answers = await Promise.allSettled(
      [...leaders].map(([nodeId, some]) =>
        produce(cluster, nodeId, version === 2 ? 12 : 7, producer, some, settings.requestTimeoutMs),
      ),
    )
    return answers.flatMap((answer) => {
      if (answer.status === 'rejected') throw answer.reason
      return answer.value
    })
  }

  async #addPartitions(batches: readonly Batch[]): Promise<void> {
    const topics = [...Map.groupBy(batches, ({ topic }) => topic)].map(([topic, some]) => ({
      topic,
      partitions: some.map(({ partition }) => partition),
    }))
    const { requestTimeoutMs } = this.#context.settings
    await persist(requestTimeoutMs, () => this.#coordinator.addPartitionsToTxn({ ...this.#old, topics }), isBusy)
  }

  /** What a coordinator refuses for now it has not done; any other doubt ends these transactions. */
  async #end(): Promise<void> {
    const end = (): Promise<void> => (this.#context.version === 1 ? this.#endOld() : this.#endNew())
    await persist(this.#context.settings.requestTimeoutMs, end, isBusy)
  }

  async #endOld(): Promise<void> {
    const ended = this.#coordinator.endTxn({ ...this.#old, transactionResult: true })
    setImmediate(() => void this.#context.disturb('ending'))
    await ended
  }

  async #endNew(): Promise<void> {
    const producer = {
      transactionalId: this.#prefixed,
      producerId: this.#producerId,
      producerEpoch: this.#producerEpoch,
    }
    const answer = await exchange(
      this.#coordinator,
      endTransactionRequest(producer),
      () => void this.#context.disturb('ending'),
    )
    const { errorCode, producerId, producerEpoch } = readEndTransaction(answer)
    failOn(errorCode)
    this.#producerId = producerId
    this.#producerEpoch = producerEpoch
  }

  get #prefixed(): string {
    return this.#context.settings.prefix + this.#id
  }

  /** Who we are, as kafkajs's own requests want it. */
  get #old(): { readonly transactionalId: string; readonly producerId: string; readonly producerEpoch: number } {
    return { transactionalId: this.#prefixed, producerId: String(this.#producerId), producerEpoch: this.#producerEpoch }
  }

  close(): Promise<void> {
    const before = this.#state
    this.#state = 'closed'
    if (before !== 'closed') this.#release(before === 'open')
    return Promise.resolve()
  }
}

const isFor = (one: Acknowledged, { topic, partition }: Batch): boolean =>
  one.topic === topic && one.partition === partition

/** What a transaction fails with, where its batches fail with different errors. */
function seriousness({ errorCode }: Acknowledged): number {
  if (maySendAgain(errorCode)) return 0
  return errorCode === code.messageTooLarge || errorCode === code.recordListTooLarge ? 1 : 2
}

/**
 * Fences: the coordinator answers only when the last owner's transaction is complete, markers written.
 * @param release called once, when these transactions are closed: whether nothing is under way on the cluster's connections
 */
export async function openOwner(
  context: TransactionContext,
  id: string,
  release: (reusable: boolean) => void,
): Promise<Transactions> {
  const { cluster, settings } = context
  const transactionalId = settings.prefix + id
  const fenced = await persist(settings.requestTimeoutMs, async () => {
    const coordinator = await cluster.findGroupCoordinator({
      groupId: transactionalId,
      coordinatorType: transactionCoordinator,
    })
    const producer = await coordinator.initProducerId({
      transactionalId,
      transactionTimeout: settings.transactionTimeoutMs,
    })
    return { coordinator, ...producer }
  })
  return new Owner(context, id, fenced, release)
}
