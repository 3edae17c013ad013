import type { DeadLetter } from '@waybill/schemas/generated/dead-letter'
import type { Topic } from '@waybill/schemas/topics'
import { deadLetters } from '@waybill/schemas/topics'
import type { OutgoingRecord, Send } from '../log.ts'
import type { Written } from '../observability/channels.ts'
import { committed } from '../observability/channels.ts'
import type { Codec } from '../registry/codec.ts'
import type { Arrival, Context, Output, Reducer, StageEvent, Step } from './stage.ts'
import type { Store } from './store.ts'

/** Framing of a record and its batch that counts against a topic's largest record. */
const framingBytes = 1_024
/** Bytes of a bad record that its dead letter keeps. */
const deadLetterBytes = 1_048_576

/** Where a batch is cut. */
export interface BatchLimits {
  readonly events: number
  readonly bytesPerPartition: number
}

export interface FoldOptions<State, Prepared, Outcome, Effect, Tables> {
  readonly reducer: Reducer<State, Prepared, Outcome, Effect, Tables>
  readonly store: Store<State>
  readonly changelog: Topic<State>
  readonly codec: Codec
  readonly context: Context<Tables>
  readonly limits: BatchLimits
  readonly group: string
  /** Whether records that cannot be processed get a dead letter here. */
  readonly writesDeadLetters: boolean
}

/** An output too large for its topic, which its sender must hear of. */
class TooLarge extends Error {}

interface Change<State> {
  readonly key: string
  readonly state: State | null
  readonly bytes: Buffer | null
}

interface Encoded {
  readonly topic: Topic
  readonly partition: number
  readonly record: OutgoingRecord
  readonly bytes: number
}

/** Folds events into one transaction, one event at a time: each sees the changes of those before it. */
export class Fold<State, Prepared, Outcome, Effect, Tables> {
  readonly #options: FoldOptions<State, Prepared, Outcome, Effect, Tables>
  readonly #sends = new Map<string, { topic: string; partition: number; bytes: number; records: OutgoingRecord[] }>()
  readonly #changes = new Map<string, Buffer | null>()
  #changelogBytes = 0
  readonly effects: Effect[] = []
  /** Outputs as they were before they were encoded: kept only where somebody listens to what is committed. */
  readonly written: Written[] = []
  readonly #isHeard = committed.isHeard
  events = 0
  /** Why records could not be processed: codes only. */
  readonly deadLetters: string[] = []

  constructor(options: FoldOptions<State, Prepared, Outcome, Effect, Tables>) {
    this.#options = options
  }

  /** Whether there is anything to commit. */
  get isEmpty(): boolean {
    return this.#sends.size === 0 && this.#changes.size === 0
  }

  /**
   * Takes one event into the batch.
   * @param bytes the share of a batch's bytes that may be in it then
   * @returns false where the batch is full: the event belongs to the next one
   */
  add(event: StageEvent<Prepared, Outcome>, bytes = 1): boolean {
    if (this.events >= this.#options.limits.events) return false
    const [step, outputs, changes, dead] = this.#step(event)
    if (this.events > 0 && this.#wouldOverflow(outputs, changes, bytes)) return false
    this.events++
    if (dead !== null) this.deadLetters.push(dead)
    this.#merge(changes)
    for (const output of outputs) this.#append(output)
    if (this.#isHeard) this.#keep(step.outputs)
    this.effects.push(...(step.effects ?? []))
    return true
  }

  #keep(outputs: Step<State, Effect>['outputs'] = []): void {
    for (const { topic, value } of outputs) this.written.push({ topic: topic.name, value })
  }

  /** Changes of one key are merged: the last one counts. */
  #merge(changes: readonly Change<State>[]): void {
    for (const { key, state, bytes } of changes) {
      this.#options.store.set(key, state, bytes ?? undefined)
      this.#changelogBytes += (bytes?.length ?? 0) - (this.#changes.get(key)?.length ?? 0)
      this.#changes.delete(key)
      this.#changes.set(key, bytes)
    }
  }

  /** Records that the changelog gets: the changes and the positions. */
  get changelogRecords(): number {
    return this.#changes.size + 1
  }

  /** The transaction: outputs, changes, and the positions to read on from. */
  sends(positions: unknown): readonly Send[] {
    const { changelog, codec, context } = this.#options
    const changes = [...this.#changes].map(([key, value]) => ({ key, value }))
    const records = [...changes, { key: 'positions', value: codec.encode<unknown>(changelog.value, { positions }) }]
    return [...this.#sends.values(), { topic: changelog.name, partition: context.partition, records }]
  }

  /** Steps an event. What cannot be stepped, or makes too large an output, is stepped again as unreadable. */
  #step(
    event: StageEvent<Prepared, Outcome>,
  ): readonly [Step<State, Effect>, Encoded[], Change<State>[], string | null] {
    try {
      return [...this.#attempt(event), event.kind === 'unreadable' ? event.reason : null]
    } catch (error) {
      if (event.kind !== 'record') throw error
      const [reason, detail] =
        error instanceof TooLarge
          ? ['too_large', error.message]
          : ['step_failed', error instanceof Error ? error.name : '']
      const unreadable = { kind: 'unreadable', arrival: event.arrival, reason, detail, value: event.value } as const
      try {
        return [...this.#attempt(unreadable), `${reason} ${detail}`]
      } catch {
        return [{}, [this.#deadLetter(event.arrival, reason, detail)], [], `${reason} ${detail}`]
      }
    }
  }

  #attempt(event: StageEvent<Prepared, Outcome>): readonly [Step<State, Effect>, Encoded[], Change<State>[]] {
    const { reducer, store, context, changelog, codec } = this.#options
    const step = reducer.step(store, event, context)
    const outputs = (step.outputs ?? []).map((output) => this.#encode(output))
    if (event.kind === 'unreadable' && this.#options.writesDeadLetters)
      outputs.push(this.#deadLetter(event.arrival, event.reason, event.detail))
    const changes = (step.changes ?? []).map(([key, state]): Change<State> => ({
      key,
      state,
      bytes: state === null ? null : codec.encode(changelog.value, state),
    }))
    return [step, outputs, changes]
  }

  #encode({ topic, key, value, headers = {}, partition = this.#options.context.partition }: Output): Encoded {
    const bytes = value === null || Buffer.isBuffer(value) ? value : this.#options.codec.encode(topic.value, value)
    const size = (bytes?.length ?? 0) + key.length + framingBytes
    if (size > topic.maxMessageBytes) throw new TooLarge(`${size} bytes are too many for ${topic.name}`)
    return { topic, partition, record: { key, value: bytes, headers }, bytes: size }
  }

  #deadLetter(arrival: Arrival, reason: string, detail: string): Encoded {
    const { context, group } = this.#options
    const { topic, partition, offset, timestamp, bytes, key } = arrival
    const headers = Object.fromEntries(
      Object.entries(arrival.headers).map(([name, header]) => [name, Buffer.from(header).subarray(0, 1_024)]),
    )
    const value: DeadLetter = {
      reason,
      detail,
      stage: group,
      topic,
      partition,
      offset,
      key: Buffer.from(key).subarray(0, 1_024),
      value: bytes?.subarray(0, deadLetterBytes) ?? null,
      valueBytes: bytes?.length ?? 0,
      headers,
      timestamp,
    }
    return this.#encode({ topic: deadLetters, key, value, partition: context.partition })
  }

  #wouldOverflow(outputs: readonly Encoded[], changes: readonly Change<State>[], share: number): boolean {
    const most = this.#options.limits.bytesPerPartition * share
    const added = new Map<string, number>()
    for (const { topic, partition, bytes } of outputs) {
      const target = `${topic.name}/${partition}`
      const sum = (added.get(target) ?? this.#sends.get(target)?.bytes ?? 0) + bytes
      // All records for one partition travel as one batch, which the topic's limit holds for.
      if (sum > Math.min(most, topic.maxMessageBytes)) return true
      added.set(target, sum)
    }
    return changes.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), this.#changelogBytes) > most
  }

  #append({ topic, partition, record, bytes }: Encoded): void {
    const target = `${topic.name}/${partition}`
    const send = this.#sends.get(target) ?? { topic: topic.name, partition, bytes: 0, records: [] }
    send.records.push(record)
    send.bytes += bytes
    this.#sends.set(target, send)
  }
}
