import type { Answer } from '@waybill/schemas/generated/answer'
import type { Request } from '@waybill/schemas/generated/request'
import type { Target } from '@waybill/schemas/generated/target'
import type { Usage } from '@waybill/schemas/generated/usage'
import type { Failure, FailureClass } from './failure.ts'
import type { Transform } from './schema/transform.ts'

export interface Prepared {
  /** The parameters of the SDK's call. */
  readonly body: Readonly<Record<string, unknown>>
  /** Settings of the request that the target does not take. */
  readonly ignored: readonly string[]
}

export type RequestOutcome =
  | { readonly kind: 'prepared'; readonly prepared: Prepared }
  /** What the target cannot do. The detail names a place in the request, never what stands there. */
  | { readonly kind: 'rejected'; readonly reason: string; readonly detail: string }

/** An answer as far as one body can tell: structured output and arguments are still to be checked against their schemas. */
export interface AnswerDraft {
  /** Without output; with arguments that parse. */
  readonly answer: Answer
  /** What should hold the structured output; null when none is due. */
  readonly outputText: string | null
  readonly request: Request
  /** Whether counts of the vendor contradicted each other, and were left out. */
  readonly usageSuspect: boolean
  /** The vendor's service tier that it was billed at; null where it does not say. */
  readonly servedTier: string | null
}

export type AnswerOutcome =
  | { readonly kind: 'answer'; readonly answer: AnswerDraft; readonly providerRequestId: string | null }
  /** Billed, and cannot be made to fit what the caller asked. */
  | {
      readonly kind: 'unusable'
      readonly failure: FailureClass
      readonly usage: Usage | null
      readonly servedModel: string | null
      readonly servedTier: string | null
      /** Whether that is another than the pinned one. */
      readonly drifted: boolean
      readonly providerRequestId: string | null
    }
  | { readonly kind: 'unbilled'; readonly failure: Failure; readonly providerRequestId: string | null }
  | { readonly kind: 'ambiguous'; readonly failure: Failure; readonly providerRequestId: string | null }

export interface AnswerContext {
  readonly request: Request
  readonly target: Target
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
}

export interface VendorResponse {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** For a retry-after that is a date, where the response has no date of its own; epoch milliseconds. */
  readonly now?: number
}

/** One API of one vendor: a request of ours in its words, and what it says in ours. */
export interface VendorApi {
  /** Target.api. */
  readonly api: string
  /** Target.provider. */
  readonly provider: string
  request(request: Request, target: Target, limits: { readonly maxOutputTokens: number }): RequestOutcome
  /** What a body of status 200 holds. Never throws. */
  answer(body: Uint8Array, context: AnswerContext): AnswerOutcome
  /** What a response of another status means. Never throws. */
  failure(response: VendorResponse): Failure
  /** How the vendor is given a schema for the output. */
  readonly outputSchema: Transform
  /** How the vendor is given a schema for a tool's arguments. */
  readonly toolSchema: Transform
}
