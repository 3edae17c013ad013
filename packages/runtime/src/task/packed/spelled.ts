/** A text as bytes, and a hash of it, the same on every machine: one after the other in the same memory. */
export class Spelled {
  #bytes = Buffer.alloc(512)
  #words = wordsOf(this.#bytes)
  /** In bytes. */
  length = 0

  /** The text is at the beginning. */
  get bytes(): Buffer {
    return this.#bytes
  }

  /** @returns 32 bits of hash */
  spell(text: string): number {
    // What is written may end three bytes below a whole word.
    if (3 * text.length + 3 > this.#bytes.length) {
      this.#bytes = Buffer.alloc(6 * text.length + 4)
      this.#words = wordsOf(this.#bytes)
    }
    this.length = this.#bytes.write(text)
    const words = (this.length + 3) >>> 2
    for (let index = this.length; index < 4 * words; index++) this.#bytes[index] = 0
    return hashOf(this.#words, words, this.length)
  }
}

const wordsOf = ({ buffer, byteOffset, length }: Buffer): Uint32Array =>
  new Uint32Array(buffer, byteOffset, Math.floor(length / 4))

/** Multiplied and turned word by word, then mixed, as MurmurHash3 does. */
function hashOf(words: Uint32Array, count: number, bytes: number): number {
  let hash = bytes
  for (let index = 0; index < count; index++) {
    const turned = Math.imul(words[index] ?? 0, 0xcc9e2d51)
    hash ^= Math.imul((turned << 15) | (turned >>> 17), 0x1b873593)
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
