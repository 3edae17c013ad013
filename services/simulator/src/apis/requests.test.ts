import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { at, bodyOf, called, citySchema, heard, jsonIn, keys, pathOf, serving, smallModels } from '../given.ts'
import type { Wish } from '../given.ts'
import type { JsonObject } from '../json.ts'
import type { ApiName } from './vendor.ts'

const apis: readonly ApiName[] = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate-content']
const chat = 'openai-chat'
const responses = 'openai-responses'
const anthropic = 'anthropic-messages'
const gemini = 'gemini-generate-content'

const more = (fields: JsonObject, wish: Wish = {}): Wish => ({ ...wish, more: fields })
const loose = { type: 'object', properties: { city: { type: 'string' } } }
const chatTool = (name: string, parameters: JsonObject, strict = false): JsonObject => ({
  tools: [{ type: 'function', function: { name, parameters, strict } }],
})
const unions = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`p${index}`, { type: ['string', 'null'] }]))
const strictUnions = { type: 'object', properties: unions, additionalProperties: false }

const refused: readonly (readonly [ApiName, Wish, RegExp])[] = [
  [chat, more({ messages: [] }), /empty array/u],
  [chat, more({ messages: [{ role: 'robot', content: '' }] }), /Invalid value: 'robot'/u],
  [chat, more({ top_k: 3 }), /Unrecognized request argument supplied: top_k/u],
  [chat, more({ temperature: -1 }), /decimal below minimum value/u],
  [chat, more({ stop: ['a', 'b', 'c', 'd', 'e'] }), /array too long/u],
  [chat, more({ max_tokens: 9 }, { model: 'gpt-5.4' }), /Use 'max_completion_tokens' instead/u],
  [chat, more({ temperature: 0.2 }, { model: 'gpt-5-mini' }), /'temperature' is not supported/u],
  [chat, more({ stop: ['x'] }, { model: 'o4-mini' }), /'stop' is not supported/u],
  [chat, more({ reasoning_effort: 'none' }, { model: 'gpt-6.1-sol' }), /'none' is not supported/u],
  [chat, more({ reasoning_effort: 'low' }, { model: 'gpt-4.1' }), /'reasoning_effort' is not supported/u],
  [chat, more(chatTool('a b', citySchema)), /does not match pattern/u],
  [chat, more(chatTool('a', loose, true)), /'additionalProperties' is required to be supplied and to be false/u],
  [chat, more(chatTool('a', { type: 'string' })), /schema must be a JSON Schema of 'type: "object"'/u],
  [chat, more({ tool_choice: 'required' }), /only allowed when 'tools' are specified/u],
  [chat, more({ response_format: { type: 'json_object' } }), /must contain the word 'json'/u],
  [
    chat,
    more({ messages: [{ role: 'tool', tool_call_id: 'x', content: '' }] }),
    /must be a response to a preceeding message/u,
  ],
  [chat, { maxTokens: 99_999_999 }, /too large/u],
  [responses, more({ stop: ['x'] }), /Unknown parameter: 'stop'/u],
  [responses, more({ seed: 1 }), /Unknown parameter: 'seed'/u],
  [
    responses,
    more({ tools: [{ type: 'function', name: 'a', parameters: loose }] }),
    /Invalid schema for function 'a'/u,
  ],
  [responses, more({ input: [{ type: 'function_call_output', call_id: 'c', output: '' }] }), /No tool call found/u],
  [
    responses,
    more({ input: [{ type: 'function_call', call_id: 'c', name: 'a', arguments: '{}' }] }),
    /No tool output found/u,
  ],
  [anthropic, more({ max_tokens: null }), /max_tokens: Field required/u],
  [anthropic, { maxTokens: 200_000 }, /maximum allowed number of output tokens/u],
  [anthropic, more({ n: 2 }), /n: Extra inputs are not permitted/u],
  [anthropic, more({ temperature: 0.3 }), /`temperature` is not supported/u],
  [anthropic, more({ tools: [{ name: 'a.b', input_schema: citySchema }] }), /String should match pattern/u],
  [
    anthropic,
    more({ thinking: { type: 'enabled', budget_tokens: 9_000 } }),
    /must be greater than `thinking.budget_tokens`/u,
  ],
  [anthropic, more({ thinking: { type: 'adaptive' } }, { tools: 'forced' }), /Thinking may not be enabled/u],
  [anthropic, { tools: 'required', model: 'claude-opus-5-5' }, /forces tool use/u],
  [
    anthropic,
    more({ output_config: { format: { type: 'json_schema', schema: strictUnions } } }),
    /too many parameters with union types \(17/u,
  ],
  [
    anthropic,
    more({ output_config: { format: { type: 'json_schema', schema: citySchema } } }),
    /minimum, maximum are not supported/u,
  ],
  [
    anthropic,
    more({
      messages: [
        { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'a', input: {} }] },
        { role: 'user', content: 'x' },
      ],
    }),
    /without `tool_result` blocks/u,
  ],
  [anthropic, more({ stop_sequences: ['\n'] }), /each stop sequence must contain non-whitespace/u],
  [
    anthropic,
    more({ messages: [{ role: 'assistant', content: 'Once' }] }, { model: 'claude-opus-5-5' }),
    /does not support assistant message prefill/u,
  ],
  [
    gemini,
    more({ generationConfig: { stopSequences: ['a', 'b', 'c', 'd', 'e', 'f'] } }),
    /stop sequences must be at most 5/u,
  ],
  [gemini, more({ contents: [] }), /contents is not specified/u],
  [gemini, more({ messages: [] }), /Unknown name "messages"/u],
  [gemini, more({ generationConfig: { maxTokens: 2 } }), /Unknown name "maxTokens" at 'generation_config'/u],
  [gemini, more({ generationConfig: { responseJsonSchema: citySchema } }), /only allowed when response_mime_type/u],
  [
    gemini,
    { tools: 'auto', schema: true, model: 'gemini-2.5-flash' },
    /response mime type: 'application\/json' is unsupported/u,
  ],
  [
    gemini,
    more({ generationConfig: { thinkingConfig: { thinkingBudget: 0 } } }, { model: 'gemini-2.5-pro' }),
    /only works in thinking mode/u,
  ],
  [gemini, more({ tools: [{ functionDeclarations: [{ name: '1a' }] }] }), /Invalid function name/u],
]

test('what a vendor turns away is turned away, in its words and unbilled', async (context) => {
  const simulator = await serving(context)
  for (const [api, wish, words] of refused) {
    const answer = await called(simulator, api, wish)
    equal(answer.status, 400, `${api} ${words.source}: ${answer.body.toString().slice(0, 200)}`)
    match(String(at(jsonIn(answer), 'error.message')), words)
  }
})

test('a key is asked for, and any will do', async (context) => {
  const simulator = await serving(context)
  for (const api of apis) {
    const { authorization: _, 'x-goog-api-key': __, ...keyless } = keys
    const answer = await heard(simulator, { path: pathOf(api), body: bodyOf(api), headers: keyless })
    equal(answer.status, api === gemini ? 400 : 401)
    match(answer.body.toString(), api === gemini ? /API_KEY_INVALID/u : /api.key|authentication_error/iu)
  }
  const { authorization: _, ...rest } = keys
  const own = await heard(simulator, {
    path: pathOf(anthropic),
    body: bodyOf(anthropic),
    headers: { ...rest, 'x-api-key': 'k' },
  })
  equal(own.status, 200)
})

test('unknown paths, wrong methods, broken bodies and bodies beyond the limit get the error of their vendor', async (context) => {
  const simulator = await serving(context, { bodyLimit: 1_000 })
  const seen: unknown[] = []
  for (const path of ['/v1/embeddings', '/v1/messages/batches', '/v1beta/models/x:embedContent'])
    seen.push((await heard(simulator, { path, body: {} })).status)
  deepEqual(seen, [404, 404, 404])
  for (const api of apis) {
    equal((await heard(simulator, { path: pathOf(api), method: 'GET' })).status, 405)
    equal((await heard(simulator, { path: pathOf(api), body: '{"model":' })).status, 400)
    const large = await called(simulator, api, { text: 'long '.repeat(1_000) })
    equal(large.status, 413)
    match(String(at(jsonIn(large), 'error.message')), /limit|exceeds/u)
  }
})

test('a prompt longer than the model can read is an error of its own', async (context) => {
  const simulator = await serving(context)
  const words = [
    /maximum context length is 128000 tokens/u,
    /exceeds the context window/u,
    /prompt is too long: \d+ tokens > 200000 maximum/u,
    /input token count \(\d+\) exceeds/u,
  ]
  const models = ['gpt-4o', 'gpt-4o', 'claude-sonnet-4-5-20250929', smallModels[gemini]]
  for (const [index, api] of apis.entries()) {
    const text = 'so many words '.repeat(api === gemini ? 400_000 : 60_000)
    const answer = await called(simulator, api, { model: models[index] ?? '', text })
    equal(answer.status, 400)
    match(String(at(jsonIn(answer), 'error.message')), words[index] ?? /^$/u)
  }
})
