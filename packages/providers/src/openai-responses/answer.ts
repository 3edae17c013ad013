import type { FinishReason } from '@waybill/schemas/generated/finish-reason'
import type { Refusal } from '@waybill/schemas/generated/refusal'
import { modelName } from '../drift.ts'
import { failureOf } from '../failure.ts'
import type { FailureClass } from '../failure.ts'
import type { JsonObject } from '../json.ts'
import { arrayAt, isArray, isObject, memberOf, objectAt, parseBody, stringAt } from '../json.ts'
import { classOfCode } from '../openai/failure.ts'
import { aliases } from '../openai/models.ts'
import { toolNameRule } from '../openai/names.ts'
import { expanded } from '../openai/parallel.ts'
import { draftOf, noAnswer } from '../reading.ts'
import type { AnswerContext, AnswerOutcome } from '../vendor-api.ts'
import { saidIn } from './items.ts'
import { servedTierOf } from '../service-tier.ts'
import { readUsage } from './usage.ts'

export function readAnswer(bytes: Uint8Array, context: AnswerContext): AnswerOutcome {
  const body = parseBody(bytes)
  const providerRequestId = context.headers['x-request-id'] ?? null
  if (!isObject(body)) return noAnswer('unreadable_answer', providerRequestId)
  const error = objectAt(body, 'error')
  const hasOutput = isArray(memberOf(body, 'output'))
  if (!hasOutput) return noAnswer(error === null ? 'unreadable_answer' : 'provider_error', providerRequestId)
  const items = saidIn(arrayAt(body, 'output'))
  const refusal = refusalOf(body, items.refusal)
  const counted = readUsage(body)
  const failure = failureIn(body, error)
  if (failure !== null && refusal === null && counted.usage.inputTokens === null)
    return { kind: 'ambiguous', failure: { ...failureOf(failure), unbilled: false }, providerRequestId }
  return draftOf(
    {
      said: expanded(items.said, context.request),
      finish: finishOf(body, refusal, failure),
      failure,
      refusal,
      usage: counted,
      servedTier: servedTierOf(stringAt(body, 'service_tier')),
      servedModel: modelName(stringAt(body, 'model')),
      alias: aliases.get(context.target.model),
      nameRule: toolNameRule,
      providerRequestId,
    },
    context,
  )
}

/** `status: failed` comes with HTTP 200. What the vendor counts it as is said nowhere but in its usage. */
function failureIn(body: JsonObject, error: JsonObject | null): FailureClass | null {
  const status = stringAt(body, 'status')
  if (status === 'queued' || status === 'in_progress' || status === 'cancelled') return 'incomplete_answer'
  if (status !== 'failed') return null
  return classOfCode(error) ?? 'provider_error'
}

function refusalOf(body: JsonObject, said: string | null): Refusal | null {
  if (said !== null) return { kind: 'model', category: null, message: said }
  const code = stringAt(memberOf(body, 'error'), 'code')
  if (code !== null && classOfCode({ code }) === 'content_filter')
    return { kind: 'inputFilter', category: code, message: null }
  const reason = stringAt(memberOf(body, 'incomplete_details'), 'reason')
  return reason === 'content_filter' ? { kind: 'outputFilter', category: null, message: null } : null
}

function finishOf(body: JsonObject, refusal: Refusal | null, failure: FailureClass | null): FinishReason {
  if (refusal !== null) return refusal.kind === 'model' ? 'refusal' : 'contentFilter'
  if (failure !== null) return 'error'
  const status = stringAt(body, 'status')
  if (status === 'completed') return 'stop'
  if (status !== 'incomplete') return 'other'
  const reason = stringAt(memberOf(body, 'incomplete_details'), 'reason')
  return reason === 'max_output_tokens' ? 'length' : 'incomplete'
}
