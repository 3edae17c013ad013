import type { MessageCreateParamsNonStreaming } from '@anthropic-ai/sdk/resources/messages/messages'
import { Anthropic } from '@anthropic-ai/sdk'
import type { GenerateContentParameters } from '@google/genai'
import { GoogleGenAI } from '@google/genai'
import { OpenAI } from 'openai'
import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions/completions'
import type { ResponseCreateParamsNonStreaming } from 'openai/resources/responses/responses'
import { isObject } from '@waybill/providers/json'

/** What came over the wire, beside what the SDK made of it. */
export interface Called {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** The text that the SDK itself would give a caller; null where it threw or offers none. */
  readonly sdkText: string | null
}

type Body = Readonly<Record<string, unknown>>
type Fetch = typeof globalThis.fetch

interface Watched {
  readonly signal: AbortSignal
  /** The status and headers have arrived. */
  readonly onHeaders: () => void
}

const unwatched: Watched = { signal: new AbortController().signal, onHeaders: () => undefined }

/** One call through the vendor's SDK, with the parameters that we made, to wherever `url` is. */
export async function callThroughSdk(api: string, body: Body, url: string, watched = unwatched): Promise<Called> {
  const captured: { response?: Omit<Called, 'sdkText'> } = {}
  const capture: Fetch = async (input, init) => {
    const response = await fetch(input, init)
    watched.onHeaders()
    const bytes = new Uint8Array(await response.arrayBuffer())
    captured.response = { status: response.status, headers: Object.fromEntries(response.headers), body: bytes }
    return new Response(bytes, { status: response.status, headers: response.headers })
  }
  const sdkText = await textThrough(api, body, { url, capture, signal: watched.signal }).catch((error: unknown) => {
    // A status that is no success throws; anything before a response is a fault of the replay.
    if (captured.response === undefined) throw error
    return null
  })
  if (captured.response === undefined) throw new Error(`${api}: the SDK made no call`)
  return { ...captured.response, sdkText }
}

interface Wire {
  readonly url: string
  readonly capture: Fetch
  readonly signal: AbortSignal
}

async function textThrough(api: string, body: Body, wire: Wire): Promise<string | null> {
  switch (api) {
    case 'chatCompletions':
      return chat(body, wire)
    case 'responses':
      return responses(body, wire)
    case 'messages':
      return messages(body, wire)
    case 'generateContent':
      return generate(body, wire)
    default:
      throw new Error(`no SDK for ${api}`)
  }
}

async function chat(body: Body, { url, capture, signal }: Wire): Promise<string | null> {
  if (!isChat(body)) throw new TypeError('no parameters of chat.completions.create')
  const client = new OpenAI({ apiKey: 'replay', baseURL: `${url}/v1`, maxRetries: 0, fetch: capture })
  const answer = await client.chat.completions.create(body, { signal })
  return answer.choices[0]?.message.content ?? null
}

async function responses(body: Body, { url, capture, signal }: Wire): Promise<string | null> {
  if (!isResponses(body)) throw new TypeError('no parameters of responses.create')
  const client = new OpenAI({ apiKey: 'replay', baseURL: `${url}/v1`, maxRetries: 0, fetch: capture })
  return (await client.responses.create(body, { signal })).output_text
}

async function messages(body: Body, { url, capture, signal }: Wire): Promise<string | null> {
  if (!isMessages(body)) throw new TypeError('no parameters of messages.create')
  const client = new Anthropic({ apiKey: 'replay', baseURL: url, maxRetries: 0, fetch: capture, timeout: 60_000 })
  // Else the SDK warns on the console of every model that will retire.
  const answer = await client.messages.create({ ...body, model: 'replay' }, { signal })
  return answer.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
}

async function generate(body: Body, { url, capture, signal }: Wire): Promise<string | null> {
  if (!isGenerate(body)) throw new TypeError('no parameters of models.generateContent')
  const client = new GoogleGenAI({ apiKey: 'replay', httpOptions: { baseUrl: url, fetch: capture } })
  const answer = await client.models.generateContent({ ...body, config: { ...body.config, abortSignal: signal } })
  const parts = answer.candidates?.[0]?.content?.parts ?? []
  return parts.map((part) => (part.thought === true ? '' : (part.text ?? ''))).join('')
}

const isChat = (body: unknown): body is ChatCompletionCreateParamsNonStreaming => isObject(body) && 'messages' in body
const isResponses = (body: unknown): body is ResponseCreateParamsNonStreaming => isObject(body) && 'input' in body
const isMessages = (body: unknown): body is MessageCreateParamsNonStreaming => isObject(body) && 'max_tokens' in body
const isGenerate = (body: unknown): body is GenerateContentParameters => isObject(body) && 'contents' in body
