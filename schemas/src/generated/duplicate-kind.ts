// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** How a request met work that was already there: none (it started its own), joined (it waited for a call under way), replayed (it got a stored answer), redelivered (the same record again), failedAgain (it got a stored failure). */
export type DuplicateKind = 'none' | 'joined' | 'replayed' | 'redelivered' | 'failedAgain' | 'other'
