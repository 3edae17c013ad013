import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI, FunctionCallingConfigMode } from '@google/genai'
import OpenAI from 'openai'
import { citySchema, serving } from './given.ts'
import { at } from './given.ts'
import { isObject, parseJson } from './json.ts'
import type { Simulator } from './server.ts'

const openaiAt = ({ url }: Simulator): OpenAI => new OpenAI({ apiKey: 'k', baseURL: `${url}/v1`, maxRetries: 0 })
const anthropicAt = ({ url }: Simulator): Anthropic => new Anthropic({ apiKey: 'k', baseURL: url, maxRetries: 0 })
const geminiAt = ({ url }: Simulator): GoogleGenAI => new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: url } })

const prompt = 'Book two nights in Paris.'
const messages = [{ role: 'user', content: prompt }] as const
const faulty = (fault: string): { headers: Record<string, string> } => ({ headers: { 'x-simulator-fault': fault } })
const parameters = { ...citySchema }
const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}

const isCity = (value: unknown): boolean => isObject(value) && typeof value['city'] === 'string'

test('the OpenAI SDK gets text, calls and JSON from chat completions', async (context) => {
  const client = openaiAt(await serving(context))
  const model = 'gpt-5.4-mini'
  const plain = await client.chat.completions.create({ model, messages: [...messages] })
  ok((plain.choices[0]?.message.content ?? '').length > 0)
  const tools = [{ type: 'function', function: { name: 'book', parameters } }] as const
  const called = await client.chat.completions.create({
    model,
    messages: [...messages],
    tools: [...tools],
    tool_choice: 'required',
  })
  const call = called.choices[0]?.message.tool_calls?.[0]
  ok(call?.type === 'function' && isCity(parseJson(call.function.arguments)))
  const format = { type: 'json_schema', json_schema: { name: 'city', schema, strict: true } } as const
  const structured = await client.chat.completions.create({ model, messages: [...messages], response_format: format })
  ok(isCity(parseJson(structured.choices[0]?.message.content ?? '')))
})

test('the OpenAI SDK gets text, calls and JSON from responses', async (context) => {
  const client = openaiAt(await serving(context))
  const model = 'gpt-6-sol'
  const plain = await client.responses.create({ model, input: prompt, store: false })
  ok(plain.output_text.length > 0)
  equal(
    plain.usage?.total_tokens,
    plain.usage?.input_tokens === undefined ? 0 : plain.usage.input_tokens + plain.usage.output_tokens,
  )
  const tools = [{ type: 'function', name: 'book', parameters, strict: true }] as const
  const called = await client.responses.create({ model, input: prompt, tools: [...tools], tool_choice: 'required' })
  const call = called.output.find((item) => item.type === 'function_call')
  ok(call?.type === 'function_call' && isCity(parseJson(call.arguments)))
  const format = { type: 'json_schema', name: 'city', schema, strict: true } as const
  ok(isCity(parseJson((await client.responses.create({ model, input: prompt, text: { format } })).output_text)))
})

test('the Anthropic SDK gets text, calls and JSON', async (context) => {
  const client = anthropicAt(await serving(context))
  const asked = { model: 'claude-haiku-5-5', max_tokens: 2_000, messages: [...messages] }
  const plain = await client.messages.create(asked)
  equal(plain.content[0]?.type, 'text')
  equal(plain.stop_reason, 'end_turn')
  const input_schema = { ...schema, type: 'object' } as const
  const called = await client.messages.create({
    ...asked,
    tools: [{ name: 'book', input_schema }],
    tool_choice: { type: 'any' },
  })
  const call = called.content.find((block) => block.type === 'tool_use')
  ok(call?.type === 'tool_use' && isCity(call.input))
  const structured = await client.messages.create({
    ...asked,
    output_config: { format: { type: 'json_schema', schema } },
  })
  const [block] = structured.content
  ok(block?.type === 'text' && isCity(parseJson(block.text)))
})

test('the Gemini SDK gets text, calls and JSON', async (context) => {
  const client = geminiAt(await serving(context))
  const asked = { model: 'gemini-3.8-flash', contents: prompt }
  const plain = await client.models.generateContent(asked)
  ok((plain.text ?? '').length > 0)
  const functionDeclarations = [{ name: 'book', parametersJsonSchema: schema }]
  const toolConfig = { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } }
  const called = await client.models.generateContent({
    ...asked,
    config: { tools: [{ functionDeclarations }], toolConfig, automaticContinuation: false },
  })
  ok(isCity(called.functionCalls?.[0]?.args))
  const config = { responseMimeType: 'application/json', responseJsonSchema: schema, maxOutputTokens: 900 }
  ok(isCity(parseJson((await client.models.generateContent({ ...asked, config })).text ?? '')))
})

test('errors are the classes that the SDKs know', async (context) => {
  const simulator = await serving(context)
  const [openai, anthropic, gemini] = [openaiAt(simulator), anthropicAt(simulator), geminiAt(simulator)]
  const chat = (fault: string): Promise<unknown> =>
    openai.chat.completions.create({ model: 'gpt-4.1', messages: [...messages] }, faulty(fault))
  const claude = (fault: string): Promise<unknown> =>
    anthropic.messages.create({ model: 'claude-haiku-5-5', max_tokens: 99, messages: [...messages] }, faulty(fault))
  await rejects(chat('rate-limit;say=both'), {
    name: 'Error',
    status: 429,
    code: 'rate_limit_exceeded',
    type: 'tokens',
  })
  await rejects(chat('quota-exhausted'), { status: 429, code: 'insufficient_quota' })
  await rejects(chat('auth-invalid'), { status: 401, code: 'invalid_api_key' })
  await rejects(chat('reset'), OpenAI.APIConnectionError)
  await rejects(claude('overloaded'), { status: 529, type: 'overloaded_error' })
  await rejects(claude('spend-limit'), { status: 429, errorCode: 'contract_spend_limit_reached' })
  await rejects(claude('gateway-502'), Anthropic.InternalServerError)
  const wrong = gemini.models.generateContent({
    model: 'gemini-3.8-flash',
    contents: prompt,
    config: { httpOptions: faulty('rate-limit;retry-after-ms=48000') },
  })
  await rejects(wrong, (error) => {
    match(String(at(error, 'message')), /"retryDelay":"48s"/u)
    return at(error, 'status') === 429
  })
})

test('HTTP 200 is no success: what the SDKs make of it', async (context) => {
  const simulator = await serving(context)
  const openai = openaiAt(simulator)
  const asked = { model: 'gpt-4.1', messages: [...messages] }
  equal(typeof (await openai.chat.completions.create(asked, faulty('html-200'))), 'string')
  equal(await openai.chat.completions.create(asked, faulty('empty-200')), undefined)
  ok(isObject(at(await openai.chat.completions.create(asked, faulty('error-body-200')), 'error')))
  const gzipped = await openai.chat.completions.create(asked, faulty('gzip'))
  ok((gzipped.choices[0]?.message.content ?? '').length > 0)
})

test('a continuation makes the Gemini SDK call again, and each call is billed', async (context) => {
  const simulator = await serving(context)
  const gemini = geminiAt(simulator)
  const config = { httpOptions: faulty('continuation') }
  const asked = { model: 'gemini-3.8-flash', contents: prompt }
  await gemini.models.generateContent({ ...asked, config: { ...config, automaticContinuation: false } })
  const response = await fetch(`${simulator.url}/ledger`)
  deepEqual(at(await response.json(), 'rows.0.fault'), 'continuation')
})
