// Appends outside transactions: idempotent, one request under way, and what arrives meanwhile goes with the next.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Appended, Send } from '../log.ts'
import { LogError } from '../log.ts'
import { BrokerError, code, codeOf, toLogError } from './errors.ts'
import type { Cluster } from './internals.ts'
import { anyBroker } from './clusters.ts'
import { byLeader, produce } from './producing.ts'
import type { CompleteSettings } from './settings.ts'
import type { Acknowledged, Batch, Producer } from './wire/produce.ts'
import { measure } from './wire/record-batch.ts'

/** What may go into one batch. */
const [mostRecords, mostBytes] = [500, 256 * 1024]
const pauseMs = 20
const version = 7

interface Waiting {
  readonly send: Send
  readonly bytes: number
  /** Its batch was refused as too large: it goes alone, so that it fails nobody else. */
  alone: boolean
  readonly resolve: (appended: Appended) => void
  readonly reject: (error: LogError) => void
}

interface Line {
  readonly topic: string
  readonly partition: number
  readonly waiting: Waiting[]
}

/** Some of a line, as one batch. */
interface Parcel {
  readonly line: Line
  readonly content: readonly Waiting[]
  readonly batch: Batch
}

/** Nothing was stored, and will not be: the record itself is wrong, or nobody may write it. */
const isRefusal = (errorCode: number): boolean => refusals.has(errorCode)
const refusals = new Set<number>([2, code.messageTooLarge, 17, code.recordListTooLarge, 29, 31, 32, 42, 43, 44, 87])

/** The producer is no use any more; a batch that was never sent before has not been stored under it. */
const isProducerLost = (errorCode: number): boolean => lost.has(errorCode)
const lost = new Set<number>([
  code.outOfOrderSequence,
  code.invalidProducerEpoch,
  code.invalidProducerIdMapping,
  code.unknownProducerId,
])

export class Appender {
  readonly #cluster: Cluster
  readonly #settings: CompleteSettings
  readonly #lines = new Map<string, Line>()
  readonly #sequences = new Map<string, number>()
  #producer: Producer | undefined
  #busy = false
  #alive = true

  constructor(cluster: Cluster, settings: CompleteSettings) {
    this.#cluster = cluster
    this.#settings = settings
  }

  append(send: Send): Promise<Appended> {
    const { topic, partition, records } = send
    if (records.length === 0) return Promise.reject(new LogError('unknown', `nothing to append to ${topic}`))
    const key = `${topic}/${partition}`
    const line = this.#lines.get(key) ?? { topic, partition, waiting: [] }
    this.#lines.set(key, line)
    const { promise, resolve, reject } = Promise.withResolvers<Appended>()
    line.waiting.push({ send, bytes: measure(records).bytes, alone: false, resolve, reject })
    if (!this.#busy) void this.#run()
    return promise
  }

  close(): void {
    this.#alive = false
    for (const { waiting } of this.#lines.values())
      for (const { reject } of waiting.splice(0)) reject(new LogError('unknown', 'this log is closed'))
  }

  async #run(): Promise<void> {
    this.#busy = true
    for (let parcels = this.#pack(); parcels.length > 0; parcels = this.#pack()) await this.#deliver(parcels)
    this.#busy = false
  }

  /** The next batch of each line. Sequences are given only once there is a producer. */
  #pack(): readonly Parcel[] {
    const parcels: Parcel[] = []
    for (const [key, line] of this.#lines) {
      const content = cut(line.waiting)
      if (content.length === 0) {
        this.#lines.delete(key)
        continue
      }
      const records = content.flatMap(({ send }) => send.records)
      const topic = this.#settings.prefix + line.topic
      const batch = { topic, partition: line.partition, measured: measure(records), firstSequence: 0 }
      parcels.push({ line, content, batch })
    }
    return parcels
  }

  async #deliver(parcels: readonly Parcel[]): Promise<void> {
    const end = performance.now() + 3 * this.#settings.requestTimeoutMs
    let open = parcels
    let uncertain = false
    let failure: unknown = new BrokerError(code.notLeader)
    while (open.length > 0) {
      try {
        const producer = (this.#producer ??= await this.#openProducer())
        const numbered = open.map((parcel) => this.#numbered(parcel))
        const answers = await this.#send(producer, numbered)
        open = numbered.filter((parcel) => !this.#settle(parcel, answers, uncertain))
        if (open.length === 0) return
      } catch (error) {
        failure = error
        uncertain = true
      }
      if (!this.#alive || performance.now() > end) {
        this.#fail(open, failure)
        return
      }
      this.#settings.onEvent({ code: 'append_retried' })
      await sleep(pauseMs)
      await this.#cluster.refreshMetadata().catch(() => undefined)
    }
  }

  async #openProducer(): Promise<Producer> {
    const broker = await anyBroker(this.#cluster)
    const opened = await broker.initProducerId({ transactionalId: null, transactionTimeout: 60_000 })
    this.#sequences.clear()
    const { producerId, producerEpoch } = opened
    return { transactionalId: null, producerId: BigInt(producerId), producerEpoch }
  }

  #numbered(parcel: Parcel): Parcel {
    const firstSequence = this.#sequences.get(keyOf(parcel.batch)) ?? 0
    return { ...parcel, batch: { ...parcel.batch, firstSequence } }
  }

  async #send(producer: Producer, parcels: readonly Parcel[]): Promise<readonly Acknowledged[]> {
    const { requestTimeoutMs } = this.#settings
    const leaders = await byLeader(
      this.#cluster,
      parcels.map(({ batch }) => batch),
    )
    const answers = await Promise.allSettled(
      [...leaders].map(([nodeId, batches]) =>
        produce(this.#cluster, nodeId, version, producer, batches, requestTimeoutMs),
      ),
    )
    return answers.flatMap((answer) => {
      if (answer.status === 'rejected') throw answer.reason
      return answer.value
    })
  }

  /** @returns whether nothing is left to do for it */
  #settle(parcel: Parcel, answers: readonly Acknowledged[], uncertain: boolean): boolean {
    const { topic, partition, measured, firstSequence } = parcel.batch
    const answer = answers.find((one) => one.topic === topic && one.partition === partition)
    if (answer === undefined) return false
    const { errorCode } = answer
    if (errorCode === 0) {
      this.#sequences.set(keyOf(parcel.batch), (firstSequence + measured.records.length) % 2 ** 31)
      resolveAll(parcel, answer.offset)
      return true
    }
    if (isProducerLost(errorCode)) this.#producer = undefined
    if (isRefusal(errorCode)) {
      this.#refuse(parcel, errorCode)
      return true
    }
    if (!isProducerLost(errorCode) || !uncertain) return false
    this.#fail([parcel], new BrokerError(errorCode))
    return true
  }

  #refuse(parcel: Parcel, errorCode: number): void {
    const { content, line } = parcel
    if (content.length === 1) {
      this.#fail([parcel], new BrokerError(errorCode))
      return
    }
    for (const one of content) one.alone = true
    line.waiting.unshift(...content)
    this.#lines.set(`${line.topic}/${line.partition}`, line)
  }

  #fail(parcels: readonly Parcel[], error: unknown): void {
    // After an outcome that is not known the sequence is not known either.
    if (!isRefusal(codeOf(error) ?? 0)) this.#producer = undefined
    for (const { content, line } of parcels)
      for (const { reject } of content) reject(toLogError(error, `appending to ${line.topic}/${line.partition}`))
  }
}

const keyOf = ({ topic, partition }: Batch): string => `${topic}/${partition}`

/** Takes what fits into one batch off a line. */
function cut(waiting: Waiting[]): readonly Waiting[] {
  let [count, bytes, records] = [0, 0, 0]
  for (const one of waiting) {
    bytes += one.bytes
    records += one.send.records.length
    if (count > 0 && (one.alone || bytes > mostBytes || records > mostRecords)) break
    count++
    if (one.alone) break
  }
  return waiting.splice(0, count)
}

function resolveAll({ content, line }: Parcel, offset: number): void {
  let next = offset
  for (const one of content) {
    one.resolve({ topic: line.topic, partition: line.partition, offset: next })
    next += one.send.records.length
  }
}
