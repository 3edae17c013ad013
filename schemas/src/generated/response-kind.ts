// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** How a chain of attempts ended: ok (an answer), failed (none), unknown (none, and a call may have been billed), limits (the owner's deadline or ceiling ended it). */
export type ResponseKind = 'ok' | 'failed' | 'unknown' | 'limits' | 'other'
