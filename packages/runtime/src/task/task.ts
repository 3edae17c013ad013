// One task: partition i of every input of a stage. Fence, restore, run; after any error, all of it again.
import type { Clock } from '../clock.ts'
import { sleep } from '../clock.ts'
import type { Log, Membership, Transactions } from '../log.ts'
import { LogError } from '../log.ts'
import type { Codec } from '../registry/codec.ts'
import { FatalError } from './fatal.ts'
import type { BatchLimits } from './fold.ts'
import { Incarnation } from './incarnation.ts'
import { packingOf } from './packing.ts'
import type { Known } from './restore.ts'
import { restore } from './restore.ts'
import type { Stage } from './stage.ts'
import type { StoreSettings } from './store.ts'
import type { TaskReading } from './reading.ts'
import { Store } from './store.ts'

export interface TaskSettings {
  readonly limits: BatchLimits
  /** Positions that only markers moved are written after this long, in milliseconds. */
  readonly positionsEveryMs: number
  /** Committed offsets of the group, for lag tools, are written this often, in milliseconds. */
  readonly offsetsEveryMs: number
  /** Partitions of every topic of the stage. */
  readonly partitions: number
  readonly store: StoreSettings
  /**
   * A state that nobody has written or read for so long is read anew after an error: while its owner slept, others may
   * have deleted entries, and the tombstones are gone from the changelog after its `delete.retention.ms`.
   */
  readonly knownForMs: number
}

/** What happened, for logs and metrics. Ids and codes only. */
export interface TaskEvent {
  readonly code: 'fenced' | 'restored' | 'running' | 'dropped' | 'ended' | 'dead_letter' | 'committed'
  readonly group: string
  readonly partition: number
  readonly detail?: string
  /** Of what was dropped: a code of the log's, or `failed`. */
  readonly error?: string
  readonly count?: number
  readonly tookMs?: number
}

export interface TaskOptions<State, Prepared, Outcome, Effect, Tables> {
  readonly stage: Stage<State, Prepared, Outcome, Effect, Tables>
  readonly partition: number
  readonly processId: string
  readonly log: Log
  readonly codec: Codec
  readonly clock: Clock
  readonly settings: TaskSettings
  /** Undefined while the process is still joining. */
  readonly membership: () => Membership | undefined
  readonly onEvent: (event: TaskEvent) => void
  /** The process must exit: going on would lose or double something. */
  readonly onFatal: (error: FatalError) => void
}

const backOffMs = (failures: number): number => (failures === 0 ? 0 : Math.min(5_000, 50 * 2 ** failures))

export class Task<State, Prepared, Outcome, Effect, Tables> {
  readonly #options: TaskOptions<State, Prepared, Outcome, Effect, Tables>
  readonly #store: Store<State>
  #incarnation: Incarnation<State, Prepared, Outcome, Effect, Tables> | undefined
  #stopped = false
  /** Whether the process stops, and not only the partition moves. */
  #finishing = false
  /** Whether nobody knows what became of the last commit. */
  #isInDoubt = false
  #failures = 0
  /** What the state contains; undefined before the first restore. */
  #known: Known | undefined
  #knownAt = 0
  readonly ended: Promise<void>

  constructor(options: TaskOptions<State, Prepared, Outcome, Effect, Tables>) {
    this.#options = options
    const { stage, codec, processId, settings } = options
    const packing = packingOf(codec, stage.changelog.value)
    this.#store = new Store({ rules: stage.reducer, packing, processId, settings: settings.store })
    this.ended = this.#live()
  }

  /** Ends the task, which may be somebody else's already, after the transaction under way. */
  stop(): void {
    this.#stopped = true
    this.#incarnation?.stop()
  }

  /** Ends the task, which is still ours. */
  finish(): void {
    this.#finishing = true
    this.stop()
  }

  /** Whether it is over, and leaves nothing that it should know. */
  get #isOver(): boolean {
    return this.#stopped && !(this.#finishing && this.#isInDoubt && this.#options.stage.stopsKnowing === true)
  }

  /** Hands over the outcome of an effect; false where there is no incarnation to take it now. */
  report(outcome: Outcome): boolean {
    return this.#incarnation?.report(outcome) ?? false
  }

  /** Something that `admit` looks at has changed. */
  wake(): void {
    this.#incarnation?.wake()
  }

  reading(): TaskReading {
    const { stage, partition } = this.#options
    const { size: entries, bytes, openSize: open } = this.#store
    const about = { group: stage.group, partition, entries, bytes, open }
    const incarnation = this.#incarnation
    if (incarnation === undefined) return { ...about, phase: 'restoring', positions: {} }
    return { ...about, phase: incarnation.hasCaughtUp ? 'running' : 'catchingUp', positions: incarnation.positions }
  }

  async #live(): Promise<void> {
    const { clock, stage, partition, onEvent } = this.#options
    await Promise.resolve()
    while (!this.#isOver) {
      try {
        await this.#run()
      } catch (error) {
        if (error instanceof FatalError) {
          this.#options.onFatal(error)
          break
        }
        const code = error instanceof LogError ? error.code : 'failed'
        onEvent({ code: 'dropped', group: stage.group, partition, error: code, detail: this.#detail(code, error) })
        if (this.#isOver || (this.#stopped && code === 'fenced')) break
        await sleep(clock, backOffMs(this.#failures++))
        if (code === 'fenced') await this.#confirmMembership()
      }
    }
    onEvent({ code: 'ended', group: stage.group, partition })
    stage.lost?.(partition)
  }

  /** Errors of ours are told by their message; those of others only by name, as they may quote content. */
  #detail(code: string, error: unknown): string {
    if (error instanceof LogError) return `${code}: ${error.message}`
    return error instanceof Error ? `${code}: ${error.name} at ${error.stack?.split('\n')[1]?.trim() ?? '?'}` : code
  }

  /** Two that believe they own the task would fence each other in turn: go on only when the group says that it is ours. */
  async #confirmMembership(): Promise<void> {
    try {
      await this.#options.membership()?.confirmed()
    } catch {
      // Not a member any more: a new assignment, or none, will follow.
      await sleep(this.#options.clock, 1_000)
    }
  }

  async #run(): Promise<void> {
    const { log, stage, partition, clock, onEvent } = this.#options
    const from = clock.monotonic()
    const transactions = await log.openTransactions(`${stage.group}.${partition}`)
    try {
      if (this.#isOver) return
      onEvent({ code: 'fenced', group: stage.group, partition })
      await this.#serve(transactions, from)
    } finally {
      this.#incarnation?.end()
      this.#incarnation = undefined
      this.#store.rollback()
      stage.dropped?.(partition)
      await transactions.close().catch(() => undefined)
    }
  }

  async #serve(transactions: Transactions, from: number): Promise<void> {
    const { stage, partition, clock, onEvent } = this.#options
    const { group } = stage
    this.#store.takenOver()
    const restored = await restore(this.#options, transactions, this.#store, this.#remembered())
    this.#learn(restored)
    await stage.recall?.(this.#store.open())
    if (this.#isOver) return
    onEvent({ code: 'restored', group, partition, count: this.#store.size, tookMs: clock.monotonic() - from })
    const incarnation = new Incarnation(this.#options, this.#store, transactions, restored)
    this.#incarnation = incarnation
    const committed = (known: Known): void => {
      this.#learn(known)
      this.#failures = 0
    }
    this.#isInDoubt = true
    if (!this.#stopped) await incarnation.serve(committed)
    if (this.#finishing && stage.stopsKnowing === true) await incarnation.settle(committed)
    this.#isInDoubt = false
    if (this.#finishing) await incarnation.writePositions(committed)
  }

  #learn(known: Known): void {
    this.#known = known
    this.#knownAt = this.#options.clock.now()
  }

  /** By the wall clock: a monotonic one stands still while a machine sleeps. */
  #remembered(): Known | undefined {
    const { clock, settings } = this.#options
    return clock.now() - this.#knownAt < settings.knownForMs ? this.#known : undefined
  }
}
