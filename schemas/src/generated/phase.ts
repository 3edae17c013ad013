// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** Where the life of a content hash is: a chain is in flight, an answer is stored, or the last chain failed. */
export type Phase = 'inFlight' | 'answered' | 'failed' | 'other'
