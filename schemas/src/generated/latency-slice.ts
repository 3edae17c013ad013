// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** Ten seconds of one target's calls. */
export interface LatencySlice {
  /** Start of the slice, epoch milliseconds. */
  readonly startAt: number
  /** Histogram from dispatch to result: bucket, count, bucket, count, … */
  readonly totalBuckets: readonly number[]
  /** Histogram of the calls alone: bucket, count, bucket, count, … */
  readonly callBuckets: readonly number[]
  /** Attempts that ended in the slice. */
  readonly samples: number
  /** Of them, failures. */
  readonly errors: number
  /** Of them, answered with 429. */
  readonly rateLimited: number
}
