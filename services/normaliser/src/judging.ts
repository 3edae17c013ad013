// What a vendor's answer is worth: its body in our shape, checked against the caller's own schemas.
import { vendorApis } from '@waybill/providers/registry'
import type { Check, Verdict } from '@waybill/providers/settle'
import { checksOf, settle } from '@waybill/providers/settle'
import type { AnswerDraft } from '@waybill/providers/vendor-api'
import { writeAffinity } from '@waybill/routing/affinity'
import type { Answer } from '@waybill/schemas/generated/answer'
import type { Outcome } from '@waybill/schemas/generated/outcome'
import type { Request } from '@waybill/schemas/generated/request'
import type { Result } from '@waybill/schemas/generated/result'
import type { Judgement } from './reducer/prepared.ts'

/** Which of a check's candidates holds. Never rejects. */
export type Validate = (check: Check) => Promise<Verdict>

const none: Judgement = { kind: 'none', providerRequestId: null }

/** Never rejects: of an answer that cannot be judged at all nobody knows what it cost. */
export async function judge(result: Result, request: Request | null, validate: Validate): Promise<Judgement> {
  try {
    return await judged(result, request, validate)
  } catch {
    return none
  }
}

async function judged({ dispatch, outcome }: Result, request: Request | null, validate: Validate): Promise<Judgement> {
  const api = vendorApis[dispatch.target.api]
  if (outcome.kind !== 'ok' || outcome.body === null || request === null || api === undefined) return none
  const found = api.answer(outcome.body, { request, target: dispatch.target, headers: outcome.headers })
  const { providerRequestId } = found
  switch (found.kind) {
    case 'answer':
      return validated(found.answer, outcome, providerRequestId, validate)
    case 'unusable': {
      const { failure, usage, servedModel, servedTier, drifted } = found
      return {
        kind: 'unusable',
        failure,
        usage,
        usageSuspect: false,
        servedModel,
        servedTier,
        drifted,
        providerRequestId,
      }
    }
    case 'unbilled':
    case 'ambiguous':
      return { kind: found.kind, failure: found.failure.failure, providerRequestId }
  }
}

async function validated(
  draft: AnswerDraft,
  outcome: Outcome,
  providerRequestId: string | null,
  validate: Validate,
): Promise<Judgement> {
  const { usageSuspect, servedTier } = draft
  const verdicts = await Promise.all(checksOf(draft).map(validate))
  const settled = settle(draft, verdicts)
  if (settled.kind === 'answer')
    return { kind: 'answer', answer: finished(settled.answer, outcome), usageSuspect, servedTier, providerRequestId }
  const { failure, usage } = settled
  const { servedModel, drifted } = draft.answer
  return { kind: 'unusable', failure, usage, usageSuspect, servedModel, servedTier, drifted, providerRequestId }
}

/** With what the vendor's body cannot say. */
function finished(answer: Answer, { ignored, endedAt }: Outcome): Answer {
  const { inputTokens, outputTokens } = answer.usage
  const tokens = (inputTokens ?? 0) + (outputTokens ?? 0)
  return { ...answer, ignored, affinity: writeAffinity({ target: answer.target.id, tokens, at: endedAt }) }
}
