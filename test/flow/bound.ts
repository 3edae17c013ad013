// What brings a request to one API and to no other.
import type { MessageInput, RequestInput } from '@waybill/client/complete'
import type { ApiName } from '@waybill/providers/conformance/given'

/** What a model has said that only this API understands. */
const opaque = JSON.stringify({
  provider: 'openai',
  api: 'responses',
  value: { type: 'web_search_call', id: 'w', status: 'completed' },
})
const ofResponses: MessageInput = { role: 'assistant', parts: [{ kind: 'opaque', opaque }] }

/** Only one of OpenAI's takes seeds. */
const bound: Readonly<Record<ApiName, Partial<RequestInput>>> = {
  chatCompletions: { constraints: { providers: ['openai'] }, sampling: { seed: 7, required: ['seed'] } },
  responses: { constraints: { providers: ['openai'] } },
  messages: { constraints: { providers: ['anthropic'] } },
  generateContent: { constraints: { providers: ['gemini'] } },
}

/** The request, bound to the API: before its last message may stand one that only the API understands. */
export const boundTo = (api: ApiName, request: RequestInput): RequestInput => ({
  ...request,
  messages: api === 'responses' ? request.messages.toSpliced(-1, 0, ofResponses) : request.messages,
  ...bound[api],
})
