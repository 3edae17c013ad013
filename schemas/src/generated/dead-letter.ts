// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { RecordSchema } from '../record-schema.ts'

/** A record that could not be processed. */
export interface DeadLetter {
  /** Why, one of a closed list. */
  readonly reason: string
  /** For a person: what was wrong. Never holds content. */
  readonly detail: string | null
  /** The consumer group that gave it up. */
  readonly stage: string
  /** Where it was read. */
  readonly topic: string
  /** Where it was read. */
  readonly partition: number
  /** Where it was read. */
  readonly offset: number
  /** Its key. */
  readonly key: Uint8Array | null
  /** Its value, cut at 1 MiB. */
  readonly value: Uint8Array | null
  /** Size of its value. */
  readonly valueBytes: number
  /** Its headers. */
  readonly headers: Readonly<Record<string, Uint8Array>>
  /** Its timestamp, epoch milliseconds. */
  readonly timestamp: number
}

export const deadLetterRecord: RecordSchema<DeadLetter> = {
  name: 'DeadLetter',
  avro: '{"type":"record","namespace":"waybill","name":"DeadLetter","doc":"A record that could not be processed.","fields":[{"name":"reason","type":"string","doc":"Why, one of a closed list."},{"name":"detail","type":["null","string"],"default":null,"doc":"For a person: what was wrong. Never holds content."},{"name":"stage","type":"string","doc":"The consumer group that gave it up."},{"name":"topic","type":"string","doc":"Where it was read."},{"name":"partition","type":"int","doc":"Where it was read."},{"name":"offset","type":"long","doc":"Where it was read."},{"name":"key","type":["null","bytes"],"default":null,"doc":"Its key."},{"name":"value","type":["null","bytes"],"default":null,"doc":"Its value, cut at 1 MiB."},{"name":"valueBytes","type":"int","doc":"Size of its value."},{"name":"headers","type":{"type":"map","values":"bytes"},"default":{},"doc":"Its headers."},{"name":"timestamp","type":"long","doc":"Its timestamp, epoch milliseconds."}]}',
}
