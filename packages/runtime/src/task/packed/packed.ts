import { AddressTable } from './address-table.ts'
import { never, word, wordsOf } from './chunk.ts'
import { Slab } from './slab.ts'
import { Spelled } from './spelled.ts'

/** What an entry is to others, apart from its value. */
export interface About {
  /** Whole seconds since the epoch, or `never`. */
  readonly due: number
  readonly isOpen: boolean
  readonly group: string | null
}

/** An entry whose time is near. */
export interface Soon {
  readonly key: string
  /** Whole seconds since the epoch. */
  readonly due: number
}

/** Entries as bytes: a key, a value, a due time, and a group that each may belong to. */
export class Packed {
  readonly #slab: Slab
  readonly #keys = new AddressTable((address) => this.#get(address, word.hash))
  /** The first of each group. Two groups of one hash share a chain. */
  readonly #groups = new AddressTable((address) => this.#get(address, word.group))
  readonly #groupOf: (key: string) => string | null
  #size = 0
  #soon: Soon[] = []
  /** The key that is looked for, and the group. */
  readonly #key = new Spelled()
  readonly #group = new Spelled()

  constructor(chunkBytes: number, groupOf: (key: string) => string | null) {
    this.#groupOf = groupOf
    this.#slab = new Slab(chunkBytes, {
      moved: (from, to) => {
        this.#moved(from, to)
      },
      soon: (address) => {
        const chunk = this.#slab.chunkAt(address)
        const at = this.#slab.placeOf(address)
        this.#soon.push({ key: chunk.keyOf(at), due: chunk.get(at, word.due) })
      },
    })
  }

  get size(): number {
    return this.#size
  }

  /** Entries that are open. */
  get openSize(): number {
    let size = 0
    for (const chunk of this.#slab.all()) size += chunk.open
    return size
  }

  /** Bytes of all entries, the dead among them that still take room included. */
  get bytes(): number {
    return this.#slab.bytes
  }

  #get(address: number, which: number): number {
    return this.#slab.chunkAt(address).get(this.#slab.placeOf(address), which)
  }

  #set(address: number, which: number, value: number): void {
    this.#slab.chunkAt(address).set(this.#slab.placeOf(address), which, value)
  }

  readonly #isSought = (address: number, hash: number): boolean => {
    const chunk = this.#slab.chunkAt(address)
    const at = this.#slab.placeOf(address)
    return chunk.get(at, word.hash) === hash && chunk.hasKey(at, this.#key)
  }

  readonly #isOfGroup = (address: number, hash: number): boolean => this.#get(address, word.group) === hash

  /** The value as it lies there. */
  get(key: string): Buffer | undefined {
    const address = this.#keys.find(this.#key.spell(key), this.#isSought)
    return address === 0 ? undefined : this.#slab.chunkAt(address).valueOf(this.#slab.placeOf(address))
  }

  put(key: string, value: Uint8Array, { due, isOpen, group }: About): void {
    const hash = this.#key.spell(key)
    const before = this.#keys.find(hash, this.#isSought)
    const isGrouped = group !== null
    const shape = { keyBytes: this.#key.length, valueBytes: value.length, isGrouped, isOpen, due, hash }
    const address = this.#slab.allocate(wordsOf(shape))
    this.#slab.chunkAt(address).write(this.#slab.placeOf(address), shape, this.#key.bytes, value)
    if (isGrouped) this.#join(address, this.#group.spell(group))
    if (before === 0) this.#keys.add(hash, address)
    else this.#keys.replace(hash, before, address)
    this.#size++
    this.#slab.note(address)
    if (before !== 0) this.#free(before)
  }

  delete(key: string): void {
    const hash = this.#key.spell(key)
    const address = this.#keys.find(hash, this.#isSought)
    if (address === 0) return
    this.#keys.remove(hash, address)
    this.#free(address)
  }

  #free(address: number): void {
    this.#leave(address)
    this.#size--
    this.#slab.free(address)
  }

  #isGrouped(address: number): boolean {
    return this.#slab.chunkAt(address).isGrouped(this.#slab.placeOf(address))
  }

  #join(address: number, group: number): void {
    const next = this.#groups.find(group, this.#isOfGroup)
    this.#set(address, word.group, group)
    this.#set(address, word.next, next)
    this.#set(address, word.previous, 0)
    if (next === 0) this.#groups.add(group, address)
    else {
      this.#groups.replace(group, next, address)
      this.#set(next, word.previous, address)
    }
  }

  #leave(address: number): void {
    if (!this.#isGrouped(address)) return
    const [next, previous] = [this.#get(address, word.next), this.#get(address, word.previous)]
    if (next !== 0) this.#set(next, word.previous, previous)
    if (previous !== 0) this.#set(previous, word.next, next)
    else if (next !== 0) this.#groups.replace(this.#get(address, word.group), address, next)
    else this.#groups.remove(this.#get(address, word.group), address)
  }

  #moved(from: number, to: number): void {
    this.#keys.replace(this.#get(to, word.hash), from, to)
    if (!this.#isGrouped(to)) return
    const [next, previous] = [this.#get(to, word.next), this.#get(to, word.previous)]
    if (next !== 0) this.#set(next, word.previous, to)
    if (previous !== 0) this.#set(previous, word.next, to)
    else this.#groups.replace(this.#get(to, word.group), from, to)
  }

  /** The keys of a group, those written last at the end. */
  under(group: string): string[] {
    const hash = this.#group.spell(group)
    const keys: string[] = []
    for (
      let address = this.#groups.find(hash, this.#isOfGroup);
      address !== 0;
      address = this.#get(address, word.next)
    ) {
      const key = this.#slab.chunkAt(address).keyOf(this.#slab.placeOf(address))
      if (this.#groupOf(key) === group) keys.push(key)
    }
    return keys.toReversed()
  }

  /** Every entry. Must not be changed meanwhile. */
  *entries(): Iterable<readonly [key: string, value: Buffer]> {
    for (const chunk of this.#slab.all()) for (const at of chunk.live()) yield [chunk.keyOf(at), chunk.valueOf(at)]
  }

  /** Every entry that is open. Must not be changed meanwhile. */
  *open(): Iterable<readonly [key: string, value: Buffer]> {
    for (const chunk of this.#slab.all())
      if (chunk.open > 0)
        for (const at of chunk.live()) if (chunk.isOpen(at)) yield [chunk.keyOf(at), chunk.valueOf(at)]
  }

  /** No entry that `takeSoon` has not given is due before, in seconds; undefined where none is ever. */
  get nextDue(): number | undefined {
    const { nextDue } = this.#slab
    return nextDue === never ? undefined : nextDue
  }

  /** Looks for entries that are due, and some that will be soon: in one chunk, as `nextDue` tells of more. */
  lookForDue(seconds: number): void {
    this.#slab.tellDue(seconds)
  }

  /** Entries whose time is near, each once. */
  takeSoon(): readonly Soon[] {
    const soon = this.#soon
    this.#soon = []
    return soon
  }

  /** All that is due is to be told again. */
  forgetTold(): void {
    this.#soon = []
    this.#slab.forgetTold()
  }

  clear(): void {
    this.#keys.clear()
    this.#groups.clear()
    this.#slab.clear()
    this.#size = 0
    this.#soon = []
  }
}
