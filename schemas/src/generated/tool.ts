// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** A function that the model may ask the caller to run. */
export interface Tool {
  /** What the caller calls it. A name that a vendor refuses is mapped, and mapped back in the reply. */
  readonly name: string
  /** What it does, for the model. */
  readonly description: string | null
  /** JSON Schema of its arguments, as JSON text. */
  readonly parameters: string
}
