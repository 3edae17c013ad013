import type { Clock } from '@waybill/runtime/clock'
import type { Random } from './random.ts'

interface Timer {
  readonly at: number
  /** Orders what is due at once: by the seed, so that no order is taken for granted. */
  readonly tie: number
  callback: (() => void) | undefined
}

const before = (one: Timer, other: Timer): boolean => one.at < other.at || (one.at === other.at && one.tie < other.tie)

/** All microtasks have run when this resolves: nothing in a simulation waits for anything else. */
const drained = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

/** Time that stands still while anything runs, and then jumps to what is due next. */
export class VirtualClock implements Clock {
  readonly real = false
  readonly #random: Random
  readonly #heap: Timer[] = []
  #now: number
  /** Callbacks that have run. */
  events = 0

  constructor(random: Random, start: number) {
    this.#random = random
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now
  }

  schedule(ms: number, callback: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, Math.ceil(ms)), tie: this.#random.next(), callback }
    this.#push(timer)
    return () => {
      timer.callback = undefined
    }
  }

  /**
   * Runs what is due next, and all that follows from it at once.
   * @returns false where nothing is due until then: it is that time now
   */
  async step(until: number): Promise<boolean> {
    for (;;) {
      const [first] = this.#heap
      if (first === undefined || first.at > until) {
        this.#now = until
        return false
      }
      this.#pop()
      const { callback } = first
      if (callback === undefined) continue
      first.callback = undefined
      this.#now = first.at
      this.events++
      callback()
      await drained()
      return true
    }
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let index = heap.push(timer) - 1
    while (index > 0) {
      const parent = (index - 1) >>> 1
      const above = heap[parent]
      if (above === undefined || !before(timer, above)) break
      heap[index] = above
      index = parent
    }
    heap[index] = timer
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      const [one, other] = [heap[left], heap[left + 1]]
      if (one === undefined) break
      const [child, below] = other !== undefined && before(other, one) ? [left + 1, other] : [left, one]
      if (!before(below, last)) break
      heap[index] = below
      index = child
    }
    heap[index] = last
  }
}
