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

/** One call through the vendor's SDK, with the parameters that we made, to wherever `url` is. */
export async function callThroughSdk(api: string, body: Body, url: string): Promise<Called> {
  const captured: { response?: Omit<Called, 'sdkText'> } = {}
  const capture: Fetch = async (input, init) => {
    const response = await fetch(input, init)
    const bytes = new Uint8Array(await response.arrayBuffer())
    captured.response = { status: response.status, headers: Object.fromEntries(response.headers), body: bytes }
    return new Response(bytes, { status: response.status, headers: response.headers })
  }
  const sdkText = await textThrough(api, body, url, capture).catch((error: unknown) => {
    // A status that is no success throws; anything before a response is a fault of the replay.
    if (captured.response === undefined) throw error
    return null
  })
  if (captured.response === undefined) throw new Error(`${api}: the SDK made no call`)
  return { ...captured.response, sdkText }
}

async function textThrough(api: string, body: Body, url: string, capture: Fetch): Promise<string | null> {
  switch (api) {
    case 'chatCompletions':
      return chat(body, `${url}/v1`, capture)
    case 'responses':
      return responses(body, `${url}/v1`, capture)
    case 'messages':
      return messages(body, url, capture)
    case 'generateContent':
      return generate(body, url, capture)
    default:
      throw new Error(`no SDK for ${api}`)
  }
}

const options = (
  baseURL: string,
  capture: Fetch,
): { apiKey: string; baseURL: string; maxRetries: number; fetch: Fetch } => ({
  apiKey: 'replay',
  baseURL,
  maxRetries: 0,
  fetch: capture,
})

async function chat(body: Body, url: string, capture: Fetch): Promise<string | null> {
  if (!isChat(body)) throw new TypeError('no parameters of chat.completions.create')
  const answer = await new OpenAI(options(url, capture)).chat.completions.create(body)
  return answer.choices[0]?.message.content ?? null
}

async function responses(body: Body, url: string, capture: Fetch): Promise<string | null> {
  if (!isResponses(body)) throw new TypeError('no parameters of responses.create')
  const answer = await new OpenAI(options(url, capture)).responses.create(body)
  return answer.output_text
}

async function messages(body: Body, url: string, capture: Fetch): Promise<string | null> {
  if (!isMessages(body)) throw new TypeError('no parameters of messages.create')
  // Else the SDK warns on the console of every model that will retire.
  const quiet = { ...body, model: 'replay' }
  const answer = await new Anthropic({ ...options(url, capture), timeout: 60_000 }).messages.create(quiet)
  return answer.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
}

async function generate(body: Body, url: string, capture: Fetch): Promise<string | null> {
  if (!isGenerate(body)) throw new TypeError('no parameters of models.generateContent')
  const client = new GoogleGenAI({ apiKey: 'replay', httpOptions: { baseUrl: url, fetch: capture } })
  const answer = await client.models.generateContent(body)
  const parts = answer.candidates?.[0]?.content?.parts ?? []
  return parts.map((part) => (part.thought === true ? '' : (part.text ?? ''))).join('')
}

const isChat = (body: unknown): body is ChatCompletionCreateParamsNonStreaming => isObject(body) && 'messages' in body
const isResponses = (body: unknown): body is ResponseCreateParamsNonStreaming => isObject(body) && 'input' in body
const isMessages = (body: unknown): body is MessageCreateParamsNonStreaming => isObject(body) && 'max_tokens' in body
const isGenerate = (body: unknown): body is GenerateContentParameters => isObject(body) && 'contents' in body
