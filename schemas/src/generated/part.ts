// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { Media } from './media.ts'

/** One piece of a turn. Which members are set depends on the kind; a reader passes on kinds that it does not know. */
export interface Part {
  /** text, image, toolCall, toolResult, reasoning or opaque; more may come. */
  readonly kind: string
  /** The text of a text part, or what a tool returned. */
  readonly text: string | null
  /** JSON. toolCall: {"id","name","arguments"}; toolResult: {"callId","name"?,"isError"?}. */
  readonly json: string | null
  /** The media of an image part. */
  readonly media: Media | null
  /** JSON that only its vendor understands, such as a thought signature: {"provider","value"}. Sent back as it came. */
  readonly opaque: string | null
}
