// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** The offsets that a task reads on from: one write with the state that they belong to. */
export interface Positions {
  /** Next offset by topic. */
  readonly next: Readonly<Record<string, number>>
}
