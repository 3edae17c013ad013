// What a TypeScript producer or consumer uses: typed requests in, exactly one typed reply back.
import { contentHash, homePartition } from '@waybill/routing/hash'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Decision } from '@waybill/schemas/generated/decision'
import type { Feedback } from '@waybill/schemas/generated/feedback'
import { feedbackRecord } from '@waybill/schemas/generated/feedback'
import type { Reply } from '@waybill/schemas/generated/reply'
import { requestRecord } from '@waybill/schemas/generated/request'
import type { Response } from '@waybill/schemas/generated/response'
import type { RecordSchema } from '@waybill/schemas/record-schema'
import type { Topic } from '@waybill/schemas/topics'
import { costs, decisions, feedback, replies, requests, responses } from '@waybill/schemas/topics'
import type { KafkaSettings } from '@waybill/runtime/kafka/settings'
import { openKafkaLog } from '@waybill/runtime/kafka/log'
import type { Log } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import { openCodec } from '@waybill/runtime/registry/codec'
import type { RegistrySettings } from '@waybill/runtime/registry/request'
import { confluentRegistry } from '@waybill/runtime/registry/confluent-registry'
import type { RequestInput } from './complete.ts'
import { complete } from './complete.ts'
import type { FeedbackInput } from './complete-feedback.ts'
import { completeFeedback } from './complete-feedback.ts'

export interface ClientOptions {
  readonly kafka: Pick<KafkaSettings, 'brokers' | 'ssl' | 'sasl'>
  readonly registry: RegistrySettings
  /** Before every topic; `waybill.` unless the deployment has another. */
  readonly prefix?: string
}

/** What a request was sent as: enough to find its reply. */
export interface Sent {
  readonly tenant: string
  readonly id: string
  readonly hash: string
  readonly partition: number
}

export class RequestTimeout extends Error {
  override readonly name = 'RequestTimeout'
}

/** A record of a topic that a subscriber gets. */
export interface Received<Value> {
  readonly value: Value
  readonly partition: number
  readonly offset: number
  /** Append time, epoch milliseconds. */
  readonly timestamp: number
}

interface Subscriptions {
  readonly replies: Reply
  readonly responses: Response
  readonly decisions: Decision
  readonly costs: Cost
  readonly feedback: Feedback
}

const subscribable: { readonly [Name in keyof Subscriptions]: Topic<Subscriptions[Name]> } = {
  replies,
  responses,
  decisions,
  costs,
  feedback,
}

export interface SubscribeOptions {
  /** Records that are there already as well; else only what comes from now on. */
  readonly fromStart?: boolean
}

const nameOf = ({
  tenant,
  id,
  hash,
}: {
  readonly tenant: string
  readonly id: string
  readonly hash: string | null
}): string => JSON.stringify([tenant, id, hash])

/** A connection to one deployment. Reads are read-committed. */
export class Client {
  readonly #log: Log
  readonly #codec: Codec
  readonly #partitions: number
  /** The same request may be sent again while its first sender still waits: one reply serves both. */
  readonly #waiting = new Map<string, Set<(reply: Reply) => void>>()
  #listening: Promise<() => void> | undefined

  /** For tests and embedded use; `connect` is the usual way. */
  constructor(log: Log, codec: Codec, partitions: number) {
    this.#log = log
    this.#codec = codec
    this.#partitions = partitions
  }

  /**
   * Sends a request and does not wait for its reply. Resolves when it is stored.
   * Sending the same (tenant, id, content) again within the dedup window changes nothing.
   */
  async send(input: RequestInput): Promise<Sent> {
    const request = complete(input)
    const { tenant, id } = request
    const hash = contentHash(request)
    const partition = homePartition(hash, this.#partitions)
    const record = { key: hash, value: this.#codec.encode(requestRecord, request), headers: { tenant, id } }
    await this.#log.append({ topic: requests.name, partition, records: [record] })
    return { tenant, id, hash, partition }
  }

  /**
   * Sends a request and waits for its reply, whatever its status. An id that was replied to before, with the same
   * content and within the dedup window, gets no second reply: read `replies` for the first.
   * @throws RequestTimeout when the latency budget and ten seconds have passed: the service is not running, or its topics are not ours
   */
  async request(input: RequestInput): Promise<Reply> {
    this.#listening ??= this.subscribe('replies', ({ value }) => {
      const name = nameOf(value)
      for (const found of this.#waiting.get(name) ?? []) found(value)
      this.#waiting.delete(name)
    })
    await this.#listening
    const request = complete(input)
    const name = nameOf({ tenant: request.tenant, id: request.id, hash: contentHash(request) })
    const patienceMs = (request.latencyBudgetMs ?? 60_000) + 10_000
    const reply = new Promise<Reply>((resolve, reject) => {
      const waiting = this.#waiting.get(name) ?? new Set()
      this.#waiting.set(name, waiting)
      const found = (value: Reply): void => {
        clearTimeout(timer)
        resolve(value)
      }
      const timer = setTimeout(() => {
        waiting.delete(found)
        reject(new RequestTimeout(`There was no reply to ${request.tenant}/${request.id} within ${patienceMs} ms.`))
      }, patienceMs)
      waiting.add(found)
    })
    await this.send(input)
    return reply
  }

  /**
   * Says how good the answer to a request was. Resolves when it is stored; reports and backtests use it from then on.
   * @throws RangeError for a score that is not from 0 to 1, or where nothing is said
   */
  async feedback(input: FeedbackInput): Promise<Feedback> {
    const word = completeFeedback(input, Date.now())
    const key = `${word.tenant}/${word.id}`
    const record = { key, value: this.#codec.encode(feedbackRecord, word), headers: {} }
    await this.#log.append({ topic: feedback.name, partition: homePartition(key, this.#partitions), records: [record] })
    return word
  }

  /** Calls back for every record of a topic, in order within each partition. Returns what ends it. */
  async subscribe<Name extends keyof Subscriptions>(
    name: Name,
    take: (received: Received<Subscriptions[Name]>) => void,
    { fromStart = false }: SubscribeOptions = {},
  ): Promise<() => void> {
    const topic: Topic<Subscriptions[Name]> = subscribable[name]
    const ends = Array.from({ length: this.#partitions }, async (_, partition) => {
      const { start, end } = await this.#log.range(topic.name, partition)
      return this.#follow(topic, partition, fromStart ? start : end, take)
    })
    const all = await Promise.all(ends)
    return () => {
      for (const end of all) end()
    }
  }

  #follow<Value>(
    topic: Topic<Value>,
    partition: number,
    offset: number,
    take: (received: Received<Value>) => void,
  ): () => void {
    return this.#log.follow({
      topic: topic.name,
      partition,
      offset,
      hasRoom: () => true,
      deliver: (records) => {
        for (const { value, offset: at, timestamp } of records) {
          const decoded = this.#codec.decode(topic.value, value)
          if (decoded.kind === 'value') take({ value: decoded.value, partition, offset: at, timestamp })
          else if (decoded.kind === 'unknownSchema')
            void this.#learn(topic, { value, at, timestamp, partition, id: decoded.id }, take)
        }
      },
      fail: () => undefined,
    })
  }

  async #learn<Value>(
    topic: Topic<Value>,
    record: {
      readonly value: Buffer | null
      readonly at: number
      readonly timestamp: number
      readonly partition: number
      readonly id: number
    },
    take: (received: Received<Value>) => void,
  ): Promise<void> {
    if (!(await this.#codec.learn(record.id))) return
    const decoded = this.#codec.decode(topic.value, record.value)
    const { partition, at: offset, timestamp } = record
    if (decoded.kind === 'value') take({ value: decoded.value, partition, offset, timestamp })
  }

  async close(): Promise<void> {
    await this.#log.close()
  }
}

/** @throws where the brokers or the registry do not answer, or the deployment's topics are not there */
export async function connect({ kafka, registry, prefix = 'waybill.' }: ClientOptions): Promise<Client> {
  const read: readonly Topic[] = [requests, replies, responses, decisions, costs, feedback]
  const subjects = new Map<string, RecordSchema<unknown>>(
    read.map(({ name, value }) => [`${prefix}${name}-value`, value]),
  )
  const log = await openKafkaLog({ ...kafka, prefix, clientId: 'waybill-client' })
  try {
    const codec = await openCodec(confluentRegistry(registry), subjects)
    const partitions = (await log.partitionCounts([requests.name])).get(requests.name) ?? 0
    if (partitions > 0) return new Client(log, codec, partitions)
    throw new Error(
      `There is no topic ${prefix}${requests.name}: check the brokers and the prefix, or create the topics first.`,
    )
  } catch (error) {
    // Else its connections would keep the caller's process alive.
    await log.close()
    throw error
  }
}
