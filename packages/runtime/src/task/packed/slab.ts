import { Chunk, never, word } from './chunk.ts'

/** An address is the number of a chunk, and a place in it in words. */
const placeBits = 18
const places = 2 ** placeBits
const chunks = 2 ** (32 - placeBits)
const smallestWords = 4_096
/** For every word that dies, so many are looked at in chunks that are to be emptied. */
const diligence = 4
/** What is due within so many seconds is told ahead, so that a chunk is not looked at again and again. */
const aheadSeconds = 10

type Age = 'young' | 'old'

interface Listener {
  /** An entry lies elsewhere now. */
  moved(from: number, to: number): void
  /** An entry's time is near, or has come. */
  soon(address: number): void
}

/**
 * Memory for entries, in chunks. A chunk in which all is dead is dropped; one in which half is dead is emptied little by
 * little: what is left in it moves to where only such entries lie, which will live long.
 */
export class Slab {
  readonly #chunkWords: number
  readonly #listener: Listener
  /** By number. There is none of number 0, so that no address is 0. */
  #chunks: (Chunk | undefined)[] = [undefined]
  #freeNumbers: number[] = []
  #words = 0
  /** The chunks that are being filled: with what is new, and with what was moved. */
  #filling: Record<Age, Chunk | undefined> = { young: undefined, old: undefined }
  #toEmpty: Chunk[] = []
  #toldUntil = -1

  constructor(chunkBytes: number, listener: Listener) {
    this.#chunkWords = Math.min(places, Math.ceil(chunkBytes / 4))
    this.#listener = listener
  }

  /** Bytes of all chunks. */
  get bytes(): number {
    return 4 * this.#words
  }

  chunkAt(address: number): Chunk {
    const chunk = this.#chunks[address >>> placeBits]
    if (chunk === undefined) throw new Error(`There is no chunk at address ${address}.`)
    return chunk
  }

  placeOf(address: number): number {
    return address & (places - 1)
  }

  /**
   * Room for an entry, which must be written and then noted.
   * @param age whether the entry is new, or was moved
   */
  allocate(words: number, age: Age = 'young'): number {
    // As large as what there is already, so that who holds little takes little.
    const size = Math.min(this.#chunkWords, Math.max(smallestWords, this.#words))
    // A chunk of its own, lest a large rest of another stays unused.
    if (words > size / 4) return this.#take(this.#open(words), words)
    let filling = this.#filling[age]
    if (filling === undefined || filling.used + words > filling.words.length) {
      const full = filling
      filling = this.#open(size)
      this.#filling[age] = filling
      if (full !== undefined) this.#tidy(full)
    }
    return this.#take(filling, words)
  }

  #open(words: number): Chunk {
    const number = this.#freeNumbers.pop() ?? this.#chunks.length
    if (number >= chunks) throw new Error('The state of a task is larger than 16 GiB.')
    const chunk = new Chunk(number, words, this.#toldUntil)
    this.#chunks[number] = chunk
    this.#words += chunk.words.length
    return chunk
  }

  #take(chunk: Chunk, words: number): number {
    const place = chunk.used
    chunk.used += words
    return chunk.number * places + place
  }

  /** An entry was written. */
  note(address: number): void {
    const chunk = this.chunkAt(address)
    const at = this.placeOf(address)
    const due = chunk.get(at, word.due)
    if (chunk.isOpen(at)) chunk.open++
    chunk.lowest = Math.min(chunk.lowest, due)
    if (due <= chunk.toldUntil) this.#listener.soon(address)
    else chunk.next = Math.min(chunk.next, due)
  }

  /** An entry is not needed any more. Its death pays for some tidying up. */
  free(address: number): void {
    const chunk = this.chunkAt(address)
    const at = this.placeOf(address)
    const words = chunk.get(at, word.size)
    chunk.kill(at)
    this.#tidy(chunk)
    this.#emptySome(diligence * words)
  }

  #tidy(chunk: Chunk): void {
    const { young, old } = this.#filling
    if (chunk === young || chunk === old || chunk.dead * 2 < chunk.used) return
    if (chunk.dead === chunk.used) this.#drop(chunk)
    else if (!chunk.isBeingEmptied) {
      chunk.isBeingEmptied = true
      this.#toEmpty.push(chunk)
    }
  }

  #drop(chunk: Chunk): void {
    this.#chunks[chunk.number] = undefined
    this.#freeNumbers.push(chunk.number)
    this.#words -= chunk.words.length
    chunk.emptied = chunk.used
  }

  /** @param words how many to look at */
  #emptySome(words: number): void {
    for (let left = words; left > 0;) {
      const [chunk] = this.#toEmpty
      if (chunk === undefined) return
      if (chunk.emptied === chunk.used) this.#toEmpty.shift()
      else {
        const at = chunk.emptied
        const size = chunk.get(at, word.size)
        chunk.emptied += size
        left -= size
        if (!chunk.isDead(at)) this.#move(chunk, at, size)
      }
    }
  }

  #move(from: Chunk, at: number, size: number): void {
    const address = this.allocate(size, 'old')
    const to = this.chunkAt(address)
    const place = this.placeOf(address)
    to.words.set(from.words.subarray(at, at + size), place)
    // What was told is not told again, unless the other chunk is behind in telling.
    const due = to.get(place, word.due)
    if (to.isOpen(place)) to.open++
    to.lowest = Math.min(to.lowest, due)
    if (due > to.toldUntil) to.next = Math.min(to.next, due)
    else if (due > from.toldUntil) this.#listener.soon(address)
    this.#listener.moved(from.number * places + at, address)
    from.kill(at)
    this.#tidy(from)
  }

  /** No entry that was not told yet is due before, in seconds. */
  get nextDue(): number {
    let next: number = never
    for (const chunk of this.#chunks) if (chunk !== undefined && chunk.next < next) next = chunk.next
    return next
  }

  /** Tells what is due now or soon in one chunk: if there is more, `nextDue` says so. */
  tellDue(seconds: number): void {
    const chunk = this.#chunks.find((each) => each !== undefined && each.next <= seconds)
    if (chunk !== undefined) this.#tellOf(chunk, seconds)
  }

  #tellOf(chunk: Chunk, seconds: number): void {
    this.#toldUntil = Math.max(this.#toldUntil, seconds + aheadSeconds)
    const { toldUntil: before } = chunk
    chunk.toldUntil = this.#toldUntil
    chunk.lowest = never
    chunk.next = never
    for (const at of chunk.live()) {
      const due = chunk.get(at, word.due)
      chunk.lowest = Math.min(chunk.lowest, due)
      if (due > chunk.toldUntil) chunk.next = Math.min(chunk.next, due)
      else if (due > before) this.#listener.soon(chunk.number * places + at)
    }
  }

  /** Nothing counts as told any more. */
  forgetTold(): void {
    this.#toldUntil = -1
    for (const chunk of this.#chunks)
      if (chunk !== undefined) {
        chunk.toldUntil = -1
        chunk.next = chunk.lowest
      }
  }

  /** The chunks, in the order of their numbers. */
  all(): Iterable<Chunk> {
    return this.#chunks.filter((chunk) => chunk !== undefined)
  }

  clear(): void {
    this.#chunks = [undefined]
    this.#freeNumbers = []
    this.#words = 0
    this.#filling = { young: undefined, old: undefined }
    this.#toEmpty = []
    this.#toldUntil = -1
  }
}
