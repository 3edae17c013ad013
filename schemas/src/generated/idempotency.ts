// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** What makes two requests the same work: content (the content hash), key (the tenant and the idempotency key), none (never the same). */
export type Idempotency = 'content' | 'key' | 'none' | 'other'
