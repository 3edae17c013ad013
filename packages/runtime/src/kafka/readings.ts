// The feeds of one log: what to ask the broker for next, and what to do with its answer.
import type { Feed } from '../log.ts'
import { LogError } from '../log.ts'
import { code, isStale, BrokerError } from './errors.ts'
import type { KafkaEvent } from './settings.ts'
import type { FetchedPartition } from './wire/fetch.ts'
import type { Fetched } from './wire/record-batch.ts'

interface Reading {
  readonly feed: Feed
  /** The topic's full name. */
  readonly topic: string
  next: number
  ended: boolean
  /** Whether a poll that has not returned asks for it. */
  asked: boolean
  /** Answers in a row that were errors, and until when it is not asked for because of them. */
  failures: number
  notBefore: number
}

/** What one poll asks for: a partition once, for all feeds that stand at the same offset of it. */
export interface Asked extends Fetched {
  readonly readings: Reading[]
}

/** What became of what was fetched: `moved` asks for metadata, and it and `failed` are asked for again a little later. */
export type Aftermath = 'fine' | 'moved' | 'failed'

export const shortestPauseMs = 10
export const longestPauseMs = 500

function putOff(reading: Reading): void {
  reading.notBefore = performance.now() + Math.min(longestPauseMs, shortestPauseMs * 1.5 ** reading.failures++)
}

export class Readings {
  readonly #prefix: string
  readonly #tell: (event: KafkaEvent) => void
  readonly #all = new Set<Reading>()

  constructor(prefix: string, tell: (event: KafkaEvent) => void) {
    this.#prefix = prefix
    this.#tell = tell
  }

  add(feed: Feed): () => void {
    const reading: Reading = {
      feed,
      topic: this.#prefix + feed.topic,
      next: feed.offset,
      ended: false,
      asked: false,
      failures: 0,
      notBefore: 0,
    }
    this.#all.add(reading)
    return () => {
      this.#end(reading)
    }
  }

  #end(reading: Reading): void {
    reading.ended = true
    this.#all.delete(reading)
  }

  topics(): readonly string[] {
    return [...new Set([...this.#all].map(({ topic }) => topic))]
  }

  partitions(): readonly { readonly topic: string; readonly partition: number }[] {
    return [...this.#all].map(({ topic, feed: { partition } }) => ({ topic, partition }))
  }

  /**
   * Takes what has room, is led by this broker and is not asked for already.
   * @returns `waiting`: feeds of the same partition at another offset were left out, so the poll must not wait for records
   */
  take(leads: (topic: string, partition: number) => boolean): { readonly asked: readonly Asked[]; waiting: boolean } {
    const asked = new Map<string, Asked>()
    let waiting = false
    const now = performance.now()
    for (const reading of this.#all) {
      const { topic, feed, next } = reading
      if (reading.asked || reading.notBefore > now || !leads(topic, feed.partition) || !feed.hasRoom()) continue
      const key = `${topic}/${feed.partition}`
      const same = asked.get(key)
      if (same === undefined)
        asked.set(key, { topic, name: feed.topic, partition: feed.partition, from: next, readings: [reading] })
      else if (same.from === next) same.readings.push(reading)
      else waiting = true
    }
    for (const { readings } of asked.values()) for (const reading of readings) reading.asked = true
    return { asked: [...asked.values()], waiting }
  }

  /**
   * The poll has returned. Who was asked for first goes to the end of the line: a broker fills its answer in the order
   * asked, and a batch larger than the limit comes only where nothing is before it.
   */
  giveBack(asked: readonly Asked[]): void {
    for (const { readings } of asked) for (const reading of readings) reading.asked = false
    for (const reading of asked[0]?.readings ?? []) if (this.#all.delete(reading)) this.#all.add(reading)
  }

  settle({ name, partition, readings }: Asked, fetched: FetchedPartition): Aftermath {
    if (fetched.errorCode === code.offsetOutOfRange) {
      const error = new LogError('outOfRange', `offset ${readings[0]?.next} is outside of ${name}/${partition}`)
      for (const reading of readings) this.#fail(reading, error)
      return 'fine'
    }
    if (fetched.errorCode !== 0 || fetched.damage !== undefined) {
      for (const reading of readings) putOff(reading)
      if (isStale(fetched.errorCode)) return 'moved'
      const error = fetched.damage ?? new BrokerError(fetched.errorCode)
      this.#tell({ code: 'partition_unreadable', name, partition, error })
      return 'failed'
    }
    for (const reading of readings) this.#deliver(reading, fetched, name)
    return 'fine'
  }

  #fail(reading: Reading, error: LogError): void {
    if (reading.ended) return
    this.#end(reading)
    reading.feed.fail(error)
  }

  #deliver(reading: Reading, { records, next }: FetchedPartition, name: string): void {
    reading.failures = 0
    if (reading.ended || next <= reading.next) return
    reading.next = next
    try {
      reading.feed.deliver(records, next)
    } catch (error) {
      this.#tell({ code: 'feed_threw', name, partition: reading.feed.partition, error })
    }
  }
}
