// One incarnation of a task: from its fence to its first error. Once ended, nothing that it still hears does anything.
import type { Appended, Offsets, Transactions } from '../log.ts'
import { committed as committedChannel } from '../observability/channels.ts'
import { Batch } from './batch.ts'
import { changelogMadeAnew, FatalError } from './fatal.ts'
import { Intake } from './intake.ts'
import type { Known, Restored } from './restore.ts'
import type { StageEvent } from './stage.ts'
import type { Store } from './store.ts'
import type { TaskOptions } from './task.ts'
import { Timers } from './timers.ts'

export class Incarnation<State, Prepared, Outcome, Effect, Tables> {
  readonly #options: TaskOptions<State, Prepared, Outcome, Effect, Tables>
  readonly #store: Store<State>
  readonly #transactions: Transactions
  readonly #restored: Restored
  /** The changelog's next offset. */
  #contains: number
  readonly #intakes: readonly Intake<Prepared>[]
  readonly #timers = new Timers()
  readonly #outcomes: StageEvent<Prepared, Outcome>[] = [{ kind: 'takenOver' }]
  readonly #ends: (() => void)[] = []
  #caughtUpAt: number | undefined
  #dead = false
  #stopping = false
  #settling = false
  #failed: Error | undefined
  #wake: () => void = () => undefined
  #written: Readonly<Record<string, number>>
  #writtenAt: number
  #offsetsAt = 0
  /** The positions that were last told to the group: never any that the changelog does not hold, or it would seem lost. */
  #told: Readonly<Record<string, number>> | undefined

  constructor(
    options: TaskOptions<State, Prepared, Outcome, Effect, Tables>,
    store: Store<State>,
    transactions: Transactions,
    restored: Restored,
  ) {
    this.#options = options
    this.#store = store
    this.#transactions = transactions
    this.#restored = restored
    this.#contains = restored.contains
    this.#written = restored.positions
    if (restored.isNew) this.#told = this.#written
    this.#writtenAt = options.clock.monotonic()
    this.#intakes = options.stage.inputs.map((topic) => this.#open(topic, restored.positions[topic.name] ?? 0))
  }

  #open(topic: Intake<Prepared>['topic'], offset: number): Intake<Prepared> {
    const { stage, codec, clock, log, partition } = this.#options
    const intake = new Intake<Prepared>(
      {
        topic,
        codec,
        clock,
        prepare: (value, arrival) => stage.prepare(value, arrival),
        ready: () => {
          this.wake()
        },
        drained: () => {
          log.poke()
        },
      },
      offset,
    )
    const unfollow = log.follow({
      topic: topic.name,
      partition,
      offset,
      hasRoom: () => intake.hasRoom,
      deliver: (records, next) => {
        if (!this.#dead) intake.deliver(records, next)
      },
      fail: (error) => {
        this.#failed = new FatalError('position_out_of_range', `${topic.name}/${partition}: ${error.message}`)
        this.wake()
      },
    })
    this.#ends.push(unfollow, () => {
      intake.close()
    })
    return intake
  }

  wake(): void {
    this.#wake()
  }

  get hasCaughtUp(): boolean {
    return this.#caughtUpAt !== undefined
  }

  /** The offset to be processed next, of each input. */
  get positions(): Offsets {
    return Object.fromEntries(this.#intakes.map(({ topic, position }) => [topic.name, position]))
  }

  stop(): void {
    this.#stopping = true
    this.wake()
  }

  end(): void {
    this.#dead = true
    for (const end of this.#ends) end()
    this.wake()
  }

  report(outcome: Outcome): boolean {
    if (this.#dead || (this.#stopping && !this.#settling)) return false
    this.#outcomes.push({ kind: 'outcome', outcome })
    this.wake()
    return true
  }

  /** Works until it is stopped, or something fails. */
  async serve(committed: (known: Known) => void): Promise<void> {
    const { stage, clock } = this.#options
    while (!this.#stopping) {
      if (this.#failed !== undefined) throw this.#failed
      this.#noteCaughtUp()
      this.#setTimers()
      const batch = this.#fold()
      if (!(await this.#commit(batch, committed))) {
        if (batch.events === 0) await this.#idle(batch.askAgainAt)
      } else if ((stage.lingerMs ?? 0) > 0)
        await new Promise<void>((resolve) => clock.schedule(stage.lingerMs ?? 0, resolve))
    }
  }

  /** Only the takeover, and the outcomes that follow from it at once: for a task that must know what it leaves behind. */
  async settle(committed: (known: Known) => void): Promise<void> {
    this.#settling = true
    while (this.#outcomes.length > 0 && !this.#dead) {
      const batch = this.#emptyBatch()
      batch.takeOutcomes()
      await this.#commit(batch, committed)
    }
    this.#settling = false
  }

  /**
   * Before a rest that may last: markers have moved the positions on. One that lies before a marker would seem to have
   * missed a record, once both are deleted by age.
   */
  async writePositions(committed: (known: Known) => void): Promise<void> {
    const batch = this.#emptyBatch()
    if (this.#dead || !this.#haveMoved(batch.positions)) return
    batch.force()
    await this.#commit(batch, committed)
  }

  /** @returns whether there was anything to commit */
  async #commit(
    batch: Batch<State, Prepared, Outcome, Effect, Tables>,
    committed: (known: Known) => void,
  ): Promise<boolean> {
    if (batch.isEmpty) {
      batch.settle()
      this.#run(batch.effects)
      this.#commitOffsets()
      return false
    }
    const { clock } = this.#options
    const from = clock.monotonic()
    // As they are written: more arrives meanwhile.
    const { positions } = batch
    const appended = await this.#transactions.commit(batch.sends())
    // It is committed, whoever owns the task by now.
    this.#publish(batch, clock.monotonic() - from)
    if (this.#dead) return true
    this.#advance(appended, batch.changelogRecords)
    committed({ positions, contains: this.#contains, isNew: false })
    this.#settle(batch, positions)
    return true
  }

  #publish({ events, written }: Batch<State, Prepared, Outcome, Effect, Tables>, tookMs: number): void {
    const { stage, partition } = this.#options
    if (committedChannel.isHeard) committedChannel.publish({ group: stage.group, partition, events, tookMs, written })
  }

  #advance(appended: readonly Appended[], count: number): void {
    const { name } = this.#options.stage.changelog
    const offset = appended.find(({ topic }) => topic === name)?.offset ?? this.#contains
    if (offset < this.#contains) throw changelogMadeAnew(this.#options, offset, this.#contains)
    this.#contains = offset + count
  }

  #emptyBatch(): Batch<State, Prepared, Outcome, Effect, Tables> {
    return new Batch({
      task: this.#options,
      store: this.#store,
      intakes: this.#intakes,
      outcomes: this.#outcomes,
      timers: this.#timers,
      since: this.#since(),
      contains: this.#contains,
    })
  }

  #fold(): Batch<State, Prepared, Outcome, Effect, Tables> {
    const batch = this.#emptyBatch()
    batch.fill()
    if (batch.isEmpty && this.#positionsAreOld(batch.positions)) batch.force()
    return batch
  }

  #since(): { readonly caughtUpAt: number; readonly processId: string } | undefined {
    const { processId } = this.#options
    return this.#caughtUpAt === undefined ? undefined : { caughtUpAt: this.#caughtUpAt, processId }
  }

  /** Only markers, or records that changed nothing, have moved the positions for a while. */
  #positionsAreOld(positions: Readonly<Record<string, number>>): boolean {
    const { clock, settings } = this.#options
    return clock.monotonic() - this.#writtenAt >= settings.positionsEveryMs && this.#haveMoved(positions)
  }

  #haveMoved(positions: Readonly<Record<string, number>>): boolean {
    return Object.entries(positions).some(([topic, next]) => this.#written[topic] !== next)
  }

  #settle(batch: Batch<State, Prepared, Outcome, Effect, Tables>, positions: Offsets): void {
    const { stage, partition, onEvent, clock } = this.#options
    batch.settle()
    this.#written = positions
    this.#writtenAt = clock.monotonic()
    this.#store.commit()
    const { length: count } = batch.deadLetters
    const detail = [...new Set(batch.deadLetters)].join(', ')
    if (count > 0) onEvent({ code: 'dead_letter', group: stage.group, partition, count, detail })
    onEvent({ code: 'committed', group: stage.group, partition, count: batch.events })
    this.#run(batch.effects)
    this.#commitOffsets()
  }

  #run(effects: readonly Effect[]): void {
    const { stage, partition } = this.#options
    for (const effect of effects)
      stage.run(effect, partition, (outcome) => {
        this.report(outcome)
      })
  }

  /** For lag tools only: late, and whether it works or not. */
  #commitOffsets(): void {
    const { clock, settings, log, stage, partition } = this.#options
    if (this.#told === this.#written || clock.monotonic() - this.#offsetsAt < settings.offsetsEveryMs) return
    this.#offsetsAt = clock.monotonic()
    this.#told = this.#written
    log.commitOffsets(stage.group, partition, this.#written).catch(() => {
      this.#told = undefined
    })
  }

  /** Timers start when all that was there at the takeover has been read. */
  #noteCaughtUp(): void {
    const { clock, stage, partition, onEvent } = this.#options
    if (this.#caughtUpAt !== undefined) return
    if (this.#intakes.some(({ topic, position }) => position < (this.#restored.ends[topic.name] ?? 0))) return
    this.#caughtUpAt = clock.now()
    onEvent({ code: 'running', group: stage.group, partition })
  }

  /** More is looked for only when all that was found is done: after a long rest, everything may be due. */
  #setTimers(): void {
    if (this.#caughtUpAt === undefined) return
    const now = this.#options.clock.now()
    if ((this.#timers.nextAt ?? Infinity) > now) this.#store.lookForDue(now)
    for (const { key, due } of this.#store.takeSoon()) this.#timers.add(due * 1_000, key)
  }

  /** Sleeps until there may be something to do. */
  async #idle(askAgainAt: number | undefined): Promise<void> {
    const { clock, settings } = this.#options
    const until = Math.min(
      this.#timers.nextAt ?? Infinity,
      this.#caughtUpAt === undefined ? Infinity : this.#store.nextDue,
      askAgainAt ?? Infinity,
      clock.now() + settings.positionsEveryMs,
      this.#told === this.#written ? Infinity : clock.now() + settings.offsetsEveryMs,
    )
    await new Promise<void>((resolve) => {
      const cancel = clock.schedule(Math.max(1, until - clock.now()), resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
    this.#wake = () => undefined
  }
}
