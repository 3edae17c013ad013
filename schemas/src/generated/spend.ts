// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { RecordSchema } from '../record-schema.ts'

/** What one partition's chains have used of a tenant's budget in one window. */
export interface Spend {
  /** Whose budget it is. */
  readonly tenant: string
  /** hour, day or month, in UTC. */
  readonly window: string
  /** When the window starts, epoch milliseconds. */
  readonly startsAt: number
  /** Whose chains these are. */
  readonly partition: number
  /** Chains that have ended, in 10^-9 US dollars, each rounded up; where a cost is not known, the most that it can be. */
  readonly settledNanoUsd: number
  /** The most that chains in flight can cost for one answer. */
  readonly reservedNanoUsd: number
}

export const spendRecord: RecordSchema<Spend> = {
  name: 'Spend',
  avro: '{"type":"record","namespace":"waybill","name":"Spend","doc":"What one partition\'s chains have used of a tenant\'s budget in one window.","fields":[{"name":"tenant","type":"string","doc":"Whose budget it is."},{"name":"window","type":"string","doc":"hour, day or month, in UTC."},{"name":"startsAt","type":"long","doc":"When the window starts, epoch milliseconds."},{"name":"partition","type":"int","doc":"Whose chains these are."},{"name":"settledNanoUsd","type":"long","doc":"Chains that have ended, in 10^-9 US dollars, each rounded up; where a cost is not known, the most that it can be."},{"name":"reservedNanoUsd","type":"long","doc":"The most that chains in flight can cost for one answer."}]}',
}
