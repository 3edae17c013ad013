// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.
import type { Headroom } from './headroom.ts'
import type { OutcomeKind } from './outcome-kind.ts'

/** What became of one attempt, as the worker saw it. */
export interface Outcome {
  /** What became of it. */
  readonly kind: OutcomeKind
  /** Failure class, one of a closed list; null when there was an answer. */
  readonly failure: string | null
  /** HTTP status, when one came. */
  readonly status: number | null
  /** The response headers that matter: rate limits, request id, retry-after. */
  readonly headers: Readonly<Record<string, string>>
  /** The response body as it came, cut at 4 MiB. */
  readonly body: Uint8Array | null
  /** How long the vendor asked to wait. */
  readonly retryAfterMs: number | null
  /** What should cool down: key, model or provider; null for nothing. */
  readonly coolDown: string | null
  /** When the attempt was taken up, epoch milliseconds. */
  readonly startedAt: number
  /** When the call was sent, epoch milliseconds; null when it was not. */
  readonly sentAt: number | null
  /** When the outcome was known, epoch milliseconds. */
  readonly endedAt: number
  /** How long the call took, by a monotonic clock. */
  readonly callMs: number | null
  /** Settings of the request that the target does not take. */
  readonly ignored: readonly string[]
  /** What was left when the call ended of the vendor's rate limit, or of the worker's call slots if that is less. */
  readonly headroom: Headroom | null
}
