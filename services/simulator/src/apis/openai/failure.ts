// OpenAI's errors, for both of its APIs. How a model or a context is missed is the API's own.
import type { Failure, FailureDetails, FailureKind } from '../vendor.ts'

type Maker = (details: FailureDetails) => Failure

function error(
  status: number,
  type: string,
  code: string | null,
  message: string,
  param: string | null = null,
): Failure {
  return { status, body: { error: { message, type, param, code } } }
}

const refused = (status: number, code: string | null, message: string, param: string | null = null): Failure =>
  error(status, 'invalid_request_error', code, message, param)

function waiting(failure: Failure, { retryAfterMs, sayMilliseconds, refusal }: FailureDetails): Failure {
  const seconds = retryAfterMs === null ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }
  const exact = retryAfterMs !== null && sayMilliseconds ? { 'retry-after-ms': String(retryAfterMs) } : {}
  // Of a limit that is kept, the usual headers say what is left.
  if (refusal !== null) return { ...failure, headers: { ...seconds, ...exact } }
  const reset = { 'x-ratelimit-reset-tokens': `${((retryAfterMs ?? 1_000) / 1_000).toFixed(3)}s` }
  return { ...failure, headers: { 'x-ratelimit-remaining-tokens': '0', ...reset, ...seconds, ...exact } }
}

function usedOf({ refusal, given }: FailureDetails): string {
  if (refusal === null) return `Limit 2000000, Used 2000000, Requested ${given}`
  const { level, wanted } = refusal
  return `Limit ${level.limit}, Used ${level.limit - level.remaining}, Requested ${wanted}`
}

const waits: Partial<Record<FailureKind, Maker>> = {
  rateLimit: (details) => {
    const when =
      details.retryAfterMs === null ? '' : ` Please try again in ${(details.retryAfterMs / 1_000).toFixed(3)}s.`
    const measure = details.refusal?.measure ?? 'tokens'
    const message = `Rate limit reached for ${details.model} in organization org-simulated on ${measure} per min (${measure === 'tokens' ? 'TPM' : 'RPM'}): ${usedOf(details)}.${when} Visit https://platform.openai.com/account/rate-limits to learn more.`
    return waiting(error(429, measure, 'rate_limit_exceeded', message), details)
  },
  slowDown: (details) =>
    waiting(
      error(503, 'service_unavailable_error', 'slow_down', 'Slow down: your request rate has risen too quickly.'),
      details,
    ),
}

const money: Partial<Record<FailureKind, Maker>> = {
  quotaExhausted: () =>
    error(
      429,
      'insufficient_quota',
      'insufficient_quota',
      'You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.',
    ),
  creditExhausted: () =>
    error(
      429,
      'insufficient_quota',
      'credit_balance_exhausted',
      'Your credit balance is exhausted. Add credits to continue.',
    ),
  spendLimit: () =>
    error(
      429,
      'insufficient_quota',
      'project_spend_limit_exceeded',
      'This project has reached its monthly spend limit.',
    ),
  billing: () =>
    error(
      429,
      'billing_not_active',
      'billing_not_active',
      'Your account is not active, please check your billing details on our website.',
    ),
}

const broken: Partial<Record<FailureKind, Maker>> = {
  serverError: ({ requestId }) =>
    error(
      500,
      'server_error',
      null,
      `The server had an error while processing your request. Sorry about that! Please include the request ID ${requestId} in your message.`,
    ),
  unavailable: () =>
    error(
      503,
      'server_error',
      null,
      'The server is currently overloaded with other requests. Sorry about that! You can retry your request, or contact us through our help center at help.openai.com if the error persists.',
    ),
  requestTimeout: () => error(408, 'server_error', null, 'Request timed out.'),
  bodyTooLarge: ({ given, limit }) =>
    error(413, 'server_error', null, `413: Maximum content size limit (${limit}) exceeded (${given} bytes read)`),
}

const requests: Partial<Record<FailureKind, Maker>> = {
  authMissing: () =>
    refused(
      401,
      null,
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    ),
  authInvalid: () =>
    refused(
      401,
      'invalid_api_key',
      'Incorrect API key provided: sk-simul****ated. You can find your API key at https://platform.openai.com/account/api-keys.',
    ),
  permissionDenied: () =>
    error(
      403,
      'request_forbidden',
      'unsupported_country_region_territory',
      'Country, region, or territory not supported',
    ),
  inputBlocked: () =>
    refused(
      400,
      'invalid_prompt',
      'Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt: https://platform.openai.com/docs/guides/reasoning#advice-on-prompting',
    ),
  invalidJson: () =>
    refused(
      400,
      null,
      "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)",
    ),
  invalidRequest: ({ code, message, param }) => refused(400, code, message, param),
  pathMissing: ({ method, path }) => refused(404, null, `Invalid URL (${method} ${path})`),
  methodWrong: ({ method, path }) =>
    refused(
      405,
      'method_not_supported',
      `Not allowed to ${method} on ${path}. (HINT: Perhaps you meant to use a different HTTP method?)`,
    ),
}

const makers: Partial<Record<FailureKind, Maker>> = { ...waits, ...money, ...broken, ...requests }

const openaiFailure = (kind: FailureKind, details: FailureDetails): Failure | null => makers[kind]?.(details) ?? null

export const chatFailure = (kind: FailureKind, details: FailureDetails): Failure | null => {
  const { model, given, limit } = details
  if (kind === 'modelMissing')
    return refused(404, 'model_not_found', `The model \`${model}\` does not exist or you do not have access to it.`)
  if (kind === 'contextTooLong')
    return refused(
      400,
      'context_length_exceeded',
      `This model's maximum context length is ${limit} tokens. However, your messages resulted in ${given} tokens. Please reduce the length of the messages.`,
      'messages',
    )
  return openaiFailure(kind, details)
}

export const responsesFailure = (kind: FailureKind, details: FailureDetails): Failure | null => {
  if (kind === 'modelMissing')
    return refused(400, 'model_not_found', `The requested model '${details.model}' does not exist.`, 'model')
  if (kind === 'contextTooLong')
    return refused(
      400,
      'context_length_exceeded',
      'Your input exceeds the context window of this model. Please adjust your input and try again.',
      'input',
    )
  return openaiFailure(kind, details)
}
