// A compacted topic as a table: every process reads all of it, and follows.
import type { Topic } from '@waybill/schemas/topics'
import type { Log, LogRecord } from './log.ts'
import type { Codec } from './registry/codec.ts'

export interface TableOptions<Value> {
  readonly log: Log
  readonly codec: Codec
  readonly topic: Topic<Value>
  readonly partitions: number
}

/**
 * Calls back for every record, deletions as null. What cannot be read is left out: a table is never needed to be right.
 * @returns when all that was there at the call has been read
 */
export async function followTable<Value>(
  { log, codec, topic, partitions }: TableOptions<Value>,
  entry: (key: string, value: Value | null) => void,
): Promise<void> {
  const take = async (record: LogRecord): Promise<void> => {
    let decoded = codec.decode(topic.value, record.value)
    if (record.value === null) entry(String(record.key), null)
    else {
      if (decoded.kind === 'unknownSchema' && (await codec.learn(decoded.id)))
        decoded = codec.decode(topic.value, record.value)
      if (decoded.kind === 'value') entry(String(record.key), decoded.value)
    }
  }
  const ready = Array.from({ length: partitions }, async (_, partition) => {
    const { start, end } = await log.range(topic.name, partition)
    await new Promise<void>((resolve) => {
      log.follow({
        topic: topic.name,
        partition,
        offset: start,
        hasRoom: () => true,
        deliver(records, next) {
          for (const record of records) void take(record)
          if (next >= end) resolve()
        },
        fail: () => {
          resolve()
        },
      })
      if (end === start) resolve()
    })
  })
  await Promise.all(ready)
}
