// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** Calls of a worker that have not ended, as of a moment: a hang shows here before any of them has. */
export interface CallsUnderWay {
  /** The moment, epoch milliseconds. What is not told again within seconds is over. */
  readonly at: number
  /** How many there are. */
  readonly calls: number
  /** When those were dispatched that are older than a second, oldest first, epoch milliseconds. */
  readonly since: readonly number[]
}
