// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** How much of a limit was still free. */
export interface Headroom {
  /** Of the tightest limit: the vendor's requests or tokens, or the call slots of the worker. From 0 to 1. */
  readonly share: number
  /** After how long all of it is free again, if nothing more is used. */
  readonly fullInMs: number
}
