// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** completed: the model finished; truncated: it hit a token limit; refused: it, or a filter, declined. */
export type AnswerStatus = 'completed' | 'truncated' | 'refused' | 'other'
