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
}

const nothing = { usage: null, servedModel: null, flags: [] } as const

/** Where another target would be told the same, none is asked. A class that is not ours came from the worker itself. */
function mayRetry(failure: string): boolean {
  const known = Object.entries(failures).find(([name]) => name === failure)
  return known === undefined || known[1].retryable
}

function unbilled(failure: string, sent: boolean): Verdict {
  const booking: Booking | null = sent ? { ...nothing, kind: 'free', failure } : null
  const next = mayRetry(failure) ? 'always' : 'never'
  return { booking, answer: null, ending: 'failed', reason: failure, counts: false, next }
}

function unknown(failure: string): Verdict {
  const booking: Booking = { ...nothing, kind: 'unknown', failure }
  return { booking, answer: null, ending: 'unknown', reason: failure, counts: true, next: 'availability' }
}

function judged(judgement: Judgement): Verdict {
  switch (judgement.kind) {
    case 'answer': {
      const { answer } = judgement
      const { usage, servedModel, repaired, drifted } = answer
      const flags = [...(repaired ? ['repaired'] : []), ...(drifted ? ['drifted'] : [])]
      const booking: Booking = { kind: 'paid', failure: null, usage, servedModel, flags }
      return { booking, answer, ending: 'ok', reason: null, counts: false, next: 'never' }
    }
    case 'unusable': {
      const { failure, usage, servedModel } = judgement
      const booking: Booking = { kind: 'paid', failure, usage, servedModel, flags: ['unusable'] }
      return { booking, answer: null, ending: 'failed', reason: failure, counts: true, next: 'availability' }
    }
    case 'unbilled':
      return unbilled(judgement.failure, true)
    case 'ambiguous':
      return unknown(judgement.failure)
    case 'none':
      return unknown('unreadable_answer')
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
      return {
        booking: null,
        answer: null,
        ending: 'limits',
        reason: failure ?? 'deadline',
        counts: false,
        next: 'never',
      }
  }
}
