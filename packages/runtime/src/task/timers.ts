export interface Timer {
  /** Epoch milliseconds. */
  readonly at: number
  readonly key: string
}

/**
 * Due times of keys, earliest first: a binary heap. An entry is never removed; whoever takes it asks whether it still
 * holds, because a key that changed has a newer entry.
 */
export class Timers {
  #heap: Timer[] = []

  get nextAt(): number | undefined {
    return this.#heap[0]?.at
  }

  add(at: number, key: string): void {
    const entry = { at, key }
    let index = this.#heap.push(entry) - 1
    while (index > 0) {
      const parent = (index - 1) >>> 1
      const above = this.#heap[parent]
      if (above === undefined || above.at <= at) break
      this.#heap[index] = above
      index = parent
    }
    this.#heap[index] = entry
  }

  /** Takes the earliest entry that is due. */
  take(now: number): Timer | undefined {
    const [first] = this.#heap
    if (first === undefined || first.at > now) return undefined
    const last = this.#heap.pop()
    if (last !== undefined && this.#heap.length > 0) this.#sink(last)
    return first
  }

  #sink(entry: Timer): void {
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      const [a, b] = [this.#heap[left], this.#heap[left + 1]]
      if (a === undefined) break
      const [child, below] = b !== undefined && b.at < a.at ? [left + 1, b] : [left, a]
      if (below.at >= entry.at) break
      this.#heap[index] = below
      index = child
    }
    this.#heap[index] = entry
  }
}
