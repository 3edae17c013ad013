// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** Epoch milliseconds of the steps of one chain, by the clocks of the processes that took them. */
export interface Timings {
  /** The owner's record was appended. */
  readonly appendedAt: number
  /** The last call was sent. */
  readonly sentAt: number | null
  /** The last call had ended. */
  readonly endedAt: number | null
  /** How long the last call took, by a monotonic clock. */
  readonly callMs: number | null
}
