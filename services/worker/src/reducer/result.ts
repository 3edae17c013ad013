import type { UnsentReason } from '@waybill/providers/unsent'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { Outcome } from '@waybill/schemas/generated/outcome'
import type { Result } from '@waybill/schemas/generated/result'
import { results } from '@waybill/schemas/topics'
import type { Output } from '@waybill/runtime/task/stage'

export const attemptOf = ({ claim, attempt }: Pick<Dispatch, 'claim' | 'attempt'>): string => `${claim}.${attempt}`

const withoutAnswer: Omit<Outcome, 'kind' | 'failure' | 'startedAt' | 'endedAt'> = {
  status: null,
  headers: {},
  body: null,
  retryAfterMs: null,
  coolDown: null,
  sentAt: null,
  callMs: null,
  ignored: [],
  headroom: null,
}

/** Call slots come free as calls end: about as soon as one does. */
export const slotsFreeInMs = 5_000

/** Somebody has to set a key, and start the worker anew. */
const accountMissingMs = 60_000

const noneLeft: Readonly<Partial<Record<UnsentReason, Outcome['headroom']>>> = {
  no_permit: { share: 0, fullInMs: slotsFreeInMs },
  no_account: { share: 0, fullInMs: accountMissingMs },
}

/** No call was made. */
export const notSent = (failure: UnsentReason, startedAt: number, now: number): Outcome => ({
  ...withoutAnswer,
  kind: failure === 'deadline' ? 'limits' : 'notSent',
  failure,
  startedAt,
  endedAt: now,
  headroom: noneLeft[failure] ?? null,
})

/** Nobody can say whether the call was made. */
export const orphan = (startedAt: number, now: number): Outcome => ({
  ...withoutAnswer,
  kind: 'orphan',
  failure: null,
  startedAt,
  endedAt: now,
})

/** The headers end the chain even where the value cannot be read. */
export function resultOutput(dispatch: Dispatch, outcome: Outcome, worker: string): Output {
  const { claim, attempt, owner, tenant, hash } = dispatch
  const value: Result = { dispatch, outcome, worker }
  const headers = { claim, attempt: `${attempt}`, k: `${dispatch.k}`, owner, tenant, id: owner, hash }
  return { topic: results, key: hash, value, headers }
}
