import type { RecordSchema } from '@waybill/schemas/record-schema'
import type { Codec } from '../registry/codec.ts'

/** How an entry is written as bytes, and read. */
export interface Packing<State> {
  encode(state: State): Buffer
  decode(bytes: Buffer): State
}

/** Entries are packed as they are in the changelog. */
export const packingOf = <State>(codec: Codec, record: RecordSchema<State>): Packing<State> => ({
  encode: (state) => codec.encode(record, state),
  decode(bytes) {
    const decoded = codec.decode(record, bytes)
    if (decoded.kind === 'value') return decoded.value
    throw new Error(`An entry that was read before is no ${record.name} now.`)
  },
})
