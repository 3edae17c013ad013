// What a service is to the runtime: a pure reducer, and around it the few things that touch the world.
import type { RecordSchema } from '@waybill/schemas/record-schema'
import type { Topic } from '@waybill/schemas/topics'

/** A record of an input, apart from its value. */
export interface Arrival {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string
  /** Append time, epoch milliseconds. */
  readonly timestamp: number
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Buffer | null
}

export type StageEvent<Prepared, Outcome> =
  | { readonly kind: 'record'; readonly arrival: Arrival; readonly value: Prepared }
  /** The record cannot be processed; its dead letter is the runtime's business, ending what waits for it is the stage's. */
  | {
      readonly kind: 'unreadable'
      readonly arrival: Arrival
      readonly reason: string
      readonly detail: string
      readonly value: Prepared | null
    }
  /** An effect of this incarnation of the task has ended. */
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  /** An entry's due time has come. */
  | { readonly kind: 'timer'; readonly key: string }
  /** The state is restored: the first event of every incarnation. */
  | { readonly kind: 'takenOver' }

/** The state as the event sees it: with the changes of all events before it. */
export interface View<State> {
  get(key: string): State | undefined
  /** The keys that `groupOf` puts together. */
  under(group: string): readonly string[]
  /** The entries that `isOpen` holds for. */
  open(): Iterable<readonly [string, State]>
}

export interface Context<Tables> {
  /** Epoch milliseconds, one value a batch. */
  readonly now: number
  readonly partition: number
  /** This process, unique for each start. */
  readonly processId: string
  readonly tables: Tables
}

export interface Output {
  readonly topic: Topic
  readonly key: string
  /** Of the type of the topic's schema; or its bytes, framed as they were read, to pass a record on untouched; or null to delete. */
  readonly value: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** The task's own partition, unless said otherwise. */
  readonly partition?: number
}

export interface Step<State, Effect> {
  /** Entries to set, or with null to delete. */
  readonly changes?: readonly (readonly [key: string, state: State | null])[]
  readonly outputs?: readonly Output[]
  /** Things to do in the world, once the transaction is known to be committed. */
  readonly effects?: readonly Effect[]
}

/** What the runtime must know of entries that it keeps packed. */
export interface StateRules<State> {
  /**
   * When an entry wants a timer event, epoch milliseconds; null for never. Timers are held until the task has read all
   * that was there when it was taken over. A later `caughtUpAt` must not make it due earlier: it is also asked with 0.
   */
  due?(key: string, state: State, since: { readonly caughtUpAt: number; readonly processId: string }): number | null
  /** The group that a key belongs to, for `View.under`. */
  groupOf?(key: string): string | null
  /** Whether `View.open` has the entry: it has all, unless said. To look through a million takes too long. */
  isOpen?(key: string, state: State): boolean
}

/** The pure half of a service: no clock, no randomness, no I/O. */
export interface Reducer<State, Prepared, Outcome, Effect, Tables> extends StateRules<State> {
  step(view: View<State>, event: StageEvent<Prepared, Outcome>, context: Context<Tables>): Step<State, Effect>
}

/** What `prepare` throws for a record that breaks a rule before it can be stepped. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
  readonly reason: string
  constructor(reason: string, detail: string) {
    super(detail)
    this.reason = reason
  }
}

/** Hands an outcome to the task that owns a partition now; false where this process does not own it. */
export type Report<Outcome> = (partition: number, outcome: Outcome) => boolean

/** A whole service: its reducer, its topics, and what touches the world. */
export interface Stage<State, Prepared, Outcome, Effect, Tables> {
  readonly group: string
  /** In order of priority. All have equally many partitions. */
  readonly inputs: readonly Topic[]
  readonly changelog: Topic<State>
  readonly reducer: Reducer<State, Prepared, Outcome, Effect, Tables>
  /** From a decoded value to what the reducer works on; may take time, and may throw Unreadable. */
  prepare(value: unknown, arrival: Arrival): Prepared | Promise<Prepared>
  /** Read-only snapshots, taken once a batch. */
  tables(): Tables
  /**
   * Whether the record at the head of its input may be taken now: true, or when to ask again at the latest, in epoch
   * milliseconds. It stays at the head until then; other inputs and timers go on.
   */
  admit?(value: Prepared, arrival: Arrival, now: number): true | number
  /** After a restore, with the open entries: whatever must be fetched so that steps can read what they hold. */
  recall?(open: Iterable<readonly [string, State]>): Promise<void>
  /** Does an effect. Its outcome goes to `report`: the incarnation that asked, or nobody. */
  run(effect: Effect, partition: number, report: (outcome: Outcome) => void): void
  /** A task of ours has ended: its partition has moved, or the process stops. */
  lost?(partition: number): void
  /** The process stops: take nothing new. */
  stopping?(): void
  /**
   * A stop waits until it is known what became of the last commit, and what the takeover makes of it is done: for
   * effects that others could not tell from lost ones.
   */
  readonly stopsKnowing?: boolean
  /** Called after all tasks have ended: what still runs, until it is done. */
  finish?(): Promise<void>
  /** A batch that was not committed is given up: what `admit` reserved is free again. */
  dropped?(partition: number): void
  /** Reads along on a topic that another stage answers for: that one writes the dead letters, and this one none. */
  readonly readsAlong?: boolean
  /** How long to wait for more before a batch, in milliseconds; 0 unless said. */
  readonly lingerMs?: number
}

/** Every schema that a stage writes or reads, by the name of the topic. */
export const schemasOf = (topics: readonly Topic[], prefix: string): ReadonlyMap<string, RecordSchema<unknown>> =>
  new Map(topics.map(({ name, value }) => [`${prefix}${name}-value`, value]))
