// What one result means for its chain: docs and tests follow the table of the protocol row by row.
import { failures } from '@waybill/providers/failure'
import type { Response } from '@waybill/schemas/generated/response'
import type { Booking } from './cost-record.ts'
import type { Judgement, Prepared } from './prepared.ts'

export interface Verdict {
  /** How the call is booked; null where none was made. */
  readonly booking: Booking | null
  /** The answer, where there is a usable one. */
  readonly answer: Extract<Judgement, { readonly kind: 'answer' }>['answer'] | null
  /** How the chain ends if it ends here. */
  readonly ending: Response['kind']
  readonly reason: string | null
  /** Whether the call brought no answer and is not known to be unbilled: what k counts. */
  readonly counts: boolean
  /** Whether another target may be tried. */
  readonly next: 'always' | 'availability' | 'never'
  /** What is to be left alone beside the target: all that the account's key opens, or all of the provider. */
  readonly avoids: 'nothing' | 'account' | 'provider'
}

const nothing = { usage: null, servedModel: null, servedTier: null, flags: [] } as const

type FailureRow = (typeof failures)[keyof typeof failures]
const rows: ReadonlyMap<string, FailureRow> = new Map(Object.entries(failures))

/** What the worker says of orders that no other worker could do better with. */
const hopeless = new Set(['too_large', 'unreadable_request', 'unreadable_dispatch'])

/** Where another target would be told the same, none is asked. A class that is not ours came from the worker itself. */
const mayRetry = (failure: string): boolean => rows.get(failure)?.retryable ?? !hopeless.has(failure)

function avoidedAfter(failure: string): Verdict['avoids'] {
  const coolDown = rows.get(failure)?.coolDown
  if (coolDown === 'provider') return 'provider'
  return coolDown === 'key' || failure === 'no_account' ? 'account' : 'nothing'
}

function unbilled(failure: string, sent: boolean): Verdict {
  return {
    booking: sent ? { ...nothing, kind: 'free', failure } : null,
    answer: null,
    ending: 'failed',
    reason: failure,
    counts: false,
    next: mayRetry(failure) ? 'always' : 'never',
    avoids: avoidedAfter(failure),
  }
}

function unknown(failure: string): Verdict {
  return {
    booking: { ...nothing, kind: 'unknown', failure },
    answer: null,
    ending: 'unknown',
    reason: failure,
    counts: true,
    next: mayRetry(failure) ? 'availability' : 'never',
    avoids: avoidedAfter(failure),
  }
}

/** A bill that cannot be worked out is not a paid one. */
const billed = ({ usageSuspect }: { readonly usageSuspect: boolean }): 'paid' | 'unknown' =>
  usageSuspect ? 'unknown' : 'paid'

function answered(judgement: Extract<Judgement, { readonly kind: 'answer' }>): Verdict {
  const { answer, servedTier } = judgement
  const { usage, servedModel, repaired, drifted } = answer
  const flags = [...(repaired ? ['repaired'] : []), ...(drifted ? ['drifted'] : [])]
  return {
    booking: { kind: billed(judgement), failure: null, usage, servedModel, servedTier, flags },
    answer,
    ending: 'ok',
    reason: null,
    counts: false,
    next: 'never',
    avoids: 'nothing',
  }
}

function unusable(judgement: Extract<Judgement, { readonly kind: 'unusable' }>): Verdict {
  const { failure, usage, servedModel, servedTier, drifted } = judgement
  const flags = ['unusable', ...(drifted ? ['drifted'] : [])]
  return {
    booking: { kind: billed(judgement), failure, usage, servedModel, servedTier, flags },
    answer: null,
    ending: 'failed',
    reason: failure,
    counts: true,
    next: mayRetry(failure) ? 'availability' : 'never',
    avoids: 'nothing',
  }
}

function judged(judgement: Judgement): Verdict {
  switch (judgement.kind) {
    case 'answer':
      return answered(judgement)
    case 'unusable':
      return unusable(judgement)
    case 'unbilled':
      return unbilled(judgement.failure, true)
    case 'ambiguous':
      return unknown(judgement.failure)
    case 'none':
      return unknown('unreadable_answer')
  }
}

function outOfTime(reason: string): Verdict {
  return {
    booking: null,
    answer: null,
    ending: 'limits',
    reason,
    counts: false,
    next: 'never',
    avoids: 'nothing',
  }
}

export function verdictOf({ result, judgement }: Prepared): Verdict {
  const { kind, failure, sentAt } = result.outcome
  switch (kind) {
    case 'ok':
      return judged(judgement)
    case 'unbilled':
      return unbilled(failure ?? 'server_error', sentAt !== null)
    case 'notSent':
      return unbilled(failure ?? 'not_sent', false)
    case 'ambiguous':
    case 'other':
      return unknown(failure ?? 'ambiguous')
    case 'orphan':
      return unknown('orphan')
    case 'limits':
      return outOfTime(failure ?? 'deadline')
  }
}
