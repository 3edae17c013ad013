// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** Sampling settings. A model that lacks one serves all the same and the reply lists it under ignored, unless it is required. */
export interface Sampling {
  /** From 0 up. */
  readonly temperature: number | null
  /** Nucleus sampling, above 0 and at most 1. */
  readonly topP: number | null
  /** Sample from the best K tokens. */
  readonly topK: number | null
  /** For repeatable sampling, where a vendor offers it. */
  readonly seed: number | null
  /** From -2 to 2. */
  readonly frequencyPenalty: number | null
  /** From -2 to 2. */
  readonly presencePenalty: number | null
  /** Sequences that end the answer. */
  readonly stop: readonly string[]
  /** Names of settings above that the model must honour. */
  readonly required: readonly string[]
}
