// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { RecordSchema } from '../record-schema.ts'

/** What somebody says of an answer. Anyone may write it, and the newest word of a source counts. */
export interface Feedback {
  /** Whose request it was. */
  readonly tenant: string
  /** The request whose reply is spoken of. */
  readonly id: string
  /** Whether the answer was used as it was; null where only a score is given. */
  readonly accepted: boolean | null
  /** From 0, useless, to 1, good; null where nobody has scored it. */
  readonly score: number | null
  /** Who says so, such as the name of a test, a grader or a button. */
  readonly source: string
  /** When it was said, epoch milliseconds. */
  readonly at: number
}

export const feedbackRecord: RecordSchema<Feedback> = {
  name: 'Feedback',
  avro: '{"type":"record","namespace":"waybill","name":"Feedback","doc":"What somebody says of an answer. Anyone may write it, and the newest word of a source counts.","fields":[{"name":"tenant","type":"string","doc":"Whose request it was."},{"name":"id","type":"string","doc":"The request whose reply is spoken of."},{"name":"accepted","type":["null","boolean"],"default":null,"doc":"Whether the answer was used as it was; null where only a score is given."},{"name":"score","type":["null","double"],"default":null,"doc":"From 0, useless, to 1, good; null where nobody has scored it."},{"name":"source","type":"string","default":"","doc":"Who says so, such as the name of a test, a grader or a button."},{"name":"at","type":"long","doc":"When it was said, epoch milliseconds."}]}',
}
