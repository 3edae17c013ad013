import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { sealed } from '../content/seal.ts'
import { at, called, citySchema, jsonIn, serving } from '../given.ts'
import type { JsonObject } from '../json.ts'
import type { ApiName } from './vendor.ts'

const user = { role: 'user', content: 'Where?' }
const use = { type: 'tool_use', id: 't', name: 'a', input: {} }
const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'x' }] }
const thought = { type: 'thinking', thinking: 'Hm.', signature: sealed('Er', 'Hm.') }
const tools = { tools: [{ name: 'a', input_schema: citySchema }] }
const enabled = { thinking: { type: 'enabled', budget_tokens: 2_000 } }
const messages = (content: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
  messages: [user, { role: 'assistant', content }, result],
  ...tools,
  ...more,
})

const call = { type: 'function_call', call_id: 'c', name: 'a', arguments: '{}' }
const output = { type: 'function_call_output', call_id: 'c', output: 'x' }
const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: sealed('gA') }
const input = (...items: readonly JsonObject[]): JsonObject => ({ input: [user, ...items] })

const asked = { role: 'user', parts: [{ text: 'Where?' }] }
const functionCall = { id: 'f', name: 'a', args: {} }
const functionResponse = { id: 'f', name: 'a', response: {} }
const contents = (part: JsonObject, answer: JsonObject, ...more: readonly JsonObject[]): JsonObject => ({
  contents: [
    asked,
    { role: 'model', parts: [{ functionCall, ...part }] },
    { role: 'user', parts: [{ functionResponse: { ...functionResponse, ...answer } }] },
    ...more,
  ],
})
const thoughtSignature = sealed('Cr')

const older: Partial<Record<ApiName, string>> = { 'anthropic-messages': 'claude-haiku-4-5-20251001' }

/** null: it is taken. */
const conversations: readonly (readonly [ApiName, JsonObject, RegExp | null, model?: string])[] = [
  ['anthropic-messages', messages([thought, use], enabled), null],
  ['anthropic-messages', messages([use]), null],
  ['anthropic-messages', messages([{ ...thought, thinking: 'Ha.' }, use], enabled), /Invalid `signature`/u],
  ['anthropic-messages', messages([use], enabled), /but found `tool_use`/u],
  ['anthropic-messages', messages([thought, use]), /When thinking is disabled/u],
  ['openai-responses', input(reasoning, call, output), null],
  ['openai-responses', input({ ...reasoning, encrypted_content: 'gA' }, call, output), /could not be verified/u],
  ['openai-responses', input({ ...reasoning, encrypted_content: null }, call, output), /Items are not persisted/u],
  ['openai-responses', input(reasoning, user), /without its required following item/u],
  ['gemini-generate-content', contents({ thoughtSignature }, {}), null],
  ['gemini-generate-content', contents({ thoughtSignature: 'skip_thought_signature_validator' }, {}), null],
  ['gemini-generate-content', contents({}, {}, asked), null],
  ['gemini-generate-content', contents({}, { id: null }), null, 'gemini-2.5-flash'],
  ['gemini-generate-content', contents({}, {}), /missing a thought_signature/u],
  ['gemini-generate-content', contents({ thoughtSignature: 'Cr' }, {}), /Corrupted thought signature/u],
  ['gemini-generate-content', contents({ thoughtSignature }, { id: 'g' }), /call with id `f`/u],
  ['gemini-generate-content', contents({ thoughtSignature }, { name: 'b' }), /response name matches/u],
]

test('what a vendor gave to be given back is asked for, as it was', async (context) => {
  const simulator = await serving(context)
  for (const [api, more, words, model = older[api]] of conversations) {
    const answer = await called(simulator, api, { more, ...(model === undefined ? {} : { model }) })
    equal(answer.status, words === null ? 200 : 400, answer.body.toString().slice(0, 300))
    if (words !== null) match(String(at(jsonIn(answer), 'error.message')), words)
  }
})

test('reasoning is only given in a form that can be sent back where it is asked for', async (context) => {
  const simulator = await serving(context)
  const seen: unknown[] = []
  for (const include of [[], ['reasoning.encrypted_content']]) {
    const answer = await called(simulator, 'openai-responses', { model: 'gpt-6-sol', more: { include } })
    seen.push(typeof at(jsonIn(answer), 'output.0.encrypted_content'))
  }
  deepEqual(seen, ['undefined', 'string'])
})
