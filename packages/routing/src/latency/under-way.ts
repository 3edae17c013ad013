// What one router knows of its own dispatches whose ends it has not heard of: a stall shows here before any call has
// ended, and before a worker has even read the dispatch. What workers tell of all calls is in reported.ts.
import type { SizeClass } from '../catalogue/target.ts'
import { sizeClasses } from './size-class.ts'

export interface Begun {
  /** Names the chain; only its first attempt is followed. */
  readonly claim: string
  readonly target: string
  /** By the expected output: a long answer that takes long says nothing of short ones. */
  readonly sizeClass: SizeClass
  readonly at: number
  /** When its caller has had an answer in any case. */
  readonly until: number
  /** Of the router's task. */
  readonly partition: number
}

/** By the expected size of the output, how long calls have been under way, in milliseconds. */
export type UnderWayMs = Readonly<Partial<Record<SizeClass, number>>>

/** By claim, oldest first. */
type Calls = Map<string, Begun>

/** Of the calls under way: the oldest of hundreds is older than the 95th percentile on any day. */
export const tail = 0.05

export class UnderWay {
  readonly #byTarget = new Map<string, Map<SizeClass, Calls>>()
  readonly #byClaim = new Map<string, Begun>()

  get size(): number {
    return this.#byClaim.size
  }

  begin(begun: Begun): void {
    const { claim, target, sizeClass } = begun
    this.end(claim)
    const sizes = this.#byTarget.get(target) ?? new Map<SizeClass, Calls>()
    const calls = sizes.get(sizeClass) ?? new Map<string, Begun>()
    this.#byTarget.set(target, sizes.set(sizeClass, calls.set(claim, begun)))
    this.#byClaim.set(claim, begun)
  }

  /** Its first attempt is over, or all of it. */
  end(claim: string): void {
    const begun = this.#byClaim.get(claim)
    if (begun === undefined) return
    this.#byClaim.delete(claim)
    this.#byTarget.get(begun.target)?.get(begun.sizeClass)?.delete(claim)
  }

  /** What becomes of this partition's calls is told to another process now. */
  lost(partition: number): void {
    for (const [claim, begun] of this.#byClaim) if (begun.partition === partition) this.end(claim)
  }

  /** By target: the age that one in twenty of the calls under way has reached, those of smaller outputs included. */
  at(now: number): ReadonlyMap<string, UnderWayMs> {
    const found = new Map<string, UnderWayMs>()
    for (const [target, sizes] of this.#byTarget) {
      const ages: Partial<Record<SizeClass, number>> = {}
      let most = 0
      for (const sizeClass of sizeClasses) {
        most = Math.max(most, this.#ageOf(sizes.get(sizeClass), now))
        if (most > 0) ages[sizeClass] = most
      }
      if (most > 0) found.set(target, ages)
    }
    return found
  }

  #ageOf(calls: Calls | undefined, now: number): number {
    if (calls === undefined) return 0
    this.#expire(calls, now)
    let older = Math.floor(tail * calls.size)
    for (const { at } of calls.values()) if (older-- === 0) return now - at
    return 0
  }

  #expire(calls: Calls, now: number): void {
    for (const { claim, until } of calls.values()) {
      if (until > now) return
      this.end(claim)
    }
  }
}
