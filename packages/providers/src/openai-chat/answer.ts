import type { FinishReason } from '@waybill/schemas/generated/finish-reason'
import type { Refusal } from '@waybill/schemas/generated/refusal'
import { arrayAt, isObject, memberOf, objectAt, parseBody, stringAt } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { modelName } from '../drift.ts'
import { aliases } from '../openai/models.ts'
import { toolNameRule } from '../openai/names.ts'
import { expanded } from '../openai/parallel.ts'
import type { Said } from '../reading.ts'
import { draftOf, noAnswer } from '../reading.ts'
import type { AnswerContext, AnswerOutcome } from '../vendor-api.ts'
import { servedTierOf } from '../service-tier.ts'
import { readUsage } from './usage.ts'

const finishes: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'toolCalls'],
  ['function_call', 'toolCalls'],
  ['content_filter', 'contentFilter'],
])

export function readAnswer(bytes: Uint8Array, context: AnswerContext): AnswerOutcome {
  const body = parseBody(bytes)
  const providerRequestId = context.headers['x-request-id'] ?? null
  if (!isObject(body)) return noAnswer('unreadable_answer', providerRequestId)
  if (objectAt(body, 'error') !== null) return noAnswer('provider_error', providerRequestId)
  const choice = arrayAt(body, 'choices')[0]
  const message = objectAt(choice, 'message')
  if (message === null) return noAnswer('unreadable_answer', providerRequestId)
  const refusal = refusalOf(message, stringAt(choice, 'finish_reason'))
  return draftOf(
    {
      said: expanded(saidIn(message), context.request),
      finish:
        refusal?.kind === 'model' ? 'refusal' : (finishes.get(stringAt(choice, 'finish_reason') ?? '') ?? 'other'),
      failure: null,
      refusal,
      usage: readUsage(body),
      servedTier: servedTierOf(stringAt(body, 'service_tier')),
      servedModel: modelName(stringAt(body, 'model')),
      alias: aliases.get(context.target.model),
      nameRule: toolNameRule,
      providerRequestId,
    },
    context,
  )
}

/** A refusal comes with finish_reason `stop`. */
function refusalOf(message: JsonObject, finish: string | null): Refusal | null {
  const said = stringAt(message, 'refusal')
  if (said !== null && said !== '') return { kind: 'model', category: null, message: said }
  return finish === 'content_filter' ? { kind: 'outputFilter', category: null, message: null } : null
}

function saidIn(message: JsonObject): readonly Said[] {
  const said: Said[] = []
  const text = stringAt(message, 'content')
  if (text !== null && text !== '') said.push({ kind: 'text', text })
  for (const call of arrayAt(message, 'tool_calls')) {
    const called = objectAt(call, 'function')
    const id = stringAt(call, 'id') ?? `call-${said.length}`
    said.push({ kind: 'toolCall', id, name: stringAt(called, 'name') ?? '', arguments: memberOf(called, 'arguments') })
  }
  return said
}
