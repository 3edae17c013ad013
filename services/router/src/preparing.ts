import { bodyHash, contentHash, homePartition } from '@waybill/routing/hash'
import { canonicalHash } from '@waybill/routing/hash/canonical'
import type { Request } from '@waybill/schemas/generated/request'
import { problemOf } from './reducer/rules.ts'
import type { PreparedRequest } from './reducer/prepared.ts'

/** 22 characters of a hash: 88 bits, so that two ids of one claim do not meet. */
const shortened = (hash: string): string => hash.slice(0, 22)

/** All that can be known of a request without state. Never throws: a request without a canonical form has a problem. */
export function prepareRequest(request: Request, bytes: number, partitions: number): PreparedRequest {
  const problem = problemOf(request, bytes)
  try {
    const hash = contentHash(request)
    const body = request.idempotency === 'key' ? bodyHash(request) : null
    const askKey = shortened(canonicalHash(body === null ? [request.id] : [request.id, body]))
    return { type: 'request', request, hash, askKey, body, home: homePartition(hash, partitions), problem, grant: null }
  } catch {
    const detail = 'request: holds a text or a number that has no canonical JSON, such as half of a surrogate pair.'
    const unhashable = problem ?? { reason: 'invalid_request', detail }
    return { type: 'request', request, hash: null, askKey: '', body: null, home: 0, problem: unhashable, grant: null }
  }
}
