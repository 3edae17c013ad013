import type { Failure, FailureDetails, FailureKind } from '../vendor.ts'

type Maker = (details: FailureDetails) => Failure

const rpc = 'type.googleapis.com/google.rpc.'

function error(code: number, status: string, message: string, details: readonly object[] = []): Failure {
  return { status: code, body: { error: { code, message, status, ...(details.length === 0 ? {} : { details }) } } }
}

const quotaMessage =
  'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. To monitor your current usage, head to: https://ai.dev/rate-limit.'

/** The wait is in the body: this vendor sends no Retry-After. */
function quota(details: FailureDetails, metric: string, quotaId: string): Failure {
  const { model, retryAfterMs, refusal } = details
  const limit = refusal?.level.limit ?? 1_000
  const name = `generativelanguage.googleapis.com/${metric}`
  const violation = {
    quotaMetric: name,
    quotaId,
    quotaDimensions: { location: 'global', model },
    quotaValue: String(limit),
  }
  const wait = retryAfterMs === null ? '' : `\nPlease retry in ${retryAfterMs / 1_000}s.`
  const info = retryAfterMs === null ? [] : [{ '@type': `${rpc}RetryInfo`, retryDelay: `${retryAfterMs / 1_000}s` }]
  return error(
    429,
    'RESOURCE_EXHAUSTED',
    `${quotaMessage}\n* Quota exceeded for metric: ${name}, limit: ${limit}, model: ${model}${wait}`,
    [
      {
        '@type': `${rpc}Help`,
        links: [
          {
            description: 'Learn more about Gemini API quotas',
            url: 'https://ai.google.dev/gemini-api/docs/rate-limits',
          },
        ],
      },
      { '@type': `${rpc}QuotaFailure`, violations: [violation] },
      ...info,
    ],
  )
}

function badKey(message: string): Failure {
  const info = {
    '@type': `${rpc}ErrorInfo`,
    reason: 'API_KEY_INVALID',
    domain: 'googleapis.com',
    metadata: { service: 'generativelanguage.googleapis.com' },
  }
  return error(400, 'INVALID_ARGUMENT', message, [
    info,
    { '@type': `${rpc}LocalizedMessage`, locale: 'en-US', message },
  ])
}

const makers: Partial<Record<FailureKind, Maker>> = {
  rateLimit: (details) =>
    details.refusal?.measure === 'requests'
      ? quota(details, 'generate_content_paid_tier_requests', 'GenerateRequestsPerMinutePerProjectPerModel')
      : quota(
          details,
          'generate_content_paid_tier_input_token_count',
          'GenerateContentPaidTierInputTokensPerModelPerMinute',
        ),
  quotaExhausted: (details) =>
    quota(details, 'generate_requests_per_model_per_day', 'GenerateRequestsPerDayPerProjectPerModel'),
  billing: () => error(402, 'FAILED_PRECONDITION', 'Billing is required to use this model.'),
  authMissing: () => badKey('API key not valid. Please pass a valid API key.'),
  authInvalid: () => badKey('API key not valid. Please pass a valid API key.'),
  permissionDenied: () =>
    error(403, 'PERMISSION_DENIED', 'Your project has been denied access. Please contact support.'),
  modelMissing: ({ model }) =>
    error(
      404,
      'NOT_FOUND',
      `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ModelService.ListModels to see the list of available models and their supported methods.`,
    ),
  pathMissing: () => error(404, 'NOT_FOUND', 'Requested entity was not found.'),
  methodWrong: () => error(405, 'UNIMPLEMENTED', 'Method not allowed.'),
  bodyTooLarge: ({ limit }) =>
    error(413, 'INVALID_ARGUMENT', `Request payload size exceeds the limit: ${limit} bytes.`),
  contextTooLong: ({ given, limit }) =>
    error(
      400,
      'INVALID_ARGUMENT',
      `The input token count (${given}) exceeds the maximum number of tokens allowed (${limit}).`,
    ),
  inputBlocked: () => error(400, 'INVALID_ARGUMENT', 'The request was blocked by policy.'),
  invalidJson: () => error(400, 'INVALID_ARGUMENT', 'Invalid JSON payload received. Unexpected token.\n\n^'),
  invalidRequest: ({ message }) => error(400, 'INVALID_ARGUMENT', message),
  serverError: () =>
    error(
      500,
      'INTERNAL',
      'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
    ),
  unavailable: () => error(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'),
  deadlineExceeded: () => error(504, 'DEADLINE_EXCEEDED', 'Deadline expired before operation could complete.'),
}

export const failure = (kind: FailureKind, details: FailureDetails): Failure | null => makers[kind]?.(details) ?? null
