// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** How a request ended. completed, truncated and refused carry an answer; rejected: the request was never run, because it broke a rule; failed: it was run and brought no answer. */
export type ReplyStatus = 'completed' | 'truncated' | 'refused' | 'rejected' | 'failed' | 'other'
