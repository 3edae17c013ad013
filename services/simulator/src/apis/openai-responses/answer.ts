import type { Answer, Call, Usage } from '../../content/answer.ts'
import { argumentsText, shownUsage } from '../../content/answer.ts'
import { sealed } from '../../content/seal.ts'
import type { JsonObject } from '../../json.ts'
import { arrayAt, isObject, objectAt, stringAt } from '../../json.ts'
import type { Exchange, Identity } from '../vendor.ts'

export function answer(exchange: Exchange): JsonObject {
  const { answer: said, identity } = exchange
  const second = Math.floor(identity.nowMs / 1_000)
  const state = stateOf(said)
  const usage = shownUsage(said)
  const isDone = state.status !== 'queued' && state.status !== 'in_progress'
  return {
    id: identity.id('resp_', 50).toLowerCase(),
    object: 'response',
    created_at: second,
    completed_at: state.status === 'completed' ? second : null,
    ...state,
    ...echoed(exchange),
    service_tier: exchange.ask.serviceTier === 'standard' ? 'default' : exchange.ask.serviceTier,
    model: said.servedModel,
    output: isDone ? outputOf(exchange, state.status) : [],
    // `usage` is there even when nothing is known of it.
    ...(usage === null ? {} : { usage: isDone ? usageOf(usage) : null }),
  }
}

interface State {
  readonly status: string
  readonly error: JsonObject | null
  readonly incomplete_details: JsonObject | null
}

const incomplete = (reason: string): State => ({ status: 'incomplete', error: null, incomplete_details: { reason } })

function stateOf({ finish }: Answer): State {
  if (finish.kind === 'length') return incomplete('max_output_tokens')
  if (finish.kind === 'contentFilter') return incomplete('content_filter')
  if (finish.kind === 'word') return incomplete(finish.word)
  if (finish.kind !== 'status') return { status: 'completed', error: null, incomplete_details: null }
  const error = finish.code === null ? null : { code: finish.code, message: finish.message }
  return { status: finish.status, error, incomplete_details: null }
}

function outputOf({ answer: said, model, request, identity }: Exchange, status: string): readonly JsonObject[] {
  const output: JsonObject[] = []
  if (said.usage.reasoning > 0) output.push(reasoningOf(said, request, identity))
  if (said.finish.kind === 'nothing' || status === 'failed') return output
  if (said.strangePart === true)
    output.push({ id: identity.id('holo_', 24), type: 'hologram_call', status: 'completed' })
  if (said.commentary !== undefined) output.push(messageOf([textPart(said.commentary)], 'commentary', status, identity))
  for (const parts of partsOf(said))
    output.push(messageOf(parts, model.reasons === 'never' ? null : 'final_answer', status, identity))
  for (const call of said.calls) output.push(callOf(call, status, identity))
  return output
}

const textPart = (text: string): JsonObject => ({ type: 'output_text', annotations: [], logprobs: [], text })

/** A message for each text. */
function partsOf(said: Answer): readonly (readonly JsonObject[])[] {
  if (said.finish.kind === 'refusal') return [[{ type: 'refusal', refusal: said.finish.explanation }]]
  return said.texts.map((text) => [textPart(text)])
}

function messageOf(
  content: readonly JsonObject[],
  phase: string | null,
  status: string,
  identity: Identity,
): JsonObject {
  return {
    id: identity.id('msg_', 50).toLowerCase(),
    type: 'message',
    status: status === 'incomplete' ? 'incomplete' : 'completed',
    content,
    ...(phase === null ? {} : { phase }),
    role: 'assistant',
  }
}

/** What was thought is there for who asks, and then only the vendor can read it. */
function reasoningOf(said: Answer, request: JsonObject, identity: Identity): JsonObject {
  const summary = said.thought === undefined ? [] : [{ type: 'summary_text', text: said.thought }]
  return {
    id: identity.id('rs_', 50).toLowerCase(),
    type: 'reasoning',
    summary,
    ...(asksForReasoning(request) ? { encrypted_content: sealed(identity.id('gAAAAAB', 104)) } : {}),
  }
}

const asksForReasoning = (request: JsonObject): boolean =>
  arrayAt(request, 'include').includes('reasoning.encrypted_content')

function callOf(call: Call, status: string, identity: Identity): JsonObject {
  const id = call.id === undefined ? identity.id('call_', 24) : call.id
  return {
    id: identity.id('fc_', 50).toLowerCase(),
    type: 'function_call',
    status: status === 'incomplete' ? 'incomplete' : 'completed',
    arguments: argumentsText(call),
    ...(id === null ? {} : { call_id: id }),
    name: call.name,
  }
}

/** What the answer repeats of the request, and what it says where the request says nothing. */
const repeated: JsonObject = {
  instructions: null,
  max_output_tokens: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  prompt_cache_key: null,
  safety_identifier: null,
  store: true,
  temperature: 1,
  tool_choice: 'auto',
  top_p: 1,
  user: null,
}

const always: JsonObject = {
  background: false,
  billing: { payer: 'developer' },
  frequency_penalty: 0,
  max_tool_calls: null,
  moderation: null,
  presence_penalty: 0,
  prompt_cache_retention: '24h',
  top_logprobs: 0,
  truncation: 'disabled',
}

function echoed({ request, model }: Exchange): JsonObject {
  const asked = objectAt(request, 'reasoning')
  const text = objectAt(request, 'text')
  const effort = stringAt(asked, 'effort') ?? (model.reasons === 'never' ? null : 'medium')
  const same = Object.entries(repeated).map(([name, otherwise]) => [name, request[name] ?? otherwise] as const)
  return {
    ...always,
    ...Object.fromEntries(same),
    reasoning: { effort, summary: stringAt(asked, 'summary') },
    text: { format: formatOf(text), verbosity: stringAt(text, 'verbosity') ?? 'medium' },
    tools: arrayAt(request, 'tools')
      .filter(isObject)
      .map((tool) => ({ description: null, ...tool })),
  }
}

function formatOf(text: JsonObject | null): JsonObject {
  const format = objectAt(text, 'format')
  if (format === null) return { type: 'text' }
  return format['type'] === 'json_schema' ? { description: null, ...format } : format
}

function usageOf(usage: Usage): JsonObject {
  const input = usage.uncachedInput + usage.cachedInput + usage.cacheWrite
  const output = usage.output + usage.reasoning
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: usage.cachedInput, cache_write_tokens: usage.cacheWrite },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: input + output,
  }
}
