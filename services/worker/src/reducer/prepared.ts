import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { LateOutcome } from '@waybill/schemas/generated/late-outcome'
import type { Marker } from '@waybill/schemas/generated/marker'
import type { Outcome } from '@waybill/schemas/generated/outcome'

export type Prepared =
  | { readonly type: 'dispatch'; readonly dispatch: Dispatch }
  | { readonly type: 'late'; readonly late: LateOutcome }

/** What became of an attempt of this process. */
export interface AttemptOutcome {
  /** claim.n */
  readonly attempt: string
  readonly outcome: Outcome
}

/** An attempt that was announced. */
export interface MarkedAttempt {
  readonly attempt: string
  readonly marker: Marker
}

export type Effect =
  /** The marker is written: make the call. The offset is the dispatch's, which names the permit. */
  | { readonly kind: 'call'; readonly marked: MarkedAttempt; readonly offset: number }
  /** The dispatch at this offset ended without a call: its permit, if it has one, is free. */
  | { readonly kind: 'passed'; readonly offset: number }
  /** The task was taken over: which attempts have a marker, and which of them this process has announced. */
  | { readonly kind: 'adopt'; readonly marked: ReadonlySet<string>; readonly own: readonly MarkedAttempt[] }
  /** The result is written. */
  | { readonly kind: 'settled'; readonly attempt: string }
  /** A late outcome found its attempt settled as an orphan: an answer that was paid for and is lost. */
  | { readonly kind: 'answerLost'; readonly attempt: string }
