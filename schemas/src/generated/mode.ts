// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** What happens after a call whose outcome is unknown: availability makes another, flagged; strict never does. */
export type Mode = 'availability' | 'strict' | 'other'
