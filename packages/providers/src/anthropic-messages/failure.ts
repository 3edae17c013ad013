import type { Failure, FailureClass } from '../failure.ts'
import { failureOf } from '../failure.ts'
import { memberOf, objectAt, parseBody, stringAt } from '../json.ts'
import { retryAfterOf } from '../retry-after.ts'
import { classOfStatus } from '../status.ts'
import type { VendorResponse } from '../vendor-api.ts'

const byType: ReadonlyMap<string, FailureClass> = new Map([
  ['authentication_error', 'auth'],
  ['permission_error', 'auth'],
  ['billing_error', 'quota'],
  ['not_found_error', 'config'],
  ['request_too_large', 'input_too_long'],
  ['rate_limit_error', 'rate_limited'],
  ['overloaded_error', 'overloaded'],
  ['api_error', 'server_error'],
  ['timeout_error', 'server_error'],
])

/** A limit on money comes as a 429 that no waiting lifts. */
const spending = new Set(['enforced_spend_limit_reached', 'contract_spend_limit_reached'])

export function readFailure(response: VendorResponse): Failure {
  const error = objectAt(parseBody(response.body), 'error')
  const found = classOfStatus(response.status, error !== null, classOfError(error, response.status))
  return failureOf(found, retryAfterOf(response.headers, response.now ?? null))
}

function classOfError(error: unknown, status: number): FailureClass | null {
  const code = stringAt(memberOf(error, 'details'), 'error_code')
  if (code !== null && spending.has(code)) return 'quota'
  const type = stringAt(error, 'type')
  // The vendor has no code for these, only a sentence.
  if (type === 'invalid_request_error' && status === 400) return classOfSentence(stringAt(error, 'message') ?? '')
  return type === null ? null : (byType.get(type) ?? null)
}

function classOfSentence(message: string): FailureClass | null {
  if (/prompt is too long|exceed(?:s|ed)? (?:the )?context|input length and `max_tokens` exceed/iu.test(message))
    return 'input_too_long'
  if (/credit balance is too low/iu.test(message)) return 'quota'
  if (/content filtering policy/iu.test(message)) return 'content_filter'
  return null
}
