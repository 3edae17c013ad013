import type { ApiName } from './given.ts'
import { targetFor } from './given.ts'

/** What a model says, before any vendor has put it in its own shape. */
export interface Spoken {
  readonly text?: readonly string[]
  readonly thoughts?: string
  /** Arguments as a string stand for themselves where the vendor sends JSON text. */
  readonly calls?: readonly { readonly name: string; readonly arguments: unknown }[]
  readonly end?: 'stop' | 'calls' | 'length' | 'pause' | 'unheard-of' | 'filter'
  readonly refusal?: string
  readonly usage?: {
    readonly input: number
    readonly cached: number
    readonly output: number
    readonly reasoning: number
  }
  readonly model?: string
}

const counted = { input: 100, cached: 40, output: 30, reasoning: 10 }
type Body = Readonly<Record<string, unknown>>

const jsonText = (value: unknown): unknown => (typeof value === 'object' ? JSON.stringify(value) : value)

/** As OpenAI's chat completions shape it. Synthetic, after the SDK's types and what was recorded. */
function chat(spoken: Spoken): Body {
  const reasons = {
    stop: 'stop',
    calls: 'tool_calls',
    length: 'length',
    pause: 'stop',
    'unheard-of': 'gone_fishing',
    filter: 'content_filter',
  }
  const { input, cached, output, reasoning } = spoken.usage ?? counted
  const calls = spoken.calls?.map((call, index) => ({
    id: `call_${index}`,
    type: 'function',
    function: { name: call.name, arguments: jsonText(call.arguments) },
  }))
  const message = {
    role: 'assistant',
    content: spoken.text?.join('') ?? null,
    refusal: spoken.refusal ?? null,
    ...(calls === undefined ? {} : { tool_calls: calls }),
  }
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: spoken.model ?? targetFor('chatCompletions').model,
    choices: [{ index: 0, message, finish_reason: reasons[spoken.end ?? 'stop'] }],
    usage: {
      prompt_tokens: input,
      completion_tokens: output,
      total_tokens: input + output,
      prompt_tokens_details: { cached_tokens: cached },
      completion_tokens_details: { reasoning_tokens: reasoning },
    },
  }
}

function responseItems(spoken: Spoken): readonly Body[] {
  const content = [
    ...(spoken.text ?? []).map((text) => ({ type: 'output_text', text, annotations: [] })),
    ...(spoken.refusal === undefined ? [] : [{ type: 'refusal', refusal: spoken.refusal }]),
  ]
  const summary = [{ type: 'summary_text', text: spoken.thoughts }]
  const calls = (spoken.calls ?? []).map((call, index) => ({
    type: 'function_call',
    id: `fc_${index}`,
    call_id: `call_${index}`,
    name: call.name,
    arguments: jsonText(call.arguments),
  }))
  const message = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content }
  return [
    ...(spoken.thoughts === undefined
      ? []
      : [{ type: 'reasoning', id: 'rs_1', summary, encrypted_content: 'c2lnbmVk' }]),
    ...(content.length === 0 ? [] : [message]),
    ...calls,
  ]
}

const incomplete: Readonly<Record<string, string>> = {
  length: 'max_output_tokens',
  filter: 'content_filter',
  pause: 'max_messages',
}

function responses(spoken: Spoken): Body {
  const { input, cached, output, reasoning } = spoken.usage ?? counted
  const end = spoken.end ?? 'stop'
  const reason = incomplete[end]
  const status = reason === undefined ? 'completed' : 'incomplete'
  return {
    id: 'resp_1',
    object: 'response',
    status: end === 'unheard-of' ? 'gone_fishing' : status,
    incomplete_details: reason === undefined ? null : { reason },
    error: null,
    model: spoken.model ?? targetFor('responses').model,
    output: responseItems(spoken),
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: cached },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: reasoning },
      total_tokens: input + output,
    },
  }
}

function messages(spoken: Spoken): Body {
  const reasons = {
    stop: 'end_turn',
    calls: 'tool_use',
    length: 'max_tokens',
    pause: 'pause_turn',
    'unheard-of': 'gone_fishing',
    filter: 'refusal',
  }
  const { input, cached, output, reasoning } = spoken.usage ?? counted
  const isRefused = spoken.refusal !== undefined
  const thinking = { type: 'thinking', thinking: spoken.thoughts, signature: 'c2lnbmVk' }
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: spoken.model ?? targetFor('messages').model,
    content: [
      ...(spoken.thoughts === undefined ? [] : [thinking]),
      ...(spoken.text ?? []).map((text) => ({ type: 'text', text })),
      ...(spoken.calls ?? []).map((call, index) => ({
        type: 'tool_use',
        id: `toolu_${index}`,
        name: call.name,
        input: call.arguments,
      })),
    ],
    stop_reason: isRefused ? 'refusal' : reasons[spoken.end ?? 'stop'],
    ...(isRefused ? { stop_details: { type: 'refusal', category: 'bio', explanation: spoken.refusal } } : {}),
    usage: {
      input_tokens: input - cached,
      cache_read_input_tokens: cached,
      cache_creation_input_tokens: 0,
      output_tokens: output,
      output_tokens_details: { thinking_tokens: reasoning },
    },
  }
}

function generateContent(spoken: Spoken): Body {
  const reasons = {
    stop: 'STOP',
    calls: 'STOP',
    length: 'MAX_TOKENS',
    pause: 'CONTINUATION',
    'unheard-of': 'GONE_FISHING',
    filter: 'SAFETY',
  }
  const { input, cached, output, reasoning } = spoken.usage ?? counted
  const parts = [
    ...(spoken.thoughts === undefined ? [] : [{ text: spoken.thoughts, thought: true, thoughtSignature: 'c2lnbmVk' }]),
    ...(spoken.text ?? []).map((text) => ({ text })),
    ...(spoken.calls ?? []).map((call) => ({ functionCall: { name: call.name, args: call.arguments } })),
  ]
  return {
    candidates: [
      {
        content: { role: 'model', ...(parts.length === 0 ? {} : { parts }) },
        finishReason: reasons[spoken.end ?? 'stop'],
        index: 0,
      },
    ],
    usageMetadata: {
      promptTokenCount: input,
      cachedContentTokenCount: cached,
      candidatesTokenCount: output - reasoning,
      thoughtsTokenCount: reasoning,
      totalTokenCount: input + output,
    },
    modelVersion: spoken.model ?? targetFor('generateContent').model,
    responseId: 'gen-1',
  }
}

const shapes: Readonly<Record<ApiName, (spoken: Spoken) => Body>> = {
  chatCompletions: chat,
  responses,
  messages,
  generateContent,
}

export const bodyOf = (api: ApiName, spoken: Spoken): Body => shapes[api](spoken)
