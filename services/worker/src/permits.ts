/**
 * How many calls may be under way. A permit is reserved before the transaction that announces the call, so that what is
 * announced is sent at once; it is named by the dispatch's offset, because it is asked for again until the batch has room.
 */
export class Permits {
  readonly #most: number
  readonly #freed: () => void
  /** By partition and offset: when it was asked for last, by the monotonic clock. */
  readonly #reserved = new Map<number, Map<number, number>>()
  #running = 0

  /** @param freed called when a permit has come free */
  constructor(most: number, freed: () => void) {
    this.#most = most
    this.#freed = freed
  }

  get inUse(): number {
    let reserved = 0
    for (const offsets of this.#reserved.values()) reserved += offsets.size
    return this.#running + reserved
  }

  /** What is free once a call that ends now has given its own back. */
  get freeShare(): number {
    return Math.min(1, Math.max(0, (this.#most - this.inUse + 1) / this.#most))
  }

  /** @returns whether there is a permit for this dispatch */
  reserve(partition: number, offset: number, monotonic: number): boolean {
    const offsets = this.#reserved.get(partition) ?? new Map<number, number>()
    if (!offsets.has(offset) && this.inUse >= this.#most) return false
    offsets.set(offset, monotonic)
    this.#reserved.set(partition, offsets)
    return true
  }

  /**
   * The dispatch at this offset was processed, and with it all before it: a record that could not even be stepped says
   * nothing of its permit.
   * @returns when its permit was asked for
   */
  #processed(partition: number, offset: number): number | undefined {
    const offsets = this.#reserved.get(partition)
    const since = offsets?.get(offset)
    for (const each of offsets?.keys() ?? []) if (each <= offset) offsets?.delete(each)
    return since
  }

  /** The call is announced: its permit is in use until released. Returns when it was asked for. */
  take(partition: number, offset: number): number | undefined {
    const since = this.#processed(partition, offset)
    this.#running++
    return since
  }

  /** The dispatch needs no call. */
  passed(partition: number, offset: number): void {
    if (this.#processed(partition, offset) !== undefined) this.#freed()
  }

  /** A call that goes on from an earlier incarnation, whether there is room or not: its marker is written. */
  add(): void {
    this.#running++
  }

  release(): void {
    this.#running--
    this.#freed()
  }

  /** The batch of this partition was not committed. */
  dropped(partition: number): void {
    this.#reserved.delete(partition)
    this.#freed()
  }
}
