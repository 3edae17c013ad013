// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** Tokens of one answer, as the vendor counts. Totals include their parts. A count that the vendor did not give is null. */
export interface Usage {
  /** All input, cached or not. */
  readonly inputTokens: number | null
  /** Input read from a cache. */
  readonly cachedInputTokens: number | null
  /** Input written to a cache. */
  readonly cacheWriteInputTokens: number | null
  /** All output, reasoning included. */
  readonly outputTokens: number | null
  /** Output spent on reasoning. */
  readonly reasoningTokens: number | null
}
