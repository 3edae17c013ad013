// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { Positions } from './positions.ts'
import type { RecordSchema } from '../record-schema.ts'

/** One entry of the normaliser's changelog. */
export interface NormaliserState {
  /** Under the key positions. */
  readonly positions: Positions | null
}

export const normaliserStateRecord: RecordSchema<NormaliserState> = {
  name: 'NormaliserState',
  avro: '{"type":"record","namespace":"waybill","name":"NormaliserState","doc":"One entry of the normaliser\'s changelog.","fields":[{"name":"positions","type":["null",{"type":"record","namespace":"waybill","name":"Positions","doc":"The offsets that a task reads on from: one write with the state that they belong to.","fields":[{"name":"next","type":{"type":"map","values":"long"},"doc":"Next offset by topic."}]}],"default":null,"doc":"Under the key positions."}]}',
}
