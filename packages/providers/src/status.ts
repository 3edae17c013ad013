import type { FailureClass } from './failure.ts'

const byStatus: ReadonlyMap<number, FailureClass> = new Map([
  [401, 'auth'],
  [402, 'quota'],
  [403, 'auth'],
  [404, 'config'],
  [408, 'server_error'],
  [409, 'server_error'],
  [413, 'input_too_long'],
  [425, 'rate_limited'],
  [429, 'rate_limited'],
  [503, 'overloaded'],
  [529, 'overloaded'],
])

/**
 * What a status means where the vendor's own word, if it gave one, says no more. A 5xx without the vendor's error body
 * is a gateway's, so the call behind it may have run.
 */
export function classOfStatus(status: number, hasVendorError: boolean, named: FailureClass | null): FailureClass {
  if (status < 400) return 'unexpected_status'
  // A gateway in front of the vendor gives up waiting with 408 too.
  if (!hasVendorError && (status >= 500 || status === 408)) return 'gateway_error'
  return named ?? byStatus.get(status) ?? (status >= 500 ? 'server_error' : 'invalid_request')
}
