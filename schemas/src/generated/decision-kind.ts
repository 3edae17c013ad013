// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** What the router did with one request record: routed (a call was chosen), heir (it inherited a chain that its owner's limits had ended), joined, replayed, redelivered and failedAgain (see DuplicateKind), rejected (a rule was broken, or no target was eligible). */
export type DecisionKind =
  | 'routed'
  | 'heir'
  | 'joined'
  | 'replayed'
  | 'redelivered'
  | 'failedAgain'
  | 'rejected'
  | 'other'
