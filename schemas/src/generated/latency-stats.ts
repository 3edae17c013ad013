// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { CallsUnderWay } from './calls-under-way.ts'
import type { Headroom } from './headroom.ts'
import type { LatencySlice } from './latency-slice.ts'
import type { RecordSchema } from '../record-schema.ts'

/** Rolling five minutes of one target and output size class, from one shard of the stream. Shards merge by adding. */
export interface LatencyStats {
  /** Name in the catalogue. */
  readonly target: string
  /** Class of output size. */
  readonly sizeClass: string
  /** The partition that these results came from. */
  readonly shard: number
  /** The slices, oldest first. */
  readonly slices: readonly LatencySlice[]
  /** Until when the target should be left alone, epoch milliseconds. */
  readonly coolDownUntil: number | null
  /** key, model or provider. */
  readonly coolDownScope: string | null
  /** When the newest result ended, epoch milliseconds. */
  readonly updatedAt: number
  /** How much of the target's capacity was free by the newest result that says so. */
  readonly headroom: Headroom | null
  /** When that result ended, epoch milliseconds. */
  readonly headroomAt: number | null
  /** Under a key of its own, and without slices: the calls under way of the worker that has this partition. */
  readonly underWay: CallsUnderWay | null
}

export const latencyStatsRecord: RecordSchema<LatencyStats> = {
  name: 'LatencyStats',
  avro: '{"type":"record","namespace":"waybill","name":"LatencyStats","doc":"Rolling five minutes of one target and output size class, from one shard of the stream. Shards merge by adding.","fields":[{"name":"target","type":"string","doc":"Name in the catalogue."},{"name":"sizeClass","type":"string","doc":"Class of output size."},{"name":"shard","type":"int","doc":"The partition that these results came from."},{"name":"slices","type":{"type":"array","items":{"type":"record","namespace":"waybill","name":"LatencySlice","doc":"Ten seconds of one target\'s calls.","fields":[{"name":"startAt","type":"long","doc":"Start of the slice, epoch milliseconds."},{"name":"totalBuckets","type":{"type":"array","items":"int"},"doc":"Histogram from dispatch to result: bucket, count, bucket, count, …"},{"name":"callBuckets","type":{"type":"array","items":"int"},"doc":"Histogram of the calls alone: bucket, count, bucket, count, …"},{"name":"samples","type":"int","doc":"Attempts that ended in the slice."},{"name":"errors","type":"int","doc":"Of them, failures."},{"name":"rateLimited","type":"int","doc":"Of them, answered with 429."}]}},"doc":"The slices, oldest first."},{"name":"coolDownUntil","type":["null","long"],"default":null,"doc":"Until when the target should be left alone, epoch milliseconds."},{"name":"coolDownScope","type":["null","string"],"default":null,"doc":"key, model or provider."},{"name":"updatedAt","type":"long","doc":"When the newest result ended, epoch milliseconds."},{"name":"headroom","type":["null",{"type":"record","namespace":"waybill","name":"Headroom","doc":"How much of a limit was still free.","fields":[{"name":"share","type":"double","doc":"Of the tightest limit: the vendor\'s requests or tokens, or the call slots of the worker. From 0 to 1."},{"name":"fullInMs","type":"long","doc":"After how long all of it is free again, if nothing more is used."}]}],"default":null,"doc":"How much of the target\'s capacity was free by the newest result that says so."},{"name":"headroomAt","type":["null","long"],"default":null,"doc":"When that result ended, epoch milliseconds."},{"name":"underWay","type":["null",{"type":"record","namespace":"waybill","name":"CallsUnderWay","doc":"Calls of a worker that have not ended, as of a moment: a hang shows here before any of them has.","fields":[{"name":"at","type":"long","doc":"The moment, epoch milliseconds. What is not told again within seconds is over."},{"name":"calls","type":"int","doc":"How many there are."},{"name":"since","type":{"type":"array","items":"long"},"doc":"When those were dispatched that are older than a second, oldest first, epoch milliseconds."}]}],"default":null,"doc":"Under a key of its own, and without slices: the calls under way of the worker that has this partition."}]}',
}
