import type { Answer } from '@waybill/schemas/generated/answer'
import { vendorApis } from '@waybill/providers/registry'
import type { Verdict } from '@waybill/providers/settle'
import { checksOf, settle } from '@waybill/providers/settle'
import { handle } from '@waybill/providers/validation/thread'
import type { AnswerOutcome, VendorApi } from '@waybill/providers/vendor-api'
import type { Recording } from './recording.ts'
import { requestOf, targetOf } from './recorded-request.ts'
import type { Called } from './sdk-call.ts'
import { callThroughSdk } from './sdk-call.ts'

/** What became of one recording on its way through the SDK and our code. */
export interface Replayed {
  readonly recording: Recording
  /** One word or two: completed/toolCalls, unusable/malformed_call, failure/auth … */
  readonly outcome: string
  readonly answer: Answer | null
  readonly called: Called | null
  /** What threw; a recording that threw is a fault whatever it holds. */
  readonly thrown: string | null
}

export async function replay(recording: Recording, url: string): Promise<Replayed> {
  try {
    const target = targetOf(recording)
    const api = vendorApis[target.api]
    if (api === undefined) return { recording, outcome: 'unclassified', answer: null, called: null, thrown: null }
    const prepared = api.request(requestOf(recording), target, { maxOutputTokens: 4_096 })
    if (prepared.kind === 'rejected')
      return { recording, outcome: `rejected/${prepared.reason}`, answer: null, called: null, thrown: null }
    const called = await callThroughSdk(target.api, prepared.prepared.body, url)
    return { recording, ...classified(recording, called, api), called, thrown: null }
  } catch (error) {
    const thrown = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0] ?? ''}` : String(error)
    return { recording, outcome: 'thrown', answer: null, called: null, thrown }
  }
}

function classified(recording: Recording, called: Called, api: VendorApi): Pick<Replayed, 'outcome' | 'answer'> {
  if (called.status !== 200) return { outcome: `failure/${api.failure(called).failure}`, answer: null }
  const context = { request: requestOf(recording), target: targetOf(recording), headers: called.headers }
  return settled(api.answer(called.body, context))
}

function settled(outcome: AnswerOutcome): Pick<Replayed, 'outcome' | 'answer'> {
  if (outcome.kind === 'unusable') return { outcome: `unusable/${outcome.failure}`, answer: null }
  if (outcome.kind !== 'answer') return { outcome: `${outcome.kind}/${outcome.failure.failure}`, answer: null }
  const verdicts = checksOf(outcome.answer).map((check): Verdict => handle(check))
  const end = settle(outcome.answer, verdicts)
  if (end.kind === 'unusable') return { outcome: `unusable/${end.failure}`, answer: null }
  return { outcome: `${end.answer.status}/${end.answer.finishReason}`, answer: end.answer }
}
