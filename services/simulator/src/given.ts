// What the tests share: a simulator that answers at once, requests for each API, and a caller that sees every byte.
import { request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { TestContext } from 'node:test'
import type { ApiName } from './apis/vendor.ts'
import { isArray, isObject, memberOf, parseJson } from './json.ts'
import type { JsonObject } from './json.ts'
import type { Simulator } from './server.ts'
import { startSimulator } from './server.ts'
import type { SimulatorOptions } from './settings.ts'

export async function serving(context: TestContext, options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ latencyScale: 0, ...options })
  context.after(simulator.close)
  return simulator
}

export const citySchema: JsonObject = {
  type: 'object',
  properties: { city: { type: 'string' }, nights: { type: 'integer', minimum: 1, maximum: 9 } },
  required: ['city', 'nights'],
  additionalProperties: false,
}
/** As the vendors with limits take it. */
const plainCitySchema: JsonObject = {
  ...citySchema,
  properties: { city: { type: 'string' }, nights: { type: 'integer' } },
}

export interface Wish {
  readonly model?: string
  readonly text?: string
  readonly tools?: 'auto' | 'forced' | 'required' | 'none'
  readonly schema?: boolean
  readonly maxTokens?: number
  readonly more?: JsonObject
}

export const smallModels: Readonly<Record<ApiName, string>> = {
  'openai-chat': 'gpt-4.1-mini',
  'openai-responses': 'gpt-4.1-mini',
  'anthropic-messages': 'claude-haiku-5-5',
  'gemini-generate-content': 'gemini-3.5-flash-lite',
}

const described = { name: 'book_hotel', description: 'Books a room.' }
const named = { name: 'answer', schema: citySchema, strict: true }

const bodies: Readonly<Record<ApiName, (wish: Wish, text: string) => JsonObject>> = {
  'openai-chat': (wish, text) => ({
    messages: [{ role: 'user', content: text }],
    ...(wish.maxTokens === undefined ? {} : { max_completion_tokens: wish.maxTokens }),
    ...(wish.tools === undefined
      ? {}
      : { tools: [{ type: 'function', function: { ...described, parameters: citySchema } }] }),
    ...choice(wish, { type: 'function', function: { name: described.name } }),
    ...(wish.schema === true ? { response_format: { type: 'json_schema', json_schema: named } } : {}),
  }),
  'openai-responses': (wish, text) => ({
    input: text,
    store: false,
    ...(wish.maxTokens === undefined ? {} : { max_output_tokens: wish.maxTokens }),
    ...(wish.tools === undefined
      ? {}
      : { tools: [{ type: 'function', ...described, parameters: citySchema, strict: true }] }),
    ...choice(wish, { type: 'function', name: described.name }),
    ...(wish.schema === true ? { text: { format: { type: 'json_schema', ...named } } } : {}),
  }),
  'anthropic-messages': (wish, text) => ({
    messages: [{ role: 'user', content: text }],
    max_tokens: wish.maxTokens ?? 4_096,
    ...(wish.tools === undefined ? {} : { tools: [{ ...described, input_schema: citySchema }] }),
    ...(wish.tools === undefined || wish.tools === 'auto' ? {} : { tool_choice: anthropicChoices[wish.tools] }),
    ...(wish.schema === true ? { output_config: { format: { type: 'json_schema', schema: plainCitySchema } } } : {}),
  }),
  'gemini-generate-content': (wish, text) => ({
    contents: [{ role: 'user', parts: [{ text }] }],
    generationConfig: {
      ...(wish.maxTokens === undefined ? {} : { maxOutputTokens: wish.maxTokens }),
      ...(wish.schema === true ? { responseMimeType: 'application/json', responseJsonSchema: citySchema } : {}),
    },
    ...(wish.tools === undefined
      ? {}
      : { tools: [{ functionDeclarations: [{ ...described, parametersJsonSchema: citySchema }] }] }),
    ...(wish.tools === undefined ? {} : { toolConfig: { functionCallingConfig: { mode: geminiModes[wish.tools] } } }),
  }),
}

const anthropicChoices = {
  forced: { type: 'tool', name: described.name },
  required: { type: 'any' },
  none: { type: 'none' },
} as const
const geminiModes = { auto: 'AUTO', forced: 'ANY', required: 'ANY', none: 'NONE' } as const

function choice(wish: Wish, forced: JsonObject): JsonObject {
  return wish.tools === undefined ? {} : { tool_choice: wish.tools === 'forced' ? forced : wish.tools }
}

export function bodyOf(api: ApiName, wish: Wish = {}): JsonObject {
  const body = { ...bodies[api](wish, wish.text ?? 'Where should we stay?'), ...wish.more }
  return api === 'gemini-generate-content' ? body : { model: wish.model ?? smallModels[api], ...body }
}

export const pathOf = (api: ApiName, model: string = smallModels[api]): string =>
  ({
    'openai-chat': '/v1/chat/completions',
    'openai-responses': '/v1/responses',
    'anthropic-messages': '/v1/messages',
    'gemini-generate-content': `/v1beta/models/${model}:generateContent`,
  })[api]

export const keys = {
  authorization: 'Bearer test',
  'x-goog-api-key': 'test',
  'anthropic-version': '2026-10-21',
  'content-type': 'application/json',
} as const

export interface Heard {
  /** null: no head of an answer came. */
  readonly status: number | null
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly chunks: number
  /** Why it did not end well: a code of the socket's, or `gave up`. */
  readonly failure: string | null
}

interface Sending {
  readonly path: string
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** After so long the caller hangs up. */
  readonly patienceMs?: number
}

/** On a connection of its own, so that a broken one harms no other call. */
export function heard(simulator: Simulator, sending: Sending): Promise<Heard> {
  const { path, method = 'POST', headers = keys, patienceMs = 5_000 } = sending
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let [status, answered]: [number | null, IncomingHttpHeaders] = [null, {}]
    const outgoing = request(`${simulator.url}${path}`, { method, headers, agent: false })
    const timer = setTimeout(() => outgoing.destroy(new Error('gave up')), patienceMs)
    function settle(failure: string | null): void {
      clearTimeout(timer)
      resolve({ status, headers: answered, body: Buffer.concat(chunks), chunks: chunks.length, failure })
    }
    const fail = (error: Error): void => settle('code' in error ? String(error.code) : error.message)
    outgoing.on('error', fail)
    outgoing.on('response', (incoming) => {
      status = incoming.statusCode ?? null
      answered = incoming.headers
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', fail)
      incoming.on('end', () => settle(null))
    })
    outgoing.end(typeof sending.body === 'string' ? sending.body : JSON.stringify(sending.body))
  })
}

export function called(
  simulator: Simulator,
  api: ApiName,
  wish: Wish = {},
  fault: string | null = null,
  patienceMs = 5_000,
): Promise<Heard> {
  const headers = fault === null ? keys : { ...keys, 'x-simulator-fault': fault }
  return heard(simulator, { path: pathOf(api, wish.model), body: bodyOf(api, wish), headers, patienceMs })
}

export const jsonIn = (answer: Heard): unknown => parseJson(answer.body.toString('utf8'))

export async function controlling(
  simulator: Simulator,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  return jsonIn(await heard(simulator, { method, path, ...(body === undefined ? {} : { body }) }))
}

/** What stands at the end of a path like `choices.0.message`. */
export const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((found, step) => (isArray(found) ? found[Number(step)] : memberOf(found, step)), value)

export const rowsOf = async (simulator: Simulator): Promise<readonly JsonObject[]> => {
  const rows = at(await controlling(simulator, 'GET', '/ledger?limit=10000'), 'rows')
  return isArray(rows) ? rows.filter(isObject) : []
}
