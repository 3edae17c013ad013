import type { ApiName } from '../given.ts'
import { apiNames } from '../given.ts'
import type { Sent, SentByApi, Situation } from '../situation.ts'

type Error = Readonly<Record<string, unknown>>

/** Both of OpenAI's APIs answer errors alike. */
function status(openai: [number, Error], anthropic: [number, Error], gemini: [number, Error], headers = {}): SentByApi {
  const own = { chatCompletions: openai, responses: openai, messages: anthropic, generateContent: gemini }
  const sent = (api: ApiName): Sent => {
    const [code, error] = own[api]
    const body = api === 'messages' ? { type: 'error', error, request_id: 'req_1' } : { error }
    return { status: code, headers, body }
  }
  return Object.fromEntries(apiNames.map((api) => [api, sent(api)]))
}
const everywhere = (code: number, body: unknown): SentByApi =>
  Object.fromEntries(apiNames.map((api) => [api, { status: code, body }]))
const google = 'type.googleapis.com/google.rpc'
const page = '<html><head><title>502 Bad Gateway</title></head></html>'

export const failureSituations: readonly Situation[] = [
  {
    name: '429: too many requests',
    sent: status(
      [429, { code: 'rate_limit_exceeded', type: 'requests', message: 'slow' }],
      [429, { type: 'rate_limit_error', message: 'slow' }],
      [
        429,
        { code: 429, status: 'RESOURCE_EXHAUSTED', details: [{ '@type': `${google}.RetryInfo`, retryDelay: '48s' }] },
      ],
    ),
    expected: {
      chatCompletions: 'failure/rate_limited (unbilled)',
      responses: 'failure/rate_limited (unbilled)',
      messages: 'failure/rate_limited (unbilled)',
      generateContent: 'failure/rate_limited (unbilled, wait 48000 ms)',
    },
  },
  {
    name: '429 with retry-after',
    sent: status(
      [429, { code: 'rate_limit_exceeded' }],
      [429, { type: 'rate_limit_error' }],
      [429, { status: 'RESOURCE_EXHAUSTED' }],
      { 'retry-after': '7' },
    ),
    expected: 'failure/rate_limited (unbilled, wait 7000 ms)',
  },
  {
    name: '429 that is money',
    sent: status(
      [429, { code: 'insufficient_quota', type: 'insufficient_quota' }],
      [429, { type: 'rate_limit_error', details: { error_code: 'enforced_spend_limit_reached' } }],
      [
        429,
        {
          status: 'RESOURCE_EXHAUSTED',
          details: [
            { '@type': `${google}.QuotaFailure`, violations: [{ quotaId: 'GenerateRequestsPerDayPerProject' }] },
          ],
        },
      ],
    ),
    expected: 'failure/quota (unbilled)',
  },
  {
    name: '429 that is money, by its other names',
    sent: status(
      [429, { code: 'project_spend_limit_exceeded' }],
      [429, { type: 'rate_limit_error', details: { error_code: 'contract_spend_limit_reached' } }],
      [402, { status: 'FAILED_PRECONDITION' }],
    ),
    expected: 'failure/quota (unbilled)',
  },
  {
    name: 'no credit left',
    sent: {
      ...status(
        [429, { code: 'credit_balance_exhausted' }],
        [400, { type: 'invalid_request_error', message: 'Your credit balance is too low to access the API.' }],
        [400, {}],
      ),
      generateContent: null,
    },
    expected: 'failure/quota (unbilled)',
  },
  {
    name: 'a limit on how fast usage grows, which is no limit on money',
    sent: {
      ...status(
        [503, { code: 'slow_down' }],
        [429, { type: 'rate_limit_error', details: { error_code: 'ramp_limit_exceeded' } }],
        [400, {}],
        { 'retry-after': '3' },
      ),
      generateContent: null,
    },
    expected: 'failure/rate_limited (unbilled, wait 3000 ms)',
  },
  {
    name: 'an error in a list of one',
    sent: {
      chatCompletions: null,
      responses: null,
      messages: null,
      generateContent: { status: 429, body: [{ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } }] },
    },
    expected: 'failure/rate_limited (unbilled)',
  },
  { name: '402', sent: everywhere(402, { error: { message: 'pay' } }), expected: 'failure/quota (unbilled)' },
  {
    name: 'a wrong key',
    sent: status(
      [401, { code: 'invalid_api_key', type: 'invalid_request_error' }],
      [401, { type: 'authentication_error' }],
      [
        400,
        {
          code: 400,
          status: 'INVALID_ARGUMENT',
          details: [{ '@type': `${google}.ErrorInfo`, reason: 'API_KEY_INVALID' }],
        },
      ],
    ),
    expected: 'failure/auth (unbilled)',
  },
  {
    name: 'a key that may not do this',
    sent: status(
      [403, { code: 'forbidden' }],
      [403, { type: 'permission_error' }],
      [403, { status: 'PERMISSION_DENIED' }],
    ),
    expected: 'failure/auth (unbilled)',
  },
  {
    name: 'a model that the vendor does not know',
    sent: {
      ...status([404, { code: 'model_not_found' }], [404, { type: 'not_found_error' }], [404, { status: 'NOT_FOUND' }]),
      responses: { status: 400, body: { error: { code: 'model_not_found', type: 'invalid_request_error' } } },
    },
    expected: 'failure/config (unbilled)',
  },
  {
    name: 'a prompt that is too long',
    sent: status(
      [400, { code: 'context_length_exceeded' }],
      [400, { type: 'invalid_request_error', message: 'prompt is too long: 250000 tokens > 200000 maximum' }],
      [
        400,
        {
          status: 'INVALID_ARGUMENT',
          message: 'The input token count (1200000) exceeds the maximum number of tokens allowed',
        },
      ],
    ),
    expected: 'failure/input_too_long (unbilled)',
  },
  { name: '413', sent: everywhere(413, 'too large'), expected: 'failure/input_too_long (unbilled)' },
  {
    name: 'another request that the vendor refuses',
    sent: status(
      [400, { code: 'invalid_value', type: 'invalid_request_error' }],
      [400, { type: 'invalid_request_error', message: 'effort' }],
      [400, { status: 'INVALID_ARGUMENT', message: 'bad' }],
    ),
    expected: 'failure/invalid_request (unbilled)',
  },
  {
    name: 'a prompt that a filter stops',
    sent: {
      ...status(
        [400, { code: 'content_policy_violation' }],
        [400, { type: 'invalid_request_error', message: 'Output blocked by content filtering policy' }],
        [400, {}],
      ),
      responses: { status: 400, body: { error: { code: 'invalid_prompt' } } },
      generateContent: null,
    },
    expected: 'failure/content_filter (unbilled)',
  },
  {
    name: 'no capacity',
    sent: status(
      [503, { code: 'server_is_overloaded' }],
      [529, { type: 'overloaded_error' }],
      [503, { status: 'UNAVAILABLE' }],
    ),
    expected: 'failure/overloaded (unbilled)',
  },
  {
    name: '500 with the vendor’s own error',
    sent: status([500, { type: 'server_error' }], [500, { type: 'api_error' }], [500, { status: 'INTERNAL' }]),
    expected: 'failure/server_error (unbilled)',
  },
  { name: '502 with a page', sent: everywhere(502, page), expected: 'failure/gateway_error (ambiguous)' },
  { name: '504 with nothing', sent: everywhere(504, ''), expected: 'failure/gateway_error (ambiguous)' },
  { name: '408 with a page', sent: everywhere(408, page), expected: 'failure/gateway_error (ambiguous)' },
  { name: '301', sent: everywhere(301, ''), expected: 'failure/unexpected_status (ambiguous)' },
]
