// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { Part } from './part.ts'
import type { Role } from './role.ts'

/** One turn of the conversation. */
export interface Message {
  /** Who speaks. */
  readonly role: Role
  /** What is said, in order. */
  readonly parts: readonly Part[]
}
