// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { DuplicateKind } from './duplicate-kind.ts'

/** One request that waits on a content hash, or was replied to. */
export interface Ask {
  /** Offset of its record: who came first. */
  readonly order: number
  /** Coordinates of its record. */
  readonly source: string
  /** The request's id while it waits; empty afterwards. */
  readonly id: string
  /** Whether its reply is written. */
  readonly replied: boolean
  /** Append time of its record. */
  readonly appendedAt: number
  /** When the caller needs the reply. */
  readonly deadline: number
  /** How it met the claim. */
  readonly duplicate: DuplicateKind
  /** Its record, while it waits. */
  readonly request: Uint8Array | null
  /** The request's tenant while it waits; empty afterwards. */
  readonly tenant: string
}
