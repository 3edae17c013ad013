import type { Failure, FailureClass } from '../failure.ts'
import { failureOf } from '../failure.ts'
import { objectAt, parseBody, stringAt } from '../json.ts'
import { retryAfterOf } from '../retry-after.ts'
import { classOfStatus } from '../status.ts'
import type { VendorResponse } from '../vendor-api.ts'

const byCode: ReadonlyMap<string, FailureClass> = new Map([
  ['insufficient_quota', 'quota'],
  ['credit_balance_exhausted', 'quota'],
  ['billing_hard_limit_reached', 'quota'],
  ['billing_not_active', 'quota'],
  ['rate_limit_exceeded', 'rate_limited'],
  ['slow_down', 'rate_limited'],
  ['invalid_api_key', 'auth'],
  ['account_deactivated', 'auth'],
  ['model_not_found', 'config'],
  ['deprecated_model', 'config'],
  ['context_length_exceeded', 'input_too_long'],
  ['string_above_max_length', 'input_too_long'],
  ['request_too_large', 'input_too_long'],
  ['content_filter', 'content_filter'],
  ['content_policy_violation', 'content_filter'],
  ['invalid_prompt', 'content_filter'],
  ['bio_policy', 'content_filter'],
  ['misalignment_policy_violation', 'content_filter'],
  ['image_content_policy_violation', 'content_filter'],
  ['server_error', 'server_error'],
  ['server_is_overloaded', 'overloaded'],
])

/** What the vendor's own word for an error means, whatever status it came with. */
export function classOfCode(error: unknown): FailureClass | null {
  for (const name of [stringAt(error, 'code'), stringAt(error, 'type')]) {
    if (name === null) continue
    if (name.endsWith('_spend_limit_exceeded')) return 'quota'
    const known = byCode.get(name)
    if (known !== undefined) return known
  }
  return null
}

/** Both APIs answer errors alike. */
export function openaiFailure(response: VendorResponse): Failure {
  const error = objectAt(parseBody(response.body), 'error')
  const failure = classOfStatus(response.status, error !== null, classOfCode(error))
  return failureOf(failure, retryAfterOf(response.headers, response.now ?? null))
}
