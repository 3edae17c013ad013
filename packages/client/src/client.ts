// What a TypeScript producer or consumer uses: typed requests in, exactly one typed reply back.
import { contentHash, homePartition } from '@waybill/routing/hash'
import type { Feedback } from '@waybill/schemas/generated/feedback'
import { feedbackRecord } from '@waybill/schemas/generated/feedback'
import type { Reply } from '@waybill/schemas/generated/reply'
import type { Request } from '@waybill/schemas/generated/request'
import { requestRecord } from '@waybill/schemas/generated/request'
import type { RecordSchema } from '@waybill/schemas/record-schema'
import type { Topic } from '@waybill/schemas/topics'
import { costs, decisions, feedback, replies, requests, responses } from '@waybill/schemas/topics'
import { openKafkaLog } from '@waybill/runtime/kafka/log'
import type { Log } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import { openCodec } from '@waybill/runtime/registry/codec'
import { confluentRegistry } from '@waybill/runtime/registry/confluent-registry'
import type { RequestInput } from './complete.ts'
import { complete } from './complete.ts'
import { ClientClosed, InvalidRequest, RequestTimeout } from './errors.ts'
import type { Asked } from './earlier-replies.ts'
import { findEarlierReplies } from './earlier-replies.ts'
import type { ClientOptions, Telling } from './options.ts'
import { asItIs, checkOptions, namingOptions } from './options.ts'
import type { Received, Subscriptions } from './subscriptions.ts'
import { subscribable } from './subscriptions.ts'
import { patienceOf, WaitingReplies } from './waiting-replies.ts'
import type { FeedbackInput } from './complete-feedback.ts'
import { completeFeedback } from './complete-feedback.ts'

/** What a request was sent as: enough to find its reply. */
export interface Sent {
  readonly tenant: string
  readonly id: string
  readonly hash: string
  readonly partition: number
}

export type { ClientOptions, Received }
export { ClientClosed, InvalidRequest, RequestTimeout }

export interface SubscribeOptions {
  /** Records that are there already as well; else only what comes from now on. */
  readonly fromStart?: boolean
}

export interface RequestOptions {
  /** How long to wait for the reply, in milliseconds; unless told the latency budget and ten seconds. */
  readonly timeoutMs?: number
  /** Ends the waiting with its reason. The request itself goes on: nothing takes it back. */
  readonly signal?: AbortSignal
}

/** For so long an earlier reply is looked for. */
const earlierMs = 3_000

function hashOf(request: Request): string {
  try {
    return contentHash(request)
  } catch {
    throw new InvalidRequest('A text of the request is no well-formed Unicode: it holds half of a surrogate pair.')
  }
}

/** A connection to one deployment. Reads are read-committed. */
export class Client {
  readonly #log: Log
  readonly #codec: Codec
  readonly #partitions: number
  readonly #telling: Telling
  readonly #waiting = new WaitingReplies()
  #listening: Promise<() => void> | undefined

  /** For tests and embedded use; `connect` is the usual way. */
  constructor(log: Log, codec: Codec, partitions: number, telling: Telling = asItIs) {
    this.#log = log
    this.#telling = telling
    this.#codec = codec
    this.#partitions = partitions
  }

  /**
   * Sends a request and does not wait for its reply. Resolves when it is stored.
   * Sending the same (tenant, id, content) again within the dedup window changes nothing.
   * @throws InvalidRequest with the field that is wrong; LogError where the brokers do not store it
   */
  async send(input: RequestInput): Promise<Sent> {
    const request = this.#checked(input)
    return this.#store(request, hashOf(request))
  }

  /**
   * Sends a request and waits for its reply, whatever its status. An id that was replied to before, with the same
   * content and within the dedup window, gets no second reply: when the time is over, it is what `earlierReply` finds.
   * @throws InvalidRequest with the field that is wrong; RequestTimeout when there was no reply in time: the service is
   * not running, or its topics are not ours; ClientClosed; the reason of the signal
   */
  async request(input: RequestInput, { timeoutMs, signal }: RequestOptions = {}): Promise<Reply> {
    signal?.throwIfAborted()
    const request = this.#checked(input)
    const { tenant, id, latencyBudgetMs } = request
    const hash = hashOf(request)
    await this.#listen()
    const patienceMs = timeoutMs ?? patienceOf(latencyBudgetMs)
    const said = `There was no reply to ${tenant}/${id} within ${patienceMs} ms, and no earlier one was found. The request goes on: its reply may still come, and subscribe('replies') sees it.`
    const asked = { tenant, id, hash }
    const { reply, end } = this.#waiting.wait(asked, {
      timeoutMs: patienceMs,
      lastLook: () => this.earlierReply(asked),
      tooLate: () => new RequestTimeout(said),
      signal,
    })
    this.#store(request, hash).catch(end)
    return reply
  }

  /** The reply that an id, with this content, was given before: `earlierReplies` of one. */
  async earlierReply(asked: Asked, timeoutMs = earlierMs): Promise<Reply | undefined> {
    const [reply] = await this.earlierReplies([asked], timeoutMs)
    return reply
  }

  /**
   * The replies that ids, with their contents, were given before. Looks through the last 100,000 replies of their
   * partitions, once for all of them, the newest first.
   * @param timeoutMs for so long, and not longer: what was found by then is returned
   * @returns those that were found, in no order
   * @throws LogError or RegistryError where the brokers or the registry do not answer in that time
   */
  async earlierReplies(asked: readonly Asked[], timeoutMs = earlierMs): Promise<readonly Reply[]> {
    const homes = Map.groupBy(asked, ({ hash }) => homePartition(hash, this.#partitions))
    const place = { log: this.#log, codec: this.#codec }
    const found = await Promise.all(
      [...homes].map(([partition, own]) =>
        this.#telling(() => findEarlierReplies({ ...place, partition }, own, timeoutMs)),
      ),
    )
    return found.flat()
  }

  /** What JavaScript lets through: fields that are none, and values of another type. */
  #checked(input: RequestInput): Request {
    const request = complete(input)
    const misfit = this.#codec.misfitOf(requestRecord, request)
    if (misfit !== undefined) throw new InvalidRequest(`${misfit} docs/request.md lists all fields.`)
    return request
  }

  async #store(request: Request, hash: string): Promise<Sent> {
    const { tenant, id } = request
    const partition = homePartition(hash, this.#partitions)
    const record = { key: hash, value: this.#codec.encode(requestRecord, request), headers: { tenant, id } }
    await this.#telling(() => this.#log.append({ topic: requests.name, partition, records: [record] }))
    return { tenant, id, hash, partition }
  }

  /** Once for all requests; again where it failed. */
  async #listen(): Promise<void> {
    this.#listening ??= this.subscribe('replies', ({ value }) => {
      this.#waiting.take(value)
    })
    try {
      await this.#listening
    } catch (error) {
      this.#listening = undefined
      throw error
    }
  }

  /**
   * Says how good the answer to a request was. Resolves when it is stored; reports and backtests use it from then on.
   * @throws RangeError for a score that is not from 0 to 1, or where nothing is said
   */
  async feedback(input: FeedbackInput): Promise<Feedback> {
    const word = completeFeedback(input, Date.now())
    const key = `${word.tenant}/${word.id}`
    const record = { key, value: this.#codec.encode(feedbackRecord, word), headers: {} }
    const partition = homePartition(key, this.#partitions)
    await this.#telling(() => this.#log.append({ topic: feedback.name, partition, records: [record] }))
    return word
  }

  /**
   * Calls back for every record of a topic, in order within each partition. Returns what ends it. What the callback
   * throws is thrown where nobody catches it, as of any other callback: the records after it are called back for.
   * @throws TypeError for a topic that cannot be subscribed to
   */
  async subscribe<Name extends keyof Subscriptions>(
    name: Name,
    take: (received: Received<Subscriptions[Name]>) => void,
    { fromStart = false }: SubscribeOptions = {},
  ): Promise<() => void> {
    if (!Object.hasOwn(subscribable, name))
      throw new TypeError(`"${name}" cannot be subscribed to: ${Object.keys(subscribable).join(', ')} can.`)
    const topic: Topic<Subscriptions[Name]> = subscribable[name]
    const ends = Array.from({ length: this.#partitions }, async (_, partition) => {
      const { start, end } = await this.#telling(() => this.#log.range(topic.name, partition))
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
    given: (received: Received<Value>) => void,
  ): () => void {
    const take = (received: Received<Value>): void => {
      try {
        given(received)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
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

  /** Ends all subscriptions, and rejects what is waited for with ClientClosed. */
  async close(): Promise<void> {
    this.#waiting.endAll(new ClientClosed('The client was closed before the reply came.'))
    await this.#log.close()
  }
}

/**
 * @throws TypeError for options that cannot be used; LogError and RegistryError where the brokers or the registry do not
 * answer, which name the option that it is about; Error where the deployment's topics are not there
 */
export async function connect(options: ClientOptions): Promise<Client> {
  checkOptions(options)
  return namingOptions(() => open(options, namingOptions))
}

/** As `connect`, for those who have their options from the settings of the environment: these are what errors name. */
export const connectBySettings = (options: ClientOptions): Promise<Client> => open(options, asItIs)

async function open(options: ClientOptions, telling: Telling): Promise<Client> {
  const { kafka, registry, prefix = 'waybill.' } = options
  const read: readonly Topic[] = [requests, replies, responses, decisions, costs, feedback]
  const subjects = new Map<string, RecordSchema<unknown>>(
    read.map(({ name, value }) => [`${prefix}${name}-value`, value]),
  )
  const log = await openKafkaLog({ ...kafka, prefix, clientId: 'waybill-client' })
  try {
    const codec = await openCodec(confluentRegistry(registry), subjects)
    const partitions = (await log.partitionCounts([requests.name])).get(requests.name) ?? 0
    if (partitions > 0) return new Client(log, codec, partitions, telling)
    throw new Error(
      `There is no topic ${prefix}${requests.name}: check the brokers and the prefix, or create the topics first.`,
    )
  } catch (error) {
    // Else its connections would keep the caller's process alive.
    await log.close()
    throw error
  }
}
