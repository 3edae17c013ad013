// Entries one after the other in one piece of memory, into which the garbage collector does not look.

import type { Spelled } from './spelled.ts'

/** Of an entry that is never due. Other times are whole seconds since the epoch. */
export const never = 0xffff_ffff

/**
 * The words of an entry, of four bytes each. Those from `group` on only where it has one: the hash of the group, and the
 * addresses of its neighbours in it. After them come the bytes of key and value.
 */
export const word = { size: 0, key: 1, due: 2, hash: 3, group: 4, next: 5, previous: 6 } as const

/** In the word of the key, below its length: bytes of padding at the end of the entry, and flags. */
const padding = 3
const dead = 4
const grouped = 8
const open = 16
const lengthShift = 8
/** Of a key, in bytes. */
const longest = 2 ** 24 - 1

export interface Shape {
  readonly keyBytes: number
  readonly valueBytes: number
  readonly isGrouped: boolean
  readonly isOpen: boolean
  readonly due: number
  readonly hash: number
}

const headOf = (isGrouped: boolean): number => (isGrouped ? word.previous : word.hash) + 1

/** Words of an entry. */
export const wordsOf = ({ keyBytes, valueBytes, isGrouped }: Shape): number =>
  headOf(isGrouped) + Math.ceil((keyBytes + valueBytes) / 4)

export class Chunk {
  readonly number: number
  readonly words: Uint32Array
  readonly bytes: Buffer
  /** In words: what is in use, what of it is dead, and up to where the chunk was emptied. */
  used = 0
  dead = 0
  emptied = 0
  isBeingEmptied = false
  /** Entries that are open. */
  open = 0
  /** No entry is due before, and none that was not told yet. */
  lowest = never
  next = never
  /** What is due until then was told. */
  toldUntil: number

  constructor(number: number, words: number, toldUntil: number) {
    this.number = number
    this.bytes = Buffer.allocUnsafeSlow(4 * words)
    this.words = new Uint32Array(this.bytes.buffer)
    this.toldUntil = toldUntil
  }

  get(at: number, which: number): number {
    return this.words[at + which] ?? 0
  }

  set(at: number, which: number, value: number): void {
    this.words[at + which] = value
  }

  isDead(at: number): boolean {
    return (this.get(at, word.key) & dead) !== 0
  }
  isGrouped(at: number): boolean {
    return (this.get(at, word.key) & grouped) !== 0
  }
  isOpen(at: number): boolean {
    return (this.get(at, word.key) & open) !== 0
  }

  #keyAt(at: number): number {
    return 4 * (at + headOf(this.isGrouped(at)))
  }

  hasKey(at: number, { bytes, length }: Spelled): boolean {
    if (this.get(at, word.key) >>> lengthShift !== length) return false
    const from = this.#keyAt(at)
    return this.bytes.compare(bytes, 0, length, from, from + length) === 0
  }

  keyOf(at: number): string {
    const from = this.#keyAt(at)
    return this.bytes.toString('utf8', from, from + (this.get(at, word.key) >>> lengthShift))
  }

  valueOf(at: number): Buffer {
    const key = this.get(at, word.key)
    return this.bytes.subarray(
      this.#keyAt(at) + (key >>> lengthShift),
      4 * (at + this.get(at, word.size)) - (key & padding),
    )
  }

  /** Writes an entry, but for the words of its group. */
  write(at: number, shape: Shape, key: Buffer, value: Uint8Array): void {
    const { keyBytes, valueBytes, isGrouped, isOpen, due, hash } = shape
    if (keyBytes > longest) throw new Error(`A key of ${keyBytes} bytes is too long.`)
    const size = wordsOf(shape)
    const head = headOf(isGrouped)
    const flags = 4 * (size - head) - keyBytes - valueBytes + (isGrouped ? grouped : 0) + (isOpen ? open : 0)
    this.words[at] = size
    this.words[at + word.key] = keyBytes * 2 ** lengthShift + flags
    this.words[at + word.due] = due
    this.words[at + word.hash] = hash
    const from = 4 * (at + head)
    key.copy(this.bytes, from, 0, keyBytes)
    this.bytes.set(value, from + keyBytes)
  }

  /** The entry lies there no more. */
  kill(at: number): void {
    this.dead += this.get(at, word.size)
    if (this.isOpen(at)) this.open--
    this.words[at + word.key] = this.get(at, word.key) | dead
  }

  /** Where the entries that are not dead begin. */
  *live(): Iterable<number> {
    for (let at = 0; at < this.used; at += this.get(at, word.size)) if (!this.isDead(at)) yield at
  }
}
