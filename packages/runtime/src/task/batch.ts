import type { Send } from '../log.ts'
import type { Written } from '../observability/channels.ts'
import { Fold } from './fold.ts'
import type { Intake } from './intake.ts'
import type { StageEvent } from './stage.ts'
import type { Store } from './store.ts'
import type { TaskOptions } from './task.ts'
import type { Timer, Timers } from './timers.ts'

interface Since {
  readonly caughtUpAt: number
  readonly processId: string
}

interface BatchOptions<State, Prepared, Outcome, Effect, Tables> {
  readonly task: TaskOptions<State, Prepared, Outcome, Effect, Tables>
  readonly store: Store<State>
  /** In order of priority. */
  readonly intakes: readonly Intake<Prepared>[]
  readonly outcomes: StageEvent<Prepared, Outcome>[]
  readonly timers: Timers
  /** Undefined until the task has caught up: no timer fires before. */
  readonly since: Since | undefined
  /** The changelog's next offset, as far as this owner knows. */
  readonly contains: number
}

/** One batch: what is ready, in order of priority, with a share for every input that has something. */
export class Batch<State, Prepared, Outcome, Effect, Tables> {
  readonly #options: BatchOptions<State, Prepared, Outcome, Effect, Tables>
  readonly #fold: Fold<State, Prepared, Outcome, Effect, Tables>
  readonly #now: number
  /** How many records of each input were taken. */
  readonly #taken: number[]
  #outcomesTaken = 0
  #forced = false
  /** When a record that was not admitted wants to be asked again. */
  askAgainAt: number | undefined

  constructor(options: BatchOptions<State, Prepared, Outcome, Effect, Tables>) {
    this.#options = options
    const { stage, partition, processId, clock, codec, settings } = options.task
    this.#now = clock.now()
    this.#taken = options.intakes.map(() => 0)
    this.#fold = new Fold({
      reducer: stage.reducer,
      store: options.store,
      changelog: stage.changelog,
      codec,
      context: { now: this.#now, partition, processId, tables: stage.tables() },
      limits: settings.limits,
      group: stage.group,
      writesDeadLetters: stage.readsAlong !== true,
    })
  }

  get isEmpty(): boolean {
    return this.#fold.isEmpty && !this.#forced
  }
  get events(): number {
    return this.#fold.events
  }
  get deadLetters(): readonly string[] {
    return this.#fold.deadLetters
  }
  /** What it writes, where anybody listens. */
  get written(): readonly Written[] {
    return this.#fold.written
  }
  get effects(): readonly Effect[] {
    return this.#fold.effects
  }

  /** Writes the positions although nothing else is to be written. */
  force(): void {
    this.#forced = true
  }

  /** Next offset of every input, once this batch is committed. */
  get positions(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      this.#options.intakes.map((intake, index) => [intake.topic.name, intake.positionAfter(this.#taken[index] ?? 0)]),
    )
  }

  sends(): readonly Send[] {
    const { task, contains } = this.#options
    return this.#fold.sends({ next: { ...this.positions, [task.stage.changelog.name]: contains } })
  }

  get changelogRecords(): number {
    return this.#fold.changelogRecords
  }

  /**
   * Takes outcomes, then records in order of priority, then timers: what lies there unread may be what a timer waits for.
   * Each leaves room to those after it, and one event of each always fits, so that none of them starves.
   */
  fill(): void {
    const { intakes } = this.#options
    this.takeOutcomes()
    const { events } = this.#options.task.settings.limits
    const share = Math.max(1, Math.floor(events / (4 * intakes.length)))
    for (let index = 0; index < intakes.length; index++) {
      const after = intakes.length - index
      this.#waiting(
        index,
        Math.max(share, events - this.#fold.events - share * after),
        1 - after / (4 * intakes.length),
      )
    }
    this.#fire()
  }

  /** Takes outcomes, and no record or timer. */
  takeOutcomes(): void {
    const { outcomes } = this.#options
    while (this.#outcomesTaken < outcomes.length) {
      const event = outcomes[this.#outcomesTaken]
      if (event === undefined || !this.#add(event)) break
      this.#outcomesTaken++
    }
  }

  /** @param bytes the share of the bytes of a batch that may be in it with this event */
  #add(event: StageEvent<Prepared, Outcome>, bytes = 1): boolean {
    return this.#fold.add(event, bytes)
  }

  #waiting(input: number, most: number, bytes: number): void {
    const intake = this.#options.intakes[input]
    if (intake === undefined) return
    for (let count = 0; count < most; count++) {
      const event = intake.at(this.#taken[input] ?? 0)
      if (event === undefined || !this.#admits(event) || !this.#add(event, count === 0 ? Infinity : bytes)) return
      this.#taken[input] = (this.#taken[input] ?? 0) + 1
    }
  }

  #admits(event: StageEvent<Prepared, Outcome>): boolean {
    const { stage } = this.#options.task
    if (event.kind !== 'record' || stage.admit === undefined) return true
    const verdict = stage.admit(event.value, event.arrival, this.#now)
    if (verdict === true) return true
    this.askAgainAt = Math.min(this.askAgainAt ?? Infinity, verdict)
    return false
  }

  #fire(): void {
    const { timers, since } = this.#options
    if (since === undefined) return
    for (let bytes = Infinity; ; bytes = 1) {
      const timer = timers.take(this.#now)
      if (timer === undefined) return
      if (!this.#holds(timer, since)) continue
      if (this.#add({ kind: 'timer', key: timer.key }, bytes)) continue
      timers.add(timer.at, timer.key)
      return
    }
  }

  /** A newer entry may have taken the place of a timer's; and its time was rounded down at first. */
  #holds({ at, key }: Timer, since: Since): boolean {
    const { timers, store, task } = this.#options
    const state = store.get(key)
    if (state === undefined) return false
    const due = task.stage.reducer.due?.(key, state, since) ?? null
    if (due === at) return true
    if (due !== null && store.roughlyDue(key, state) === at) timers.add(due, key)
    return false
  }

  /** The batch is committed, or there was nothing to commit: what it took is done. */
  settle(): void {
    const { intakes, outcomes } = this.#options
    for (const [index, intake] of intakes.entries()) intake.shift(this.#taken[index] ?? 0)
    outcomes.splice(0, this.#outcomesTaken)
  }
}
