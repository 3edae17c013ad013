import type { Headroom } from '@waybill/schemas/generated/headroom'

/** A vendor's limit by the minute, which fills up all the time. */
export class Limit {
  readonly #perMinute: number
  readonly #tells: boolean
  #left: number
  #at = 0

  /** @param tells whether answers say how much is left */
  constructor(perMinute: number, tells: boolean) {
    this.#perMinute = perMinute
    this.#tells = tells
    this.#left = perMinute
  }

  /** @returns whether a call may be made now, which then is */
  take(at: number): boolean {
    this.#left = Math.min(this.#perMinute, this.#left + ((at - this.#at) * this.#perMinute) / 60_000)
    this.#at = at
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }

  /** After the newest call. */
  get headroom(): Headroom | null {
    const share = Math.floor(this.#left) / this.#perMinute
    return this.#tells ? { share, fullInMs: Math.round((1 - share) * 60_000) } : null
  }
}
