// Fetch, version 11 (Kafka 2.3 and later), read-committed, without sessions.
import type { LogRecord } from '../../log.ts'
import type { Aborted, Fetched } from './record-batch.ts'
import { readBatches } from './record-batch.ts'
import { Reader } from './reader.ts'
import type { WireRequest } from './request.ts'

export interface FetchLimits {
  /** How long the broker may wait for a record. */
  readonly maxWaitMs: number
  readonly maxBytes: number
  readonly partitionMaxBytes: number
}

/** What was fetched of one partition. */
export interface FetchedPartition {
  readonly topic: string
  readonly partition: number
  /** 0 for none. */
  readonly errorCode: number
  readonly lastStable: number
  readonly records: readonly LogRecord[]
  /** The offset after all that was fetched, or -1 where nothing was. */
  readonly next: number
  /** What is wrong with the bytes. */
  readonly damage: unknown
}

export interface FetchAnswer {
  readonly throttled: boolean
  readonly partitions: readonly FetchedPartition[]
}

const readCommitted = 1

export function fetchRequest(asked: readonly Fetched[], limits: FetchLimits): WireRequest {
  const topics = Map.groupBy(asked, ({ topic }) => topic)
  let size = 64
  for (const topic of topics.keys()) size += Buffer.byteLength(topic) + 6
  return {
    apiKey: 1,
    apiVersion: 11,
    apiName: 'Fetch',
    flexible: false,
    size: size + 28 * asked.length,
    waitMs: limits.maxWaitMs,
    write(writer) {
      writer.int32(-1)
      writer.int32(limits.maxWaitMs)
      writer.int32(1)
      writer.int32(limits.maxBytes)
      writer.int8(readCommitted)
      writer.int32(0)
      writer.int32(-1)
      writer.int32(topics.size)
      for (const [topic, partitions] of topics) {
        writer.string(topic)
        writer.int32(partitions.length)
        for (const { partition, from } of partitions) {
          writer.int32(partition)
          writer.int32(-1)
          writer.int64(from)
          writer.int64(-1)
          writer.int32(limits.partitionMaxBytes)
        }
      }
      writer.int32(0)
      writer.string('')
    },
  }
}

function readPartition(reader: Reader, topic: string, asked: readonly Fetched[]): FetchedPartition {
  const [partition, errorCode] = [reader.int32(), reader.int16()]
  reader.skip(8)
  const lastStable = reader.int64()
  reader.skip(8)
  const aborted = reader.array((): Aborted => ({ producerId: reader.int64(), firstOffset: reader.int64() }))
  reader.skip(4)
  const size = Math.max(0, reader.int32())
  const bytes = reader.buffer.subarray(reader.offset, reader.offset + size)
  reader.skip(size)
  const one = asked.find((candidate) => candidate.topic === topic && candidate.partition === partition)
  const fetched = { topic, partition, errorCode, lastStable, records: [], next: -1, damage: undefined }
  if (errorCode !== 0 || size === 0 || one === undefined) return fetched
  try {
    return { ...fetched, ...readBatches(bytes, one, aborted) }
  } catch (damage) {
    return { ...fetched, damage }
  }
}

/** @throws never for one partition: its error stands beside what the others hold */
export function readFetch(answer: Buffer, asked: readonly Fetched[]): FetchAnswer & { readonly errorCode: number } {
  const reader = new Reader(answer)
  const [throttleMs, errorCode] = [reader.int32(), reader.int16()]
  reader.skip(4)
  const partitions = reader
    .array(() => {
      const topic = reader.string()
      return reader.array(() => readPartition(reader, topic, asked))
    })
    .flat()
  return { throttled: throttleMs > 0, errorCode, partitions }
}
