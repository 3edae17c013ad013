import type { Answer } from '@waybill/schemas/generated/answer'
import type { Request } from '@waybill/schemas/generated/request'
import { vendorApis } from '../registry.ts'
import type { Verdict } from '../settle.ts'
import { checksOf, settle } from '../settle.ts'
import { handle } from '../validation/thread.ts'
import type { VendorApi } from '../vendor-api.ts'
import type { ApiName } from './given.ts'
import { targetFor } from './given.ts'
import type { Spoken } from './spoken.ts'
import { bodyOf } from './spoken.ts'

type Each<Value> = Readonly<Partial<Record<ApiName, Value>>>

/** What a vendor sends instead of an answer in its usual shape. */
export interface Sent {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Text as it stands, or what is sent as JSON. */
  readonly body: unknown
}

export type SentByApi = Each<Sent | null>

/** One thing that happens, the same for every vendor, and what must come of it. */
export interface Situation {
  readonly name: string
  readonly request?: Request
  /** What the model says; put in each vendor's shape. */
  readonly spoken?: Spoken
  /** Where a vendor has its own way of it; null where it has none. */
  readonly sent?: SentByApi
  /** In words: `completed/stop`, `unusable/schema_mismatch`, `failure/auth (unbilled)`, `prepared`, `rejected/reason`. */
  readonly expected: string | Each<string>
  /** What else must hold of an answer. */
  readonly holds?: (answer: Answer, api: ApiName) => boolean
  /** What must hold of the parameters that the vendor gets. */
  readonly prepares?: (body: Readonly<Record<string, unknown>>, api: ApiName) => boolean
}

export interface Outcome {
  readonly outcome: string
  readonly answer: Answer | null
  readonly body: Readonly<Record<string, unknown>> | null
}

const bytesOf = (body: unknown): Uint8Array =>
  body instanceof Uint8Array ? body : new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))

/** What comes of a situation with one API; null where the vendor has no such thing. */
export function outcomeOf(situation: Situation, api: ApiName, request: Request): Outcome | null {
  const vendor = vendorApis[api]
  const sent = sentBy(situation, api)
  if (vendor === undefined || sent === null) return null
  if (sent === undefined) return requested(vendor, api, request)
  const body = bytesOf(sent.body)
  if (sent.status !== undefined && sent.status !== 200) return failed(vendor, { ...sent, status: sent.status, body })
  return answered(vendor, api, request, { ...sent, body })
}

function sentBy(situation: Situation, api: ApiName): Sent | null | undefined {
  const own = situation.sent?.[api]
  if (own !== undefined) return own
  return situation.spoken === undefined ? undefined : { body: bodyOf(api, situation.spoken) }
}

function requested(vendor: VendorApi, api: ApiName, request: Request): Outcome {
  const outcome = vendor.request(request, targetFor(api), { maxOutputTokens: 4_096 })
  if (outcome.kind === 'rejected') return { outcome: `rejected/${outcome.reason}`, answer: null, body: null }
  const { body, ignored } = outcome.prepared
  return { outcome: ignored.length === 0 ? 'prepared' : `prepared, ignores ${ignored.join(', ')}`, answer: null, body }
}

function failed(vendor: VendorApi, sent: Sent & { status: number; body: Uint8Array }): Outcome {
  const { failure, unbilled, retryAfterMs } = vendor.failure({
    status: sent.status,
    headers: sent.headers ?? {},
    body: sent.body,
  })
  const wait = retryAfterMs === null ? '' : `, wait ${retryAfterMs} ms`
  return { outcome: `failure/${failure} (${unbilled ? 'unbilled' : 'ambiguous'}${wait})`, answer: null, body: null }
}

function answered(vendor: VendorApi, api: ApiName, request: Request, sent: Sent & { body: Uint8Array }): Outcome {
  const read = vendor.answer(sent.body, { request, target: targetFor(api), headers: sent.headers ?? {} })
  if (read.kind === 'unusable') return { outcome: `unusable/${read.failure}`, answer: null, body: null }
  if (read.kind !== 'answer') return { outcome: `${read.kind}/${read.failure.failure}`, answer: null, body: null }
  const settled = settle(
    read.answer,
    checksOf(read.answer).map((check): Verdict => handle(check)),
  )
  if (settled.kind === 'unusable') return { outcome: `unusable/${settled.failure}`, answer: null, body: null }
  const { answer } = settled
  return {
    outcome: `${answer.status}/${answer.finishReason}${answer.repaired ? ', repaired' : ''}`,
    answer,
    body: null,
  }
}
