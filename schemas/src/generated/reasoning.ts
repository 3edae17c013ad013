// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** How much the model may think before it answers. */
export interface Reasoning {
  /** none, minimal, low, medium, high, xhigh or max; mapped to the vendor's own scale. */
  readonly effort: string | null
  /** Most tokens to think with, where the model takes such a limit. */
  readonly maxTokens: number | null
}
