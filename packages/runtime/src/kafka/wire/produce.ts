// Produce: version 12 adds partitions to the transaction by itself (KIP-890), 7 is what older brokers and plain appends take.
import { Reader } from './reader.ts'
import type { Measured, Writing } from './record-batch.ts'
import { writeBatch } from './record-batch.ts'
import type { WireRequest } from './request.ts'
import type { Writer } from './writer.ts'

/** One batch for one partition. */
export interface Batch {
  readonly topic: string
  readonly partition: number
  readonly measured: Measured
  readonly firstSequence: number
}

export interface Producer {
  readonly transactionalId: string | null
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** What the broker says to one batch. */
export interface Acknowledged {
  readonly topic: string
  readonly partition: number
  /** 0 for stored. */
  readonly errorCode: number
  readonly offset: number
}

export type ProduceVersion = 7 | 12
const allInSync = -1

export function produceRequest(
  version: ProduceVersion,
  producer: Producer,
  batches: readonly Batch[],
  { now, timeoutMs }: { readonly now: number; readonly timeoutMs: number },
): WireRequest {
  const flexible = version === 12
  const topics = Map.groupBy(batches, ({ topic }) => topic)
  let size = 64 + Buffer.byteLength(producer.transactionalId ?? '')
  for (const topic of topics.keys()) size += Buffer.byteLength(topic) + 16
  for (const { measured } of batches) size += measured.bytes + 16
  const transactional = producer.transactionalId !== null
  const write = flexible ? writeFlexible : writePlain
  return {
    apiKey: 0,
    apiVersion: version,
    apiName: 'Produce',
    flexible,
    size,
    waitMs: timeoutMs,
    write(writer) {
      if (flexible) writer.compactString(producer.transactionalId)
      else writer.string(producer.transactionalId)
      writer.int16(allInSync)
      writer.int32(timeoutMs)
      write(writer, topics, ({ measured, firstSequence }) => {
        writeBatch(writer, measured, { ...producer, firstSequence, transactional } satisfies Writing, now)
      })
    },
  }
}

type Topics = ReadonlyMap<string, readonly Batch[]>

function writeFlexible(writer: Writer, topics: Topics, records: (batch: Batch) => void): void {
  writer.unsigned(topics.size + 1)
  for (const [topic, batches] of topics) {
    writer.compactString(topic)
    writer.unsigned(batches.length + 1)
    for (const batch of batches) {
      writer.int32(batch.partition)
      writer.unsigned(batch.measured.bytes + 1)
      records(batch)
      writer.noTags()
    }
    writer.noTags()
  }
  writer.noTags()
}

function writePlain(writer: Writer, topics: Topics, records: (batch: Batch) => void): void {
  writer.int32(topics.size)
  for (const [topic, batches] of topics) {
    writer.string(topic)
    writer.int32(batches.length)
    for (const batch of batches) {
      writer.int32(batch.partition)
      writer.int32(batch.measured.bytes)
      records(batch)
    }
  }
}

export function readProduce(version: ProduceVersion, answer: Buffer): readonly Acknowledged[] {
  const reader = new Reader(answer)
  return version === 12 ? readFlexible(reader) : readPlain(reader)
}

function readFlexible(reader: Reader): readonly Acknowledged[] {
  reader.tags()
  return reader
    .compactArray(() => {
      const topic = reader.compactString()
      const partitions = reader.compactArray((): Acknowledged => {
        const acknowledged = readAcknowledged(reader, topic)
        reader.skip(16)
        reader.compactArray(() => {
          reader.int32()
          reader.compactString()
          reader.tags()
        })
        reader.compactString()
        reader.tags()
        return acknowledged
      })
      reader.tags()
      return partitions
    })
    .flat()
}

function readPlain(reader: Reader): readonly Acknowledged[] {
  return reader
    .array(() => {
      const topic = reader.string()
      return reader.array((): Acknowledged => {
        const acknowledged = readAcknowledged(reader, topic)
        reader.skip(16)
        return acknowledged
      })
    })
    .flat()
}

const readAcknowledged = (reader: Reader, topic: string): Acknowledged => ({
  topic,
  partition: reader.int32(),
  errorCode: reader.int16(),
  offset: reader.int64(),
})
