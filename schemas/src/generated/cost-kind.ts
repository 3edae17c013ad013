// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** paid: billed, the cost is exact; free: known to be unbilled; unknown: perhaps billed, at most the upper bound. */
export type CostKind = 'paid' | 'free' | 'unknown' | 'other'
