// Reads what a topic holds now, from its start, and keeps none of it: memory does not grow with the topic.
import type { Topic } from '@waybill/schemas/topics'
import type { LogRecord } from '@waybill/runtime/log'
import { tell } from './command.ts'
import type { Reading } from './connection.ts'

/** A record and where it lies. */
export interface Stored<Value> {
  readonly value: Value
  readonly partition: number
  readonly offset: number
  /** Append time, epoch milliseconds. */
  readonly timestamp: number
}

interface Scan<Value> {
  readonly partitions: readonly number[]
  /** Only the newest records: so many offsets of each partition. */
  readonly newest?: number
  /** Whether a record is worth decoding. */
  readonly wants?: (record: LogRecord) => boolean
  readonly take: (stored: Stored<Value>) => void
}

const progressMs = 3_000

async function decoded<Value>(
  { codec }: Reading,
  topic: Topic<Value>,
  bytes: Buffer | null,
): Promise<Value | undefined> {
  let read = codec.decode(topic.value, bytes)
  if (read.kind === 'unknownSchema' && (await codec.learn(read.id))) read = codec.decode(topic.value, bytes)
  return read.kind === 'value' ? read.value : undefined
}

/** @returns how many records could not be read */
export async function scan<Value>(reading: Reading, topic: Topic<Value>, given: Scan<Value>): Promise<number> {
  const { partitions, newest = Infinity, wants = () => true, take } = given
  let [records, unreadable, toldAt] = [0, 0, performance.now()]
  for (const partition of partitions) {
    const { start, end } = await reading.log.range(topic.name, partition)
    await reading.log.read(topic.name, partition, { from: Math.max(start, end - newest), to: end }, async (piece) => {
      for (const record of piece) {
        if (!wants(record)) continue
        const value = await decoded(reading, topic, record.value)
        if (value === undefined) unreadable += 1
        else take({ value, partition, offset: record.offset, timestamp: record.timestamp })
      }
      records += piece.length
      if (performance.now() - toldAt < progressMs) return
      toldAt = performance.now()
      tell(`  reading ${topic.name}: ${records.toLocaleString('en-US')} records so far`)
    })
  }
  return unreadable
}

/** The record at these coordinates, such as requests/3/1207, or undefined: gone, or never there. */
export async function readAt<Value>(
  reading: Reading,
  topic: Topic<Value>,
  partition: number,
  offset: number,
): Promise<(Stored<Value> & { readonly bytes: number }) | undefined> {
  const record = await reading.log.readOne(topic.name, partition, offset)
  const value = record === null ? undefined : await decoded(reading, topic, record.value)
  if (record === null || value === undefined) return undefined
  return { value, partition, offset, timestamp: record.timestamp, bytes: record.value?.length ?? 0 }
}
