// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** Why there is no answer although the vendor gave one. */
export interface Refusal {
  /** model, inputFilter or outputFilter. */
  readonly kind: string
  /** The vendor's category, when it names one. */
  readonly category: string | null
  /** What the model said instead of an answer. */
  readonly message: string | null
}
