// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** One target that the decision looked at. */
export interface Candidate {
  /** Name in the catalogue. */
  readonly target: string
  /** Whether it could have been chosen. */
  readonly eligible: boolean
  /** Place in the order, from 1; 0 when it is not eligible. */
  readonly rank: number
  /** The rule that put it where it is. */
  readonly rule: string
  /** The figures behind the rule. */
  readonly detail: string | null
  /** The latency that was compared, in milliseconds. */
  readonly p95Ms: number | null
  /** Where that came from: sizeClass, target, prior, or underWay: calls that had not ended. */
  readonly latencySource: string | null
  /** Samples behind it. */
  readonly samples: number
  /** Age of the newest of them, in milliseconds, up to 10 s less than it is where failures came after it; null where there is none. */
  readonly sampleAgeMs: number | null
  /** Expected cost of the request there. */
  readonly expectedPicoUsd: number | null
  /** Cost with the most output that may be asked for. */
  readonly ceilingPicoUsd: number | null
}
