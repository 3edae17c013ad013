import type { GenerateContentParameters } from '@google/genai'
import { GoogleGenAI } from '@google/genai'
import type { Vendor, VendorSettings } from './vendor.ts'
import { unknownApi } from './vendor.ts'

const ownBaseUrl = 'https://generativelanguage.googleapis.com'

/** The provider's translation has made the parameters for this API. */
const isGenerateContent = (body: object): body is GenerateContentParameters => 'contents' in body

export function gemini({ baseUrl = ownBaseUrl, apiKey }: VendorSettings): Vendor {
  return {
    origin: new URL(baseUrl).origin,
    async call({ api, body, fetch, signal, headers }) {
      if (api !== 'generateContent' || !isGenerateContent(body)) throw unknownApi(api)
      const client = new GoogleGenAI({
        apiKey,
        // Said, or the SDK takes them from the environment.
        enterprise: false,
        vertexai: false,
        apiVersion: 'v1beta',
        // No time-out: it would be sent to the vendor as well.
        httpOptions: { baseUrl, apiVersion: 'v1beta', headers: { ...headers }, fetch },
      })
      // Without the switch one call would be sent, and billed, several times.
      const config = { ...body.config, automaticContinuation: false, abortSignal: signal }
      return client.models.generateContent({ ...body, config })
    },
  }
}
