import type { Topic } from '@waybill/schemas/topics'
import type { Clock } from '../clock.ts'
import type { LogRecord } from '../log.ts'
import type { Codec } from '../registry/codec.ts'
import type { Arrival, StageEvent } from './stage.ts'
import { Unreadable } from './stage.ts'

/** How long a record may wait for the schema registry before it counts as unreadable. */
const schemaPatienceMs = 30_000
const schemaRetryMs = 1_000
const mostRecords = 1_000
const mostBytes = 16 * 1024 * 1024

type Event<Prepared> = Extract<StageEvent<Prepared, never>, { readonly kind: 'record' | 'unreadable' }>

interface Slot<Prepared> {
  readonly arrival: Arrival
  /** Undefined while it is prepared. */
  event: Event<Prepared> | undefined
}

export interface IntakeOptions<Prepared> {
  readonly topic: Topic
  readonly codec: Codec
  readonly clock: Clock
  prepare(value: unknown, arrival: Arrival): Prepared | Promise<Prepared>
  /** The head of the queue has become ready. */
  ready(): void
  /** There is room again. */
  drained(): void
}

const arrivalOf = ({ topic, partition, offset, key, value, headers, timestamp }: LogRecord): Arrival => ({
  topic,
  partition,
  offset,
  timestamp,
  key: key?.toString() ?? '',
  headers: Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, header.toString()])),
  bytes: value,
})

/** The queue of one input: records in order, each prepared as it arrives. */
export class Intake<Prepared> {
  readonly topic: Topic
  readonly #options: IntakeOptions<Prepared>
  #slots: Slot<Prepared>[] = []
  #next: number
  #bytes = 0
  #open = true

  constructor(options: IntakeOptions<Prepared>, offset: number) {
    this.topic = options.topic
    this.#options = options
    this.#next = offset
  }

  /** The offset to read on from if everything taken so far is committed. */
  get position(): number {
    return this.#slots[0]?.arrival.offset ?? this.#next
  }

  get hasRoom(): boolean {
    return this.#slots.length < mostRecords && this.#bytes < mostBytes
  }

  /** The event at this place in the queue, if it and all before it are ready. */
  at(index: number): Event<Prepared> | undefined {
    return this.#slots[index]?.event
  }

  /** The position once `count` records more are taken. */
  positionAfter(count: number): number {
    return this.#slots[count]?.arrival.offset ?? this.#next
  }

  deliver(records: readonly LogRecord[], next: number): void {
    for (const record of records) {
      const slot: Slot<Prepared> = { arrival: arrivalOf(record), event: undefined }
      this.#slots.push(slot)
      this.#bytes += record.value?.length ?? 0
      this.#prepare(slot)
    }
    this.#next = next
    this.#options.ready()
  }

  /** Removes what was taken and committed. */
  shift(count: number): void {
    if (count === 0) return
    const hadRoom = this.hasRoom
    for (const { arrival } of this.#slots.splice(0, count)) this.#bytes -= arrival.bytes?.length ?? 0
    if (!hadRoom && this.hasRoom) this.#options.drained()
  }

  /** Nothing prepared after this matters. */
  close(): void {
    this.#open = false
    this.#slots = []
  }

  #settle(slot: Slot<Prepared>, event: Event<Prepared>): void {
    slot.event = event
    if (this.#open && this.#slots[0] === slot) this.#options.ready()
  }

  #fail(slot: Slot<Prepared>, error: unknown): void {
    const { arrival } = slot
    const [reason, detail] =
      error instanceof Unreadable
        ? [error.reason, error.message]
        : ['prepare_failed', error instanceof Error ? error.name : '']
    this.#settle(slot, { kind: 'unreadable', arrival, reason, detail, value: null })
  }

  #prepare(slot: Slot<Prepared>, patienceMs = schemaPatienceMs): void {
    const { codec, topic } = this.#options
    const { arrival } = slot
    const decoded = codec.decode(topic.value, arrival.bytes)
    if (decoded.kind === 'unknownSchema') {
      void this.#learn(slot, decoded.id, patienceMs)
      return
    }
    if (decoded.kind === 'unreadable') {
      this.#fail(slot, new Unreadable(decoded.reason, decoded.detail))
      return
    }
    try {
      const value = this.#options.prepare(decoded.value, arrival)
      if (value instanceof Promise) void this.#await(slot, value)
      else this.#settle(slot, { kind: 'record', arrival, value })
    } catch (error) {
      this.#fail(slot, error)
    }
  }

  async #await(slot: Slot<Prepared>, value: Promise<Prepared>): Promise<void> {
    try {
      this.#settle(slot, { kind: 'record', arrival: slot.arrival, value: await value })
    } catch (error) {
      this.#fail(slot, error)
    }
  }

  async #learn(slot: Slot<Prepared>, id: number, patienceMs: number): Promise<void> {
    const { codec, clock } = this.#options
    if (await codec.learn(id)) this.#prepare(slot)
    else if (patienceMs <= 0)
      this.#fail(slot, new Unreadable('schema_unavailable', `the registry did not give schema ${id} in time`))
    else if (this.#open)
      clock.schedule(schemaRetryMs, () => {
        this.#prepare(slot, patienceMs - schemaRetryMs)
      })
  }
}
