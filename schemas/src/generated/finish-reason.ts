// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** Why the model stopped, in one closed set for all vendors. */
export type FinishReason =
  | 'stop'
  | 'length'
  | 'toolCalls'
  | 'refusal'
  | 'contentFilter'
  | 'incomplete'
  | 'error'
  | 'other'
