import type { FinishReason } from '@waybill/schemas/generated/finish-reason'
import type { Refusal } from '@waybill/schemas/generated/refusal'
import type { Request } from '@waybill/schemas/generated/request'
import { modelName } from '../drift.ts'
import { arrayAt, isArray, isObject, memberOf, objectAt, parseBody, stringAt } from '../json.ts'
import type { JsonObject } from '../json.ts'
import type { Said } from '../reading.ts'
import { draftOf, noAnswer } from '../reading.ts'
import type { AnswerContext, AnswerOutcome } from '../vendor-api.ts'
import { aliasOf } from './models.ts'
import { toolNameRule } from './names.ts'
import { isOutputTool } from './schema.ts'
import { servedTierOf } from '../service-tier.ts'
import { readUsage } from './usage.ts'

const finishes: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['tool_use', 'toolCalls'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['pause_turn', 'incomplete'],
  ['refusal', 'refusal'],
])

export function readAnswer(bytes: Uint8Array, context: AnswerContext): AnswerOutcome {
  const body = parseBody(bytes)
  const providerRequestId = context.headers['request-id'] ?? stringAt(body, 'request_id')
  if (!isObject(body)) return noAnswer('unreadable_answer', providerRequestId)
  if (stringAt(body, 'type') === 'error' || objectAt(body, 'error') !== null)
    return noAnswer('provider_error', providerRequestId)
  if (!isArray(memberOf(body, 'content'))) return noAnswer('unreadable_answer', providerRequestId)
  return draftOf(
    {
      said: arrayAt(body, 'content').flatMap((block, index) => saidIn(block, index, context.request)),
      finish: finishes.get(stringAt(body, 'stop_reason') ?? '') ?? 'other',
      failure: null,
      refusal: refusalOf(body),
      usage: readUsage(body),
      servedTier: servedTierOf(stringAt(memberOf(body, 'usage'), 'service_tier')),
      servedModel: modelName(stringAt(body, 'model')),
      alias: aliasOf(context.target.model),
      nameRule: toolNameRule,
      providerRequestId,
    },
    context,
  )
}

function refusalOf(body: JsonObject): Refusal | null {
  if (stringAt(body, 'stop_reason') !== 'refusal') return null
  const details = objectAt(body, 'stop_details')
  return { kind: 'model', category: stringAt(details, 'category'), message: stringAt(details, 'explanation') }
}

/** Thinking and blocks of hosted tools are carried along whole: they are signed, or only the vendor can read them. */
function saidIn(block: unknown, index: number, request: Request): readonly Said[] {
  const type = stringAt(block, 'type')
  if (type === 'text') return textIn(block)
  if (type === 'thinking') return [{ kind: 'reasoning', text: stringAt(block, 'thinking') ?? '', own: block }]
  if (type !== 'tool_use') return isObject(block) ? [{ kind: 'opaque', own: block }] : []
  const name = stringAt(block, 'name') ?? ''
  const input = memberOf(block, 'input')
  if (isOutputTool(request, name)) return [{ kind: 'text', text: JSON.stringify(input ?? null) }]
  return [{ kind: 'toolCall', id: stringAt(block, 'id') ?? `call-${index}`, name, arguments: input }]
}

function textIn(block: unknown): readonly Said[] {
  const text = stringAt(block, 'text') ?? ''
  return text === '' ? [] : [{ kind: 'text', text }]
}
