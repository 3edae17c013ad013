// Errors in each vendor's own words. Which vendor has which is known to the vendors' folders.
import { vendors } from '../apis/registry.ts'
import type { FailureDetails, FailureKind } from '../apis/vendor.ts'
import type { Fault, Parameters } from './fault.ts'

const probe: FailureDetails = {
  model: '',
  path: '',
  method: '',
  message: '',
  param: null,
  code: null,
  retryAfterMs: null,
  sayMilliseconds: false,
  refusal: null,
  given: 0,
  limit: 0,
  requestId: '',
}

function failing(name: string, failure: FailureKind, about: string, parameters: Parameters = {}): Fault {
  const apis = vendors.filter((vendor) => vendor.failure(failure, probe) !== null).map((vendor) => vendor.api)
  return { name, about, apis, parameters, billed: false, effect: { on: 'failure', failure } }
}

const waits: Parameters = { 'retry-after-ms': '2000', say: 'seconds' }

export const failureFaults: readonly Fault[] = [
  failing(
    'rate-limit',
    'rateLimit',
    '429; `retry-after` in whole seconds, with `say=both` also `retry-after-ms`; Gemini says it in RetryInfo',
    waits,
  ),
  failing('rate-limit-silent', 'rateLimit', '429 that does not say when to come back', { say: 'nothing' }),
  failing('slow-down', 'slowDown', '503 `slow_down`, a rate limit', waits),
  failing('ramp-limit', 'rampLimit', '429 `ramp_limit_exceeded`: usage grew too fast', waits),
  failing(
    'quota-exhausted',
    'quotaExhausted',
    '429 that is money: `insufficient_quota`, `enforced_spend_limit_reached`, a daily quota',
  ),
  failing(
    'credit-exhausted',
    'creditExhausted',
    'no credit left: 429 `credit_balance_exhausted`, or 400 with a sentence',
  ),
  failing(
    'spend-limit',
    'spendLimit',
    '429 of a spend limit: `project_spend_limit_exceeded`, `contract_spend_limit_reached`',
  ),
  failing('billing', 'billing', 'the account cannot pay: 402, or 429 `billing_not_active`'),
  failing('auth-invalid', 'authInvalid', 'wrong key: 401, for Gemini 400 `API_KEY_INVALID`'),
  failing('auth-missing', 'authMissing', 'no key'),
  failing('permission-denied', 'permissionDenied', '403'),
  failing('model-missing', 'modelMissing', 'no such model: 404, for OpenAI responses 400'),
  failing('context-too-long', 'contextTooLong', '400: the prompt is longer than the model can read'),
  failing('input-blocked', 'inputBlocked', '400: the prompt was refused by a filter'),
  failing('invalid-request', 'invalidRequest', '400 about some parameter'),
  failing('body-too-large', 'bodyTooLarge', '413'),
  failing('request-timeout', 'requestTimeout', '408'),
  failing('server-error', 'serverError', '500'),
  failing('unavailable', 'unavailable', '503'),
  failing('overloaded', 'overloaded', '529 `overloaded_error`'),
  failing('deadline-exceeded', 'deadlineExceeded', "504 in the vendor's own shape"),
]
