// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** What became of one attempt. ok: an answer of status 200; unbilled: a failure that is known to cost nothing; notSent: no call was made; ambiguous: a failure that may have been billed; orphan: the process that made the call is gone; limits: the owner's deadline had passed before the call. */
export type OutcomeKind = 'ok' | 'unbilled' | 'notSent' | 'ambiguous' | 'orphan' | 'limits' | 'other'
