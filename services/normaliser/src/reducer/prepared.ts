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
  | ({ readonly kind: 'answer'; readonly answer: Answer } & Noted)
  /** Billed, and cannot be made to fit what the caller asked. */
  | ({
      readonly kind: 'unusable'
      readonly failure: string
      readonly usage: Usage | null
      readonly servedModel: string | null
    } & Noted)
  | ({ readonly kind: 'unbilled' | 'ambiguous'; readonly failure: string } & Noted)
  /** There was no answer to judge. */
  | ({ readonly kind: 'none' } & Noted)

export interface Prepared {
  readonly result: Result
  /** null where it cannot be read, or was never there. */
  readonly request: Request | null
  readonly judgement: Judgement
}
