import type { LogRecord, OutgoingRecord, Range } from '../log.ts'
import { LogError } from '../log.ts'

/** A transaction: its records are hidden while it is open, and for ever when it is aborted. */
export interface Transaction {
  readonly id: string
  state: 'open' | 'committed' | 'aborted'
  readonly partitions: Set<Partition>
}

interface Entry {
  readonly offset: number
  /** null for a marker, which has an offset and no record. */
  readonly record: LogRecord | null
  readonly transaction: Transaction | null
}

const bytesOf = (value: string | Buffer | null): Buffer | null =>
  value === null || typeof value !== 'string' ? value : Buffer.from(value)

/** What a broker would count, roughly: the bytes and some framing. */
const sizeOf = ({ key, value }: OutgoingRecord): number => (key?.length ?? 0) + (value?.length ?? 0) + 70

/** One partition: offsets with gaps, markers that take an offset, and an end that waits for open transactions. */
export class Partition {
  readonly topic: string
  readonly partition: number
  readonly #maxMessageBytes: number
  #entries: Entry[] = []
  #start = 0
  #next = 0
  /** Entries before this one are stable: nothing open is among them. */
  #stable = 0
  /** Called when more has become readable. */
  readonly watchers = new Set<() => void>()

  constructor(topic: string, partition: number, maxMessageBytes: number) {
    this.topic = topic
    this.partition = partition
    this.#maxMessageBytes = maxMessageBytes
  }

  /** @throws LogError tooLarge, as a broker that refuses the whole batch */
  check(records: readonly OutgoingRecord[]): void {
    const size = records.reduce((sum, record) => sum + sizeOf(record), 0)
    if (size > this.#maxMessageBytes)
      throw new LogError('tooLarge', `${size} bytes are too many for ${this.topic}/${this.partition}`)
  }

  append(records: readonly OutgoingRecord[], timestamp: number, transaction: Transaction | null): number {
    const { topic, partition } = this
    const first = this.#next
    for (const { key, value, headers = {} } of records) {
      const offset = this.#next++
      const read = Object.entries(headers).map(([name, header]) => [name, bytesOf(header) ?? Buffer.alloc(0)] as const)
      const record = {
        topic,
        partition,
        offset,
        key: bytesOf(key),
        value: bytesOf(value),
        headers: Object.fromEntries(read),
        timestamp,
      }
      this.#entries.push({ offset, record, transaction })
    }
    transaction?.partitions.add(this)
    this.#settle()
    return first
  }

  /** Writes the marker that ends a transaction here. */
  mark(): void {
    this.#entries.push({ offset: this.#next++, record: null, transaction: null })
    this.#settle()
  }

  #settle(): void {
    const before = this.#stable
    while (this.#stable < this.#entries.length && this.#entries[this.#stable]?.transaction?.state !== 'open')
      this.#stable++
    if (this.#stable > before) for (const watcher of this.watchers) watcher()
  }

  range(): Range {
    return { start: this.#start, end: this.#entries[this.#stable]?.offset ?? this.#next }
  }

  /** Committed records from an offset on, and the offset after all that was looked at. */
  read(from: number, most: number): { readonly records: readonly LogRecord[]; readonly next: number } {
    const records: LogRecord[] = []
    let next = from
    for (let index = this.#indexOf(from); index < this.#stable && records.length < most; index++) {
      const entry = this.#entries[index]
      if (entry === undefined) break
      if (entry.record !== null && entry.transaction?.state !== 'aborted') records.push(entry.record)
      next = entry.offset + 1
    }
    return { records, next }
  }

  /** The index of the first entry at this offset or after it. */
  #indexOf(offset: number): number {
    let [low, high] = [0, this.#entries.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#entries[middle]?.offset ?? 0) < offset) low = middle + 1
      else high = middle
    }
    return low
  }

  deleteBefore(offset: number): void {
    const cut = this.#indexOf(offset)
    this.#entries = this.#entries.slice(cut)
    this.#stable = Math.max(0, this.#stable - cut)
    this.#start = Math.max(this.#start, offset)
  }

  /**
   * Keeps the newest committed record of each key; leaves gaps, as a log cleaner does.
   * @param tombstonesSince tombstones appended before this are gone as well
   */
  compact(tombstonesSince = Infinity): void {
    const newest = new Map<string, number>()
    const stable = this.#entries.slice(0, this.#stable)
    for (const { record, transaction } of stable)
      if (record !== null && transaction?.state !== 'aborted') newest.set(String(record.key), record.offset)
    const last = stable.length - 1
    // As on a broker, the last offset stays, with or without its record: a reader comes to the end.
    const kept = stable.flatMap((entry, index): readonly Entry[] => {
      const { offset, record } = entry
      const isNewest = record !== null && newest.get(String(record.key)) === offset
      if (isNewest && (record.value !== null || record.timestamp >= tombstonesSince)) return [entry]
      return index === last ? [{ offset, record: null, transaction: null }] : []
    })
    this.#entries = [...kept, ...this.#entries.slice(this.#stable)]
    this.#stable = kept.length
  }
}
