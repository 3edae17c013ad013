// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** interactive is served first; background may wait. */
export type Priority = 'interactive' | 'background' | 'other'
