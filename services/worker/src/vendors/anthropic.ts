import Anthropic from '@anthropic-ai/sdk'
import type { MessageCreateParamsNonStreaming } from '@anthropic-ai/sdk/resources/messages'
import type { Vendor, VendorSettings } from './vendor.ts'
import { unknownApi } from './vendor.ts'

const ownBaseUrl = 'https://api.anthropic.com'

/** The provider's translation has made the parameters for this API. */
const isMessages = (body: object): body is MessageCreateParamsNonStreaming => 'messages' in body

export function anthropic({ baseUrl = ownBaseUrl, apiKey }: VendorSettings): Vendor {
  return {
    origin: new URL(baseUrl).origin,
    async call({ api, body, fetch, signal, headers, timeoutMs }) {
      const client = new Anthropic({
        baseURL: baseUrl,
        apiKey,
        webhookKey: null,
        maxRetries: 0,
        logLevel: 'off',
        openTelemetry: false,
        fetch,
      })
      // With a time-out of ours the SDK does not refuse long answers of its own accord.
      const options = { signal, headers, timeout: timeoutMs }
      if (api === 'messages' && isMessages(body)) return client.messages.create(body, options)
      throw unknownApi(api)
    },
  }
}
