import type { Failure, FailureDetails, FailureKind } from '../vendor.ts'

type Maker = (details: FailureDetails) => Failure

function error(status: number, type: string, message: string, more: object = {}): Maker {
  return ({ requestId }) => ({
    status,
    body: { type: 'error', error: { type, message, ...more }, request_id: requestId },
  })
}

/** This vendor has whole seconds only. */
function waiting(maker: Maker): Maker {
  return (details) => {
    const { retryAfterMs, refusal } = details
    const until = new Date(Date.now() + (retryAfterMs ?? 60_000)).toISOString()
    const after = retryAfterMs === null ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }
    // Of a limit that is kept, the usual headers say what is left.
    if (refusal !== null) return { ...maker(details), headers: { ...after, 'x-should-retry': 'true' } }
    const limits = { 'anthropic-ratelimit-tokens-remaining': '0', 'anthropic-ratelimit-tokens-reset': until }
    return { ...maker(details), headers: { ...limits, ...after, 'x-should-retry': 'true' } }
  }
}

const code = (errorCode: string): object => ({ details: { error_code: errorCode } })
const requestError = (text: (details: FailureDetails) => string): Maker => {
  return (details) => error(400, 'invalid_request_error', text(details))(details)
}

function limitOf({ refusal }: FailureDetails): string {
  if (refusal === null) return '2,000,000 input tokens'
  return `${refusal.level.limit.toLocaleString('en-US')} ${refusal.measure}`
}

const makers: Partial<Record<FailureKind, Maker>> = {
  rateLimit: waiting((details) =>
    error(
      429,
      'rate_limit_error',
      `This request would exceed your organization's rate limit of ${limitOf(details)} per minute. For details, refer to: https://docs.claude.com/en/api/rate-limits.`,
    )(details),
  ),
  rampLimit: waiting(
    error(
      429,
      'rate_limit_error',
      'This request would exceed the acceleration limit of your organization.',
      code('ramp_limit_exceeded'),
    ),
  ),
  quotaExhausted: error(
    429,
    'rate_limit_error',
    'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
    code('enforced_spend_limit_reached'),
  ),
  spendLimit: error(
    429,
    'rate_limit_error',
    'Your organization has reached the spend limit of its contract.',
    code('contract_spend_limit_reached'),
  ),
  creditExhausted: error(
    400,
    'invalid_request_error',
    'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
  ),
  billing: error(402, 'billing_error', 'There is a problem with the payment method of your organization.'),
  authMissing: error(401, 'authentication_error', 'x-api-key header is required'),
  authInvalid: error(401, 'authentication_error', 'invalid x-api-key'),
  permissionDenied: error(
    403,
    'permission_error',
    'Your API key does not have permission to use the specified resource.',
  ),
  modelMissing: (details) => error(404, 'not_found_error', `model: ${details.model}`)(details),
  pathMissing: error(404, 'not_found_error', 'Not found'),
  methodWrong: error(405, 'invalid_request_error', 'Method Not Allowed'),
  bodyTooLarge: error(413, 'request_too_large', 'Request exceeds the maximum size'),
  contextTooLong: requestError(({ given, limit }) => `prompt is too long: ${given} tokens > ${limit} maximum`),
  inputBlocked: requestError(() => 'Output blocked by content filtering policy'),
  invalidJson: requestError(() => 'The request body is not valid JSON: unexpected character: line 1 column 1 (char 0)'),
  invalidRequest: requestError(({ message }) => message),
  serverError: error(500, 'api_error', 'Internal server error'),
  unavailable: error(503, 'api_error', 'Service temporarily unavailable'),
  overloaded: error(529, 'overloaded_error', 'Overloaded'),
  deadlineExceeded: error(504, 'timeout_error', 'Request timed out'),
}

export const failure = (kind: FailureKind, details: FailureDetails): Failure | null => makers[kind]?.(details) ?? null
