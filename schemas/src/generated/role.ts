// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** Who speaks in a turn. A value that a reader does not know reads as other. */
export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool' | 'other'
