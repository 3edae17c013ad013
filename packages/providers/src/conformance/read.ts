import type { Answer } from '@waybill/schemas/generated/answer'
import type { Request } from '@waybill/schemas/generated/request'
import type { Failure } from '../failure.ts'
import { vendorApis } from '../registry.ts'
import type { Settled, Verdict } from '../settle.ts'
import { checksOf, settle } from '../settle.ts'
import { handle } from '../validation/thread.ts'
import type { AnswerOutcome, Prepared, VendorApi } from '../vendor-api.ts'
import type { ApiName } from './given.ts'
import { requestWith, targetFor } from './given.ts'

export function vendorApi(api: ApiName): VendorApi {
  const vendor = vendorApis[api]
  if (vendor === undefined) throw new Error(`${api} is not in the registry`)
  return vendor
}

export const bytes = (body: unknown): Uint8Array =>
  new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))

/** What a body of status 200 says. */
export const outcome = (
  api: ApiName,
  body: unknown,
  request: Request = requestWith(),
  headers: Readonly<Record<string, string>> = {},
  model?: string,
): AnswerOutcome => vendorApi(api).answer(bytes(body), { request, target: targetFor(api, model), headers })

/** The same after validation, as the normaliser would end it. */
export function settled(api: ApiName, body: unknown, request: Request = requestWith(), model?: string): Settled {
  const read = outcome(api, body, request, {}, model)
  if (read.kind !== 'answer') throw new Error(`no answer: ${read.kind}`)
  return settle(
    read.answer,
    checksOf(read.answer).map((check): Verdict => handle(check)),
  )
}

export function answer(api: ApiName, body: unknown, request: Request = requestWith(), model?: string): Answer {
  const end = settled(api, body, request, model)
  if (end.kind !== 'answer') throw new Error(`unusable: ${end.failure}`)
  return end.answer
}

export const failure = (
  api: ApiName,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Failure => vendorApi(api).failure({ status, headers, body: bytes(body) })

export function prepared(api: ApiName, request: Request, model?: string): Prepared {
  const made = vendorApi(api).request(request, targetFor(api, model), { maxOutputTokens: 4_096 })
  if (made.kind !== 'prepared') throw new Error(`rejected: ${made.reason}: ${made.detail}`)
  return made.prepared
}
