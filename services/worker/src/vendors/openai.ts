import OpenAI from 'openai'
import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions'
import type { ResponseCreateParamsNonStreaming } from 'openai/resources/responses/responses'
import type { Vendor, VendorSettings } from './vendor.ts'
import { unknownApi } from './vendor.ts'

const ownBaseUrl = 'https://api.openai.com/v1'

/** The provider's translation has made the parameters for this API. */
const isChat = (body: object): body is ChatCompletionCreateParamsNonStreaming => 'messages' in body
const isResponses = (body: object): body is ResponseCreateParamsNonStreaming => 'input' in body

export function openai({ baseUrl = ownBaseUrl, apiKey }: VendorSettings): Vendor {
  return {
    origin: new URL(baseUrl).origin,
    async call({ api, body, fetch, signal, headers, timeoutMs }) {
      const client = new OpenAI({
        baseURL: baseUrl,
        apiKey,
        // Null, or the SDK takes them from the environment.
        adminAPIKey: null,
        organization: null,
        project: null,
        webhookSecret: null,
        maxRetries: 0,
        logLevel: 'off',
        fetch,
      })
      const options = { signal, headers, timeout: timeoutMs }
      if (api === 'chatCompletions' && isChat(body)) return client.chat.completions.create(body, options)
      if (api === 'responses' && isResponses(body)) return client.responses.create(body, options)
      throw unknownApi(api)
    },
  }
}
