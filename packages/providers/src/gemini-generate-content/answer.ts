import type { FinishReason } from '@waybill/schemas/generated/finish-reason'
import type { Refusal } from '@waybill/schemas/generated/refusal'
import { modelName } from '../drift.ts'
import type { FailureClass } from '../failure.ts'
import type { JsonObject } from '../json.ts'
import { arrayAt, isObject, memberOf, objectAt, parseBody, stringAt } from '../json.ts'
import type { Said } from '../reading.ts'
import { draftOf, noAnswer } from '../reading.ts'
import type { AnswerContext, AnswerOutcome } from '../vendor-api.ts'
import { ownCallId, toolNameRule } from './names.ts'
import { servedTierOf } from '../service-tier.ts'
import { readUsage } from './usage.ts'

const failing: ReadonlyMap<string, FailureClass> = new Map([
  ['MALFORMED_FUNCTION_CALL', 'malformed_call'],
  ['UNEXPECTED_TOOL_CALL', 'malformed_call'],
  ['TOO_MANY_TOOL_CALLS', 'malformed_call'],
  ['MALFORMED_RESPONSE', 'provider_error'],
  ['OTHER', 'provider_error'],
])
const finishes: ReadonlyMap<string, FinishReason> = new Map([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['CONTINUATION', 'incomplete'],
])
/** MODEL_ARMOR is recorded, though the SDK does not list it as a finish reason. */
const filters = /^(?:SAFETY|RECITATION|BLOCKLIST|PROHIBITED_CONTENT|SPII|LANGUAGE|MODEL_ARMOR|IMAGE_.+|NO_IMAGE)$/u

export function readAnswer(bytes: Uint8Array, context: AnswerContext): AnswerOutcome {
  const body = parseBody(bytes)
  const responseId = stringAt(body, 'responseId')
  if (!isObject(body)) return noAnswer('unreadable_answer', null)
  if (objectAt(body, 'error') !== null) return noAnswer('provider_error', responseId)
  const blocked = stringAt(memberOf(body, 'promptFeedback'), 'blockReason')
  const candidate = arrayAt(body, 'candidates')[0]
  if (candidate === undefined && blocked === null && objectAt(body, 'usageMetadata') === null)
    return noAnswer('unreadable_answer', responseId)
  const reason = stringAt(candidate, 'finishReason')
  const refusal = refusalOf(body, candidate, reason, blocked)
  return draftOf(
    {
      said: saidIn(candidate, responseId, context.request.messages.length),
      ...finishOf(candidate, reason, refusal),
      refusal,
      usage: readUsage(body),
      servedTier: servedTierOf(stringAt(memberOf(body, 'usageMetadata'), 'serviceTier')),
      servedModel: modelName(stringAt(body, 'modelVersion')),
      nameRule: toolNameRule,
      providerRequestId: responseId,
    },
    context,
  )
}

function finishOf(
  candidate: unknown,
  reason: string | null,
  refusal: Refusal | null,
): { readonly finish: FinishReason; readonly failure: FailureClass | null } {
  if (refusal !== null) return { finish: 'contentFilter', failure: null }
  if (candidate === undefined) return { finish: 'error', failure: 'empty_answer' }
  const failure = failing.get(reason ?? '') ?? null
  return failure === null ? { finish: finishes.get(reason ?? '') ?? 'other', failure } : { finish: 'error', failure }
}

/** A blocked prompt has no candidate; a blocked answer has one, with the reason. */
function refusalOf(
  body: JsonObject,
  candidate: unknown,
  reason: string | null,
  blocked: string | null,
): Refusal | null {
  if (candidate === undefined && blocked !== null) {
    const message = stringAt(memberOf(body, 'promptFeedback'), 'blockReasonMessage')
    return { kind: 'inputFilter', category: blocked, message }
  }
  if (reason === null || !filters.test(reason)) return null
  return { kind: 'outputFilter', category: reason, message: stringAt(candidate, 'finishMessage') }
}

function saidIn(candidate: unknown, responseId: string | null, turn: number): readonly Said[] {
  const parts = arrayAt(memberOf(candidate, 'content'), 'parts')
  return parts.flatMap((part, index) => partIn(part, ownCallId(responseId, turn, index)))
}

/** Thoughts are apart, and what signs a part stays with it: the vendor wants it back. */
function partIn(part: unknown, ownId: string): readonly Said[] {
  const thoughtSignature = stringAt(part, 'thoughtSignature')
  const signed = thoughtSignature === null ? {} : { own: { thoughtSignature } }
  const call = objectAt(part, 'functionCall')
  if (call !== null) return [{ ...callIn(call, ownId), ...signed }]
  const text = stringAt(part, 'text')
  if (memberOf(part, 'thought') === true) return [{ kind: 'reasoning', text: text ?? '', own: part }]
  if (text === null) return isObject(part) && Object.keys(part).length > 0 ? [{ kind: 'opaque', own: part }] : []
  return text === '' && thoughtSignature === null ? [] : [{ kind: 'text', text, ...signed }]
}

function callIn(call: JsonObject, ownId: string): Said & { kind: 'toolCall' } {
  const id = stringAt(call, 'id') ?? ownId
  return { kind: 'toolCall', id, name: stringAt(call, 'name') ?? '', arguments: memberOf(call, 'args') }
}
