// The content hash: what makes two requests the same work. docs/hash.md says it in words, docs/hash-vectors.json by example.
import type { Request } from '@waybill/schemas/generated/request'
import { requestRecord } from '@waybill/schemas/generated/request'
import { canonicalHash } from './hash/canonical.ts'
import { partitionOfKey } from './hash/murmur2.ts'
import { projectRecord } from './hash/projection.ts'

export type HashInput = Request

/** Changes when the meaning of the hash does, and with it every hash. */
const version = 'waybill.request.1'

/** What does not change the work: who waits for it, how long, how much it may cost, and what is only passed through. */
export const unhashedFields: readonly (keyof Request)[] = [
  'id',
  'latencyBudgetMs',
  'costCeilingMicroUsd',
  'replyTo',
  'priority',
  'labels',
  'metadata',
  'affinity',
  'createdAt',
]

const content = projectRecord(requestRecord.avro, new Set(unhashedFields))
const body = projectRecord(requestRecord.avro, new Set([...unhashedFields, 'idempotency', 'idempotencyKey']))

/**
 * The name of the work that a request asks for, as lower-case hex: equal hashes share one call.
 * A false difference costs a call, a false match is a wrong answer, so in doubt two requests differ.
 * Throws on what has no canonical JSON: NaN, an infinity, half of a surrogate pair. None of them can be read from Avro
 * except the numbers, so a reader checks those first.
 */
export function contentHash(request: HashInput): string {
  switch (request.idempotency) {
    case 'none':
      return canonicalHash([version, 'none', request.tenant, request.id])
    case 'key':
      return canonicalHash([version, 'key', request.tenant, request.idempotencyKey ?? request.id])
    case 'content':
    case 'other':
      return canonicalHash([version, 'content', content(request)])
  }
}

/** The content hash that the request would have without a say in what is the same: under one key, bodies must agree. */
export function bodyHash(request: HashInput): string {
  return canonicalHash([version, 'content', body(request)])
}

/** The partition that a hash lives on: that of any standard producer which takes the hash as the record's key. */
export function homePartition(hash: string, partitions: number): number {
  return partitionOfKey(hash, partitions)
}
