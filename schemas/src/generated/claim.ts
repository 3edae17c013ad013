// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { Mode } from './mode.ts'
import type { Phase } from './phase.ts'

/** The life of one content hash. */
export interface Claim {
  /** Where it is. */
  readonly phase: Phase
  /** The chain in flight, or the last one. */
  readonly claim: string
  /** Calls so far that may have been billed and brought no answer. */
  readonly k: number
  /** Fixed until the claim expires. */
  readonly mode: Mode
  /** Id of the request under whose limits the chain runs. */
  readonly owner: string
  /** When the chain was dispatched. */
  readonly startedAt: number
  /** When a chain without an answer is given up. */
  readonly giveUpAt: number
  /** Coordinates of the response, for example responses/3/881. */
  readonly where: string | null
  /** Why the last chain failed. */
  readonly why: string | null
  /** When the last chain ended. */
  readonly settledAt: number | null
  /** With idempotency key: content hash of the body that the key stands for. */
  readonly body: string | null
  /** What the chain in flight holds of its tenant's budget; 0 where there is none. */
  readonly reservedNanoUsd: number
}
