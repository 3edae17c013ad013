import type { Cost } from '@waybill/schemas/generated/cost'

/** Calls are remembered for so long to see that one is there twice; two generations of them are kept. */
const mostRemembered = 200_000

/** Every call has one cost record, but a person may have replayed the topic: then it is there again. */
export class SeenCalls {
  #seen = new Set<string>()
  #seenBefore = new Set<string>()

  /** @returns whether this call was here lately; it is from now on */
  isRepeated({ claim, attempt }: Pick<Cost, 'claim' | 'attempt'>): boolean {
    const key = `${claim}.${attempt}`
    if (this.#seen.has(key) || this.#seenBefore.has(key)) return true
    if (this.#seen.size >= mostRemembered) {
      this.#seenBefore = this.#seen
      this.#seen = new Set()
    }
    this.#seen.add(key)
    return false
  }
}
