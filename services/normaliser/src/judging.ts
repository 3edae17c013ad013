// What a vendor's answer is worth: its body in our shape, checked against the caller's own schemas.
import { vendorApis } from '@waybill/providers/registry'
import type { Check, Verdict } from '@waybill/providers/settle'
import { checksOf, settle } from '@waybill/providers/settle'
import type { AnswerDraft } from '@waybill/providers/vendor-api'
import type { Request } from '@waybill/schemas/generated/request'
import type { Result } from '@waybill/schemas/generated/result'
import type { Judgement } from './reducer/prepared.ts'

/** Which of a check's candidates holds. */
export type Validate = (check: Check) => Promise<Verdict>

const none: Judgement = { kind: 'none', providerRequestId: null }

export async function judge(result: Result, request: Request | null, validate: Validate): Promise<Judgement> {
  const { dispatch, outcome } = result
  const api = vendorApis[dispatch.target.api]
  if (outcome.kind !== 'ok' || outcome.body === null || request === null || api === undefined) return none
  const found = api.answer(outcome.body, { request, target: dispatch.target, headers: outcome.headers })
  const { providerRequestId } = found
  switch (found.kind) {
    case 'answer':
      return validated(found.answer, outcome.ignored, providerRequestId, validate)
    case 'unusable': {
      const { failure, usage, servedModel } = found
      return { kind: 'unusable', failure, usage, servedModel, providerRequestId }
    }
    case 'unbilled':
    case 'ambiguous':
      return { kind: found.kind, failure: found.failure.failure, providerRequestId }
  }
}

async function validated(
  draft: AnswerDraft,
  ignored: readonly string[],
  providerRequestId: string | null,
  validate: Validate,
): Promise<Judgement> {
  const verdicts = await Promise.all(checksOf(draft).map(validate))
  const settled = settle(draft, verdicts)
  if (settled.kind === 'answer') return { kind: 'answer', answer: { ...settled.answer, ignored }, providerRequestId }
  const { failure, usage } = settled
  return { kind: 'unusable', failure, usage, servedModel: draft.answer.servedModel, providerRequestId }
}
