import type { FailureClass } from '@waybill/providers/failure'
import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import type { Answer } from '@waybill/schemas/generated/answer'
import type { Request } from '@waybill/schemas/generated/request'
import type { Result } from '@waybill/schemas/generated/result'
import type { Usage } from '@waybill/schemas/generated/usage'

interface Noted {
  /** The vendor's own id of the call. */
  readonly providerRequestId: string | null
}

/** What an answer of status 200 is worth. */
export type Judgement =
  | ({
      readonly kind: 'answer'
      readonly answer: Answer
      /** Counts of the vendor contradicted each other and were left out: what it billed cannot be told. */
      readonly usageSuspect: boolean
      readonly servedTier: string | null
    } & Noted)
  /** Billed, and cannot be made to fit what the caller asked. */
  | ({
      readonly kind: 'unusable'
      readonly failure: FailureClass
      readonly usage: Usage | null
      readonly usageSuspect: boolean
      readonly servedModel: string | null
      readonly servedTier: string | null
      readonly drifted: boolean
    } & Noted)
  | ({ readonly kind: 'unbilled' | 'ambiguous'; readonly failure: FailureClass } & Noted)
  /** There was no answer to judge, or nobody could. */
  | ({ readonly kind: 'none' } & Noted)

export interface Prepared {
  readonly result: Result
  /** null where it cannot be read, or was never there. */
  readonly request: Request | null
  readonly judgement: Judgement
}

export interface Tables {
  /** With the prices that we pay. */
  readonly catalogue: Catalogue
}
