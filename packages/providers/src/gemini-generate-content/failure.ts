import type { Failure, FailureClass } from '../failure.ts'
import { failureOf } from '../failure.ts'
import { arrayAt, isArray, objectAt, parseBody, stringAt } from '../json.ts'
import { retryAfterOf, retryInfoOf } from '../retry-after.ts'
import { classOfStatus } from '../status.ts'
import type { VendorResponse } from '../vendor-api.ts'

const byStatus: ReadonlyMap<string, FailureClass> = new Map([
  ['UNAUTHENTICATED', 'auth'],
  ['PERMISSION_DENIED', 'auth'],
  ['NOT_FOUND', 'config'],
  ['RESOURCE_EXHAUSTED', 'rate_limited'],
  ['UNAVAILABLE', 'overloaded'],
  ['INTERNAL', 'server_error'],
  ['DEADLINE_EXCEEDED', 'server_error'],
])

export function readFailure(response: VendorResponse): Failure {
  const body = parseBody(response.body)
  // Some gateways of the vendor send the object in a list of one.
  const error = objectAt(isArray(body) ? body[0] : body, 'error')
  const found = classOfStatus(response.status, error !== null, classOfError(error))
  return failureOf(found, retryAfterOf(response.headers, response.now ?? null) ?? retryInfoOf(error))
}

function classOfError(error: unknown): FailureClass | null {
  const details = arrayAt(error, 'details')
  const status = stringAt(error, 'status')
  // A wrong key is a 400 here.
  if (details.some((detail) => stringAt(detail, 'reason') === 'API_KEY_INVALID')) return 'auth'
  if (status === 'RESOURCE_EXHAUSTED' && details.some(isDailyQuota)) return 'quota'
  if (status === 'INVALID_ARGUMENT' && /token count.*exceeds/isu.test(stringAt(error, 'message') ?? ''))
    return 'input_too_long'
  return status === null ? null : (byStatus.get(status) ?? null)
}

/** A quota of a day does not come back within any budget. */
function isDailyQuota(detail: unknown): boolean {
  return arrayAt(detail, 'violations').some((each) => /PerDay/u.test(stringAt(each, 'quotaId') ?? ''))
}
