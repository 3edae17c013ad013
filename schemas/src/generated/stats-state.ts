// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { LatencyStats } from './latency-stats.ts'
import type { Positions } from './positions.ts'
import type { RecordSchema } from '../record-schema.ts'

/** One entry of the changelog of latency statistics: exactly one member is set. */
export interface StatsState {
  /** Under the key positions. */
  readonly positions: Positions | null
  /** Under the key of its latency-stats record. */
  readonly stats: LatencyStats | null
}

export const statsStateRecord: RecordSchema<StatsState> = {
  name: 'StatsState',
  avro: '{"type":"record","namespace":"waybill","name":"StatsState","doc":"One entry of the changelog of latency statistics: exactly one member is set.","fields":[{"name":"positions","type":["null",{"type":"record","namespace":"waybill","name":"Positions","doc":"The offsets that a task reads on from: one write with the state that they belong to.","fields":[{"name":"next","type":{"type":"map","values":"long"},"doc":"Next offset by topic."}]}],"default":null,"doc":"Under the key positions."},{"name":"stats","type":["null",{"type":"record","namespace":"waybill","name":"LatencyStats","doc":"Rolling five minutes of one target and output size class, from one shard of the stream. Shards merge by adding.","fields":[{"name":"target","type":"string","doc":"Name in the catalogue."},{"name":"sizeClass","type":"string","doc":"Class of output size."},{"name":"shard","type":"int","doc":"The partition that these results came from."},{"name":"slices","type":{"type":"array","items":{"type":"record","namespace":"waybill","name":"LatencySlice","doc":"Ten seconds of one target\'s calls.","fields":[{"name":"startAt","type":"long","doc":"Start of the slice, epoch milliseconds."},{"name":"totalBuckets","type":{"type":"array","items":"int"},"doc":"Histogram from dispatch to result: bucket, count, bucket, count, …"},{"name":"callBuckets","type":{"type":"array","items":"int"},"doc":"Histogram of the calls alone: bucket, count, bucket, count, …"},{"name":"samples","type":"int","doc":"Attempts that ended in the slice."},{"name":"errors","type":"int","doc":"Of them, failures."},{"name":"rateLimited","type":"int","doc":"Of them, answered with 429."}]}},"doc":"The slices, oldest first."},{"name":"coolDownUntil","type":["null","long"],"default":null,"doc":"Until when the target should be left alone, epoch milliseconds."},{"name":"coolDownScope","type":["null","string"],"default":null,"doc":"key, model or provider."},{"name":"updatedAt","type":"long","doc":"When the newest result ended, epoch milliseconds."},{"name":"headroom","type":["null",{"type":"record","namespace":"waybill","name":"Headroom","doc":"How much of a limit was still free.","fields":[{"name":"share","type":"double","doc":"Of the tightest limit: the vendor\'s requests or tokens, or the call slots of the worker. From 0 to 1."},{"name":"fullInMs","type":"long","doc":"After how long all of it is free again, if nothing more is used."}]}],"default":null,"doc":"How much of the target\'s capacity was free by the newest result that says so."},{"name":"headroomAt","type":["null","long"],"default":null,"doc":"When that result ended, epoch milliseconds."}]}],"default":null,"doc":"Under the key of its latency-stats record."}]}',
}
