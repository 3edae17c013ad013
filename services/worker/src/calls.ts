// The calls of this process. They belong to the process, not to a task: tasks come and go while a call runs.
import type { LateOutcome } from '@waybill/schemas/generated/late-outcome'
import type { Marker } from '@waybill/schemas/generated/marker'
import type { Outcome } from '@waybill/schemas/generated/outcome'
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'
import type { Clock } from '@waybill/runtime/clock'
import type { Report } from '@waybill/runtime/task/stage'
import type { Permits } from './permits.ts'
import type { AttemptOutcome, MarkedAttempt } from './reducer/prepared.ts'
import { notSent, orphan } from './reducer/result.ts'

/** The latest start of a call, by both clocks: a frozen process wakes up with one of them wrong, a corrected wall clock with the other. */
export interface SendBy {
  readonly wall: number
  readonly monotonic: number
}

export interface CallsOptions {
  readonly clock: Clock
  readonly settings: Pick<ProtocolSettings, 'sendByMs' | 'settledCallMs'>
  readonly permits: Permits
  readonly report: Report<AttemptOutcome>
  /** Makes the call. Never rejects. */
  readonly make: (partition: number, marked: MarkedAttempt, sendBy: SendBy) => Promise<Outcome>
  /** Appends to the late topic, and tries again until it is stored. */
  readonly publish: (partition: number, hash: string, late: LateOutcome) => Promise<void>
}

interface Call {
  readonly partition: number
  readonly hash: string
  /** Undefined while the call runs. */
  outcome: Outcome | undefined
  /** Whether the late topic has, or gets, the outcome: its record there settles the attempt. */
  handedOver: boolean
}

export class Calls {
  readonly #options: CallsOptions
  readonly #calls = new Map<string, Call>()
  readonly #running = new Map<string, Promise<void>>()
  /** One writer an attempt, so that `held` cannot overtake an outcome. */
  readonly #publishing = new Map<string, Promise<void>>()
  /** Attempts whose outcome is stored in the late topic, oldest first, and since when. */
  readonly #stored = new Map<string, number>()
  #stopping = false

  constructor(options: CallsOptions) {
    this.#options = options
  }

  /** Entries: calls that run, and those whose attempt is not known to be settled. */
  get size(): number {
    return this.#calls.size
  }
  get running(): number {
    return this.#running.size
  }

  /** The marker is known to be written. No attempt that is known here is ever sent again. */
  start(partition: number, marked: MarkedAttempt, startedMonotonic: number): void {
    const { sendByMs } = this.#options.settings
    const { startedAt } = marked.marker
    this.#begin(partition, marked, { wall: startedAt + sendByMs, monotonic: startedMonotonic + sendByMs })
  }

  /** A task of ours was taken over: what runs goes on, what was never sent is sent now, what has no marker is over. */
  adopt(partition: number, marked: ReadonlySet<string>, own: readonly MarkedAttempt[]): void {
    this.#sweep()
    for (const [attempt, call] of this.#calls)
      if (call.partition === partition && !marked.has(attempt)) this.#forget(attempt)
    for (const each of own) this.#adoptOne(partition, each)
  }

  #adoptOne(partition: number, { attempt, marker }: MarkedAttempt): void {
    const { clock, report, settings, permits } = this.#options
    const call = this.#calls.get(attempt)
    if (call === undefined) {
      // Its entry would have been dropped by now, so that it may well have been sent.
      if (clock.now() - marker.startedAt > settings.settledCallMs) {
        report(partition, { attempt, outcome: orphan(marker.startedAt, clock.now()) })
        return
      }
      permits.add()
      const sendBy = { wall: clock.now() + settings.sendByMs, monotonic: clock.monotonic() + settings.sendByMs }
      this.#begin(partition, { attempt, marker }, sendBy)
    } else if (call.outcome !== undefined && !call.handedOver) report(partition, { attempt, outcome: call.outcome })
  }

  #begin(partition: number, marked: MarkedAttempt, sendBy: SendBy): void {
    const { attempt, marker } = marked
    if (this.#calls.has(attempt)) {
      this.#options.permits.release()
      return
    }
    const call: Call = { partition, hash: marker.dispatch.hash, outcome: undefined, handedOver: false }
    this.#calls.set(attempt, call)
    const refused = this.#refusal(marker, sendBy)
    if (refused !== undefined) {
      this.#end(attempt, call, refused)
      return
    }
    const run = async (): Promise<void> => {
      const outcome = await this.#options.make(partition, marked, sendBy)
      this.#running.delete(attempt)
      this.#end(attempt, call, outcome)
    }
    this.#running.set(attempt, run())
  }

  #refusal({ startedAt, endBy }: Marker, { wall, monotonic }: SendBy): Outcome | undefined {
    const { clock } = this.#options
    const now = clock.now()
    if (this.#stopping) return notSent('stopping', startedAt, now)
    if (now >= endBy || now > wall || clock.monotonic() > monotonic) return notSent('send_by', startedAt, now)
    return undefined
  }

  #end(attempt: string, call: Call, outcome: Outcome): void {
    const { permits, report } = this.#options
    permits.release()
    // Forgotten meanwhile: its marker is gone, so the attempt was settled by others.
    if (this.#calls.get(attempt) !== call) return
    call.outcome = outcome
    if (!report(call.partition, { attempt, outcome })) this.#handOver(attempt, call)
  }

  /** A task of ours has ended: what it was still owed goes through the late topic, to whoever owns the partition. */
  lost(partition: number): void {
    for (const [attempt, call] of this.#calls) {
      if (call.partition !== partition || call.handedOver) continue
      if (call.outcome === undefined) this.#publish(attempt, call, null)
      else this.#handOver(attempt, call)
    }
  }

  #handOver(attempt: string, call: Call): void {
    const { outcome = null } = call
    call.handedOver = true
    this.#publish(attempt, call, outcome)
  }

  #publish(attempt: string, call: Call, outcome: Outcome | null): void {
    const before = this.#publishing.get(attempt) ?? Promise.resolve()
    const written = this.#write(before, attempt, call, outcome)
    this.#publishing.set(attempt, written)
    void written.then(() => this.#publishing.get(attempt) === written && this.#publishing.delete(attempt))
  }

  async #write(before: Promise<void>, attempt: string, call: Call, outcome: Outcome | null): Promise<void> {
    const { publish, clock } = this.#options
    await before
    await publish(call.partition, call.hash, { attempt, outcome })
    if (outcome === null || this.#calls.get(attempt) !== call) return
    // The entry stays, or a task that comes back would take the attempt for one that was never sent; its body may go.
    call.outcome = { ...outcome, body: null }
    this.#stored.set(attempt, clock.monotonic())
  }

  /** The result is known to be written. */
  settled(attempt: string): void {
    if (this.#calls.get(attempt)?.outcome !== undefined) this.#forget(attempt)
  }

  #forget(attempt: string): void {
    this.#calls.delete(attempt)
    this.#stored.delete(attempt)
  }

  #sweep(): void {
    const { clock, settings } = this.#options
    for (const [attempt, since] of this.#stored) {
      if (clock.monotonic() - since < settings.settledCallMs) return
      this.#forget(attempt)
    }
  }

  /** Nothing is sent from now on. */
  stopping(): void {
    this.#stopping = true
  }

  /** Resolves when no call runs and all that the late topic is to hold is stored. */
  async finish(): Promise<void> {
    while (this.#running.size > 0 || this.#publishing.size > 0)
      await Promise.all([...this.#running.values(), ...this.#publishing.values()])
  }
}
