// What the topics hold about one request.
import type { Cost } from '@waybill/schemas/generated/cost'
import type { DeadLetter } from '@waybill/schemas/generated/dead-letter'
import type { Decision } from '@waybill/schemas/generated/decision'
import type { Feedback } from '@waybill/schemas/generated/feedback'
import type { Reply } from '@waybill/schemas/generated/reply'
import type { Request } from '@waybill/schemas/generated/request'
import type { Response } from '@waybill/schemas/generated/response'
import type { Result } from '@waybill/schemas/generated/result'

/** A request record without its content: sizes are enough for a story, and prompts are nobody's business at night. */
export interface RequestNote {
  /** Its coordinates, for example requests/3/1207. */
  readonly coordinates: string
  /** Epoch milliseconds. */
  readonly appendedAt: number
  readonly messages: number
  readonly tools: number
  readonly hasOutputSchema: boolean
  readonly latencyBudgetMs: number | null
  readonly costCeilingMicroUsd: number | null
  readonly requestedModel: string | null
  readonly idempotency: string
}

/** A dead letter without what it holds. */
export interface DeadNote {
  readonly coordinates: string
  readonly stage: string
  readonly reason: string
  readonly detail: string | null
  readonly at: number
}

/** A reply without its answer's content. */
export type ReplyNote = Omit<Reply, 'answer'> & { readonly target: string | null }
export type ResponseNote = Omit<Response, 'answer'> & { readonly answered: string | null }

/** An attempt for which no call was made: it has no cost record. */
export interface UnsentNote {
  readonly attempt: number
  readonly target: string
  readonly failure: string
  readonly at: number
}

export interface Evidence {
  readonly tenant: string
  readonly id: string
  readonly requests: readonly RequestNote[]
  /** What the router did with the request's records, oldest first. */
  readonly decisions: readonly Decision[]
  /** What it did with other requests that the same chains served. */
  readonly others: readonly Decision[]
  /** Of the chains. */
  readonly costs: readonly Cost[]
  /** Of the chains: attempts without a call, as long as results are kept. */
  readonly unsent: readonly UnsentNote[]
  readonly responses: readonly ResponseNote[]
  readonly replies: readonly ReplyNote[]
  readonly deadLetters: readonly DeadNote[]
  /** What others have said of its answer, oldest first. */
  readonly feedback: readonly Feedback[]
}

export const noteOfRequest = (value: Request, coordinates: string, appendedAt: number): RequestNote => ({
  coordinates,
  appendedAt,
  messages: value.messages.length,
  tools: value.tools.length,
  hasOutputSchema: value.outputSchema !== null,
  latencyBudgetMs: value.latencyBudgetMs,
  costCeilingMicroUsd: value.costCeilingMicroUsd,
  requestedModel: value.requestedModel,
  idempotency: value.idempotency,
})

export function noteOfReply({ answer, ...rest }: Reply): ReplyNote {
  return { ...rest, target: answer?.target.id ?? null }
}

export function noteOfResponse({ answer, ...rest }: Response): ResponseNote {
  return { ...rest, answered: answer?.status ?? null }
}

export const noteOfDeadLetter = (value: DeadLetter, at: number): DeadNote => ({
  coordinates: `${value.topic}/${value.partition}/${value.offset}`,
  stage: value.stage,
  reason: value.reason,
  detail: value.detail,
  at,
})

/** @returns undefined for an attempt whose call was made */
export const noteOfUnsent = ({ dispatch: { attempt, target }, outcome }: Result): UnsentNote | undefined =>
  outcome.kind === 'notSent' || outcome.kind === 'limits'
    ? { attempt, target: target.id, failure: outcome.failure ?? 'unknown', at: outcome.endedAt }
    : undefined
