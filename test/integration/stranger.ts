// What somebody has who knows Kafka and Avro and nothing of ours: kafkajs as it comes, avsc, and fetch.
import { createRequire } from 'node:module'

type Bytes = Buffer | null
type Headers = Readonly<Record<string, string>>

interface Consumed {
  readonly topic: string
  readonly partition: number
  readonly message: { readonly offset: string; readonly value: Bytes }
}

/** The part of kafkajs that is used here. */
interface Kafkajs {
  readonly Kafka: new (options: {
    readonly clientId: string
    readonly brokers: readonly string[]
    readonly logLevel: number
  }) => {
    producer(): {
      connect(): Promise<void>
      send(options: {
        readonly topic: string
        readonly messages: readonly { readonly value: Bytes; readonly headers?: Headers; readonly partition?: number }[]
      }): Promise<readonly { readonly partition: number; readonly baseOffset?: string }[]>
      disconnect(): Promise<void>
    }
    consumer(options: { readonly groupId: string }): {
      connect(): Promise<void>
      subscribe(options: { readonly topics: readonly string[]; readonly fromBeginning: boolean }): Promise<void>
      run(options: { readonly eachMessage: (consumed: Consumed) => Promise<void> }): Promise<void>
      disconnect(): Promise<void>
    }
  }
}

interface Type {
  toBuffer(value: unknown): Buffer
  fromBuffer(bytes: Buffer): Readonly<Record<string, unknown>>
}

interface Avsc {
  readonly Type: { forSchema(schema: unknown): Type }
}

// As the runtime resolves them: these tests have none of their own.
const kafkajs: Kafkajs = createRequire(import.meta.resolve('@waybill/runtime/kafka/patches'))('kafkajs')
const avsc: Avsc = createRequire(import.meta.resolve('@waybill/runtime/registry/codec'))('avsc')

/** A record as it was read, decoded. */
export interface Read {
  readonly topic: string
  readonly value: Readonly<Record<string, unknown>>
}

export interface Addresses {
  readonly brokers: readonly string[]
  readonly registry: string
  readonly prefix: string
}

async function ask(address: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${address} answered ${response.status}`)
  const body: Readonly<Record<string, unknown>> = JSON.parse(await response.text())
  return body
}

/** Sends to `requests`, and reads what comes of it. */
export class Stranger {
  readonly #kafka: InstanceType<Kafkajs['Kafka']>
  readonly #producer: ReturnType<InstanceType<Kafkajs['Kafka']>['producer']>
  readonly #consumer: ReturnType<InstanceType<Kafkajs['Kafka']>['consumer']>
  readonly #addresses: Addresses
  readonly #types = new Map<number, Type>()
  #waiting: (() => void)[] = []
  /** All that was read so far. */
  readonly read: Read[] = []

  constructor(addresses: Addresses) {
    this.#addresses = addresses
    const { brokers } = addresses
    this.#kafka = new kafkajs.Kafka({ clientId: 'stranger', brokers, logLevel: 1 })
    this.#producer = this.#kafka.producer()
    this.#consumer = this.#kafka.consumer({ groupId: 'stranger' })
  }

  /** Reads these topics from their start; kafkajs reads committed records only unless told otherwise. */
  async open(topics: readonly string[]): Promise<void> {
    await Promise.all([this.#producer.connect(), this.#consumer.connect()])
    await this.#consumer.subscribe({ topics: topics.map((topic) => this.#named(topic)), fromBeginning: true })
    await this.#consumer.run({
      eachMessage: async ({ topic, message }) => {
        const { value } = message
        if (value === null) return
        const type = await this.#typeOf(value.readInt32BE(1))
        this.read.push({ topic: topic.slice(this.#addresses.prefix.length), value: type.fromBuffer(value.subarray(5)) })
        for (const look of this.#waiting) look()
      },
    })
  }

  async close(): Promise<void> {
    await Promise.all([this.#producer.disconnect(), this.#consumer.disconnect()])
  }

  #named(topic: string): string {
    return `${this.#addresses.prefix}${topic}`
  }

  async #typeOf(id: number): Promise<Type> {
    const known = this.#types.get(id)
    if (known !== undefined) return known
    const { schema } = await ask(`${this.#addresses.registry}/schemas/ids/${id}`)
    const type = avsc.Type.forSchema(JSON.parse(String(schema)))
    this.#types.set(id, type)
    return type
  }

  /** A request's bytes: 0, the id that the registry gives its schema, Avro. */
  async encode(request: unknown): Promise<Buffer> {
    const subject = encodeURIComponent(`${this.#named('requests')}-value`)
    const { id } = await ask(`${this.#addresses.registry}/subjects/${subject}/versions/latest`)
    const type = await this.#typeOf(Number(id))
    const header = Buffer.alloc(5)
    header.writeInt32BE(Number(id), 1)
    return Buffer.concat([header, type.toBuffer(request)])
  }

  /** Appends to `requests` without a key. Returns where it lies: `requests/partition/offset`. */
  async send(value: Bytes, headers: Headers = {}): Promise<string> {
    const [stored] = await this.#producer.send({ topic: this.#named('requests'), messages: [{ value, headers }] })
    return `requests/${stored?.partition}/${stored?.baseOffset}`
  }

  /** Waits until what was read satisfies. */
  async until(what: string, isEnough: (read: readonly Read[]) => boolean, patienceMs = 60_000): Promise<void> {
    if (isEnough(this.read)) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(() => reject(new Error(`not within ${patienceMs} ms: ${what}`)), patienceMs)
    this.#waiting.push(() => {
      if (!isEnough(this.read)) return
      clearTimeout(timer)
      resolve()
    })
    await promise
  }
}
