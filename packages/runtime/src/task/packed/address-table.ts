const shardBits = 8
const shards = 2 ** shardBits
const smallest = 16
/** How full a shard may be: no two the same, or all would grow in the same moment. */
const fullestOf = (number: number): number => 0.5 + (0.25 * number) / shards

/**
 * Slots in a row, probed one after the other from where the hash says. Of each address a tag of its hash lies beside it, 0
 * where the slot is empty: most of what does not match is told without a look at what lies at the address.
 */
interface Shard {
  readonly tags: Uint8Array
  readonly slots: Uint32Array
  count: number
}

const shardOf = (slots: number): Shard => ({ tags: new Uint8Array(slots), slots: new Uint32Array(slots), count: 0 })

/** Addresses by 32 bits of hash. In shards, each of which grows by itself: to grow all of a million takes too long. */
export class AddressTable {
  readonly #hashAt: (address: number) => number
  #shards: (Shard | undefined)[] = []

  /** @param hashAt the hash that an address in the table has */
  constructor(hashAt: (address: number) => number) {
    this.#hashAt = hashAt
  }

  /** The address of this hash that matches, or 0. */
  find(hash: number, matches: (address: number, hash: number) => boolean): number {
    const shard = this.#shards[hash & (shards - 1)]
    if (shard === undefined) return 0
    const { tags, slots } = shard
    const mask = tags.length - 1
    const tag = tagOf(hash)
    for (let slot = homeOf(hash) & mask; tags[slot] !== 0; slot = (slot + 1) & mask) {
      const address = slots[slot] ?? 0
      if (tags[slot] === tag && matches(address, hash)) return address
    }
    return 0
  }

  add(hash: number, address: number): void {
    const number = hash & (shards - 1)
    let shard = (this.#shards[number] ??= shardOf(smallest))
    if (shard.count >= shard.slots.length * fullestOf(number)) {
      shard = this.#grown(shard)
      this.#shards[number] = shard
    }
    insert(shard, hash, address)
  }

  /** What lay at one address lies at another now. */
  replace(hash: number, address: number, by: number): void {
    const shard = this.#shards[hash & (shards - 1)]
    if (shard !== undefined) shard.slots[slotOf(shard, hash, address)] = by
  }

  /** Closes the gap, so that whoever probes meets no hole where something was. */
  remove(hash: number, address: number): void {
    const shard = this.#shards[hash & (shards - 1)]
    if (shard === undefined) return
    const { tags, slots } = shard
    const mask = tags.length - 1
    let hole = slotOf(shard, hash, address)
    for (let slot = (hole + 1) & mask; tags[slot] !== 0; slot = (slot + 1) & mask) {
      const other = slots[slot] ?? 0
      const home = homeOf(this.#hashAt(other)) & mask
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue
      slots[hole] = other
      tags[hole] = tags[slot] ?? 0
      hole = slot
    }
    tags[hole] = 0
    shard.count--
  }

  clear(): void {
    this.#shards = []
  }

  #grown({ tags, slots }: Shard): Shard {
    const grown = shardOf(2 * slots.length)
    for (const [slot, address] of slots.entries()) if (tags[slot] !== 0) insert(grown, this.#hashAt(address), address)
    return grown
  }
}

/** The lowest bits have chosen the shard. */
const homeOf = (hash: number): number => hash >>> shardBits
const tagOf = (hash: number): number => hash >>> 24 || 1

function insert(shard: Shard, hash: number, address: number): void {
  const { tags, slots } = shard
  const mask = tags.length - 1
  let slot = homeOf(hash) & mask
  while (tags[slot] !== 0) slot = (slot + 1) & mask
  tags[slot] = tagOf(hash)
  slots[slot] = address
  shard.count++
}

function slotOf({ tags, slots }: Shard, hash: number, address: number): number {
  const mask = tags.length - 1
  for (let slot = homeOf(hash) & mask; tags[slot] !== 0; slot = (slot + 1) & mask)
    if (slots[slot] === address) return slot
  throw new Error(`There is no address ${address} in the table.`)
}
