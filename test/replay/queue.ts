// What happens when, in virtual time: the earliest first, and of one time what was put first.
interface Entry<Item> {
  readonly at: number
  readonly order: number
  readonly item: Item
}

const isBefore = (one: Entry<unknown>, other: Entry<unknown>): boolean =>
  one.at === other.at ? one.order < other.order : one.at < other.at

/** A binary heap. */
export class Queue<Item> {
  readonly #entries: Entry<Item>[] = []
  #order = 0

  put(at: number, item: Item): void {
    const entry = { at, order: this.#order++, item }
    let place = this.#entries.push(entry) - 1
    for (let above = (place - 1) >> 1; place > 0; above = (place - 1) >> 1) {
      const parent = this.#entries[above]
      if (parent === undefined || !isBefore(entry, parent)) break
      this.#entries[place] = parent
      place = above
    }
    this.#entries[place] = entry
  }

  take(): { readonly at: number; readonly item: Item } | undefined {
    const [first] = this.#entries
    const last = this.#entries.pop()
    if (last !== undefined && this.#entries.length > 0) this.#sink(last)
    return first
  }

  #sink(entry: Entry<Item>): void {
    const entries = this.#entries
    let place = 0
    for (;;) {
      const [left, right] = [entries[2 * place + 1], entries[2 * place + 2]]
      if (left === undefined) break
      const isRight = right !== undefined && isBefore(right, left)
      const least = isRight ? right : left
      if (isBefore(entry, least)) break
      entries[place] = least
      place = 2 * place + (isRight ? 2 : 1)
    }
    entries[place] = entry
  }
}
