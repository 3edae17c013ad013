// Record batches, version 2: how records are stored, produced and fetched.
import type { LogRecord, OutgoingRecord } from '../../log.ts'
import { crc32c } from './crc32c.ts'
import { inflate } from './compression.ts'
import { Reader } from './reader.ts'
import type { Writer } from './writer.ts'
import { lengthOf, sizeOfSigned } from './writer.ts'

/** Up to the first record. */
const headerBytes = 61
/** What the length field of a batch does not count: base offset and itself. */
const uncounted = 12
const magic = 2
const attribute = { compression: 7, appendTime: 8, transactional: 16, control: 32 } as const

/** Who writes a batch. */
export interface Writing {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly firstSequence: number
  readonly transactional: boolean
}

const sizeOfField = (value: string | Buffer | null): number => {
  const length = value === null ? -1 : lengthOf(value)
  return sizeOfSigned(length) + Math.max(0, length)
}

function sizeOfRecord(record: OutgoingRecord, index: number): number {
  const headers = Object.entries(record.headers ?? {})
  // 2: attributes and a distance in time of 0.
  let size = 2 + sizeOfSigned(index) + sizeOfField(record.key) + sizeOfField(record.value)
  size += sizeOfSigned(headers.length)
  for (const [name, value] of headers) size += sizeOfField(name) + sizeOfField(value)
  return size
}

/** Records whose sizes are known, so that a request can be written in one pass. */
export interface Measured {
  readonly records: readonly OutgoingRecord[]
  readonly sizes: readonly number[]
  /** Of the whole batch. */
  readonly bytes: number
}

export function measure(records: readonly OutgoingRecord[]): Measured {
  const sizes = records.map(sizeOfRecord)
  let bytes = headerBytes
  for (const size of sizes) bytes += size + sizeOfSigned(size)
  return { records, sizes, bytes }
}

function writeRecord(writer: Writer, record: OutgoingRecord, index: number, size: number): void {
  const headers = Object.entries(record.headers ?? {})
  writer.signed(size)
  writer.int8(0)
  writer.signed(0)
  writer.signed(index)
  writer.field(record.key)
  writer.field(record.value)
  writer.signed(headers.length)
  for (const [name, value] of headers) {
    writer.field(name)
    writer.field(value)
  }
}

export function writeBatch(writer: Writer, { records, sizes, bytes }: Measured, writing: Writing, now: number): void {
  writer.int64(0)
  writer.int32(bytes - uncounted)
  writer.int32(0)
  writer.int8(magic)
  const checksumAt = writer.offset
  writer.offset += 4
  writer.int16(writing.transactional ? attribute.transactional : 0)
  writer.int32(records.length - 1)
  writer.int64(now)
  writer.int64(now)
  writer.int64(writing.producerId)
  writer.int16(writing.producerEpoch)
  writer.int32(writing.firstSequence)
  writer.int32(records.length)
  for (const [index, record] of records.entries()) writeRecord(writer, record, index, sizes[index] ?? 0)
  writer.buffer.writeUInt32BE(crc32c(writer.buffer, checksumAt + 4, writer.offset), checksumAt)
}

/** A transaction that was aborted, and where its records begin. */
export interface Aborted {
  readonly producerId: number
  readonly firstOffset: number
}

interface Header {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly end: number
  readonly attributes: number
  readonly firstTimestamp: number
  readonly maxTimestamp: number
  readonly producerId: number
  readonly count: number
}

/** The next batch's header, or null where the answer was cut. The reader stands at the records then. */
function readHeader(reader: Reader): Header | null {
  if (reader.left < headerBytes) return null
  const baseOffset = reader.int64()
  const end = reader.offset + 4 + reader.int32()
  if (end > reader.buffer.length) return null
  reader.skip(4)
  const version = reader.int8()
  if (version !== magic) throw new Error(`a record batch of version ${version}, which no supported broker keeps`)
  reader.skip(4)
  const attributes = reader.int16()
  const lastOffset = baseOffset + reader.int32()
  const [firstTimestamp, maxTimestamp, producerId] = [reader.int64(), reader.int64(), reader.int64()]
  reader.skip(6)
  return { baseOffset, lastOffset, end, attributes, firstTimestamp, maxTimestamp, producerId, count: reader.int32() }
}

function readHeaders(reader: Reader): Readonly<Record<string, Buffer>> {
  const headers: Record<string, Buffer> = {}
  for (let count = reader.signed(); count > 0; count--) {
    const name = reader.fieldName()
    headers[name] = reader.field() ?? Buffer.alloc(0)
  }
  return headers
}

function readRecords(reader: Reader, header: Header, of: Fetched, into: LogRecord[]): void {
  const { name: topic, partition, from } = of
  for (let index = 0; index < header.count; index++) {
    const end = reader.signed() + reader.offset
    reader.skip(1)
    const distance = reader.signedLong()
    const offset = header.baseOffset + reader.signed()
    if (offset >= from) {
      const timestamp =
        header.attributes & attribute.appendTime ? header.maxTimestamp : header.firstTimestamp + distance
      const [key, value] = [reader.field(), reader.field()]
      into.push({ topic, partition, offset, key, value, headers: readHeaders(reader), timestamp })
    }
    reader.offset = end
  }
}

/**
 * The records of a batch of data. One that cannot be read, because of its compression or because it is damaged, becomes one
 * record whose value is all of it: so it ends as any record does that cannot be read, and does not stand in the way for ever.
 */
function readData(reader: Reader, start: number, header: Header, fetched: Fetched, into: LogRecord[]): void {
  const before = into.length
  try {
    readRecords(plain(reader, header), header, fetched, into)
  } catch {
    into.length = before
    const { name: topic, partition } = fetched
    const value = reader.buffer.subarray(start, header.end)
    into.push({
      topic,
      partition,
      offset: header.lastOffset,
      key: null,
      value,
      headers: {},
      timestamp: header.maxTimestamp,
    })
  }
}

/** Whether a control batch, at whose record the reader stands, ends a transaction as aborted. */
function isAbort(reader: Reader): boolean {
  reader.signed()
  reader.skip(1)
  reader.signedLong()
  reader.signed()
  return reader.field()?.readInt16BE(2) === 0
}

/** What a fetch asks for. */
export interface Fetched {
  readonly topic: string
  /** What the records' topic is called to whoever asked. */
  readonly name: string
  readonly partition: number
  readonly from: number
}

/**
 * The committed records of what was fetched.
 * @param aborted in any order; several may begin before one record, and only their markers end them
 * @returns `next`, which moves over markers, aborted records and batches that compaction has emptied too; -1 for no batch
 */
export function readBatches(
  bytes: Buffer,
  fetched: Fetched,
  aborted: readonly Aborted[],
): { readonly records: readonly LogRecord[]; readonly next: number } {
  const records: LogRecord[] = []
  const open = openTransactions(aborted)
  const reader = new Reader(bytes)
  let next = -1
  for (;;) {
    const start = reader.offset
    const header = readHeader(reader)
    if (header === null) return { records, next }
    const { attributes, producerId, lastOffset, end } = header
    const isAborted = open.at(lastOffset).has(producerId)
    if (attributes & attribute.control) {
      if (isAborted && header.count > 0 && isAbort(reader)) open.at(lastOffset).delete(producerId)
    } else if (!(isAborted && attributes & attribute.transactional)) {
      readData(reader, start, header, fetched, records)
    }
    next = lastOffset + 1
    reader.offset = end
  }
}

/** The producers whose records are aborted ones, up to an offset that only grows. */
function openTransactions(aborted: readonly Aborted[]): { readonly at: (offset: number) => Set<number> } {
  const coming = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset)
  const open = new Set<number>()
  let index = 0
  return {
    at(offset) {
      for (let first = coming[index]; first !== undefined && first.firstOffset <= offset; first = coming[++index])
        open.add(first.producerId)
      return open
    },
  }
}

/** The records of the batch at which the reader stands. */
function plain(reader: Reader, { attributes, end }: Header): Reader {
  const codec = attributes & attribute.compression
  return codec === 0 ? reader : new Reader(inflate(codec, reader.buffer.subarray(reader.offset, end)))
}
