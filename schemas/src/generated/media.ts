// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** Bytes of another kind than text, inline or by reference. */
export interface Media {
  /** IANA media type, for example image/png. */
  readonly mimeType: string
  /** The bytes, inline. */
  readonly data: Uint8Array | null
  /** Where the bytes are, when they are not inline. */
  readonly uri: string | null
}
