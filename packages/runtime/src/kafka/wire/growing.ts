// The output of a decompressor: bytes that come, and bytes that repeat what came before.

/** A few kilobytes can be made to unpack into gigabytes. */
export const maxOutputLength = 128 * 1024 * 1024

export class Growing {
  #buffer = Buffer.allocUnsafe(16_384)
  #length = 0

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return
    if (this.#length + more > maxOutputLength) throw new RangeError('more than may be unpacked')
    const larger = Buffer.allocUnsafe(2 * (this.#length + more))
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
  }

  append(bytes: Buffer): void {
    this.#reserve(bytes.length)
    this.#length += bytes.copy(this.#buffer, this.#length)
  }

  /** Repeats `count` bytes from `distance` bytes ago on; they may overlap what is being written. */
  repeat(distance: number, count: number): void {
    if (distance < 1 || distance > this.#length) throw new RangeError('a repetition of what was never there')
    this.#reserve(count)
    const from = this.#length - distance
    for (let index = 0; index < count; index++) this.#buffer[this.#length + index] = this.#buffer[from + index] ?? 0
    this.#length += count
  }

  written(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }
}
