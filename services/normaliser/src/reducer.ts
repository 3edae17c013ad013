// The normaliser as a pure function: every result is settled in one step, with its cost, and one of response and dispatch.
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { NormaliserState } from '@waybill/schemas/generated/normaliser-state'
import type { Response } from '@waybill/schemas/generated/response'
import { costs, dispatches, responses } from '@waybill/schemas/topics'
import type { Context, Output, Reducer, StageEvent, Step } from '@waybill/runtime/task/stage'
import { costRecordOf } from './reducer/cost-record.ts'
import type { Continuation } from './reducer/failover.ts'
import { continuationOf, unknownOf } from './reducer/failover.ts'
import { lostOf } from './reducer/lost.ts'
import type { Prepared, Tables } from './reducer/prepared.ts'
import type { Verdict } from './reducer/verdict.ts'
import { verdictOf } from './reducer/verdict.ts'

type Settings = Pick<ProtocolSettings, 'startByShare' | 'startByMaxMs'>
type Unreadable = Extract<StageEvent<Prepared, never>, { readonly kind: 'unreadable' }>
type Headers = Readonly<Record<string, string>>
type NormaliserStep = Step<NormaliserState, never>

const headersOf = ({ claim, attempt, k, owner, tenant, hash }: Dispatch): Headers => ({
  claim,
  attempt: `${attempt}`,
  k: `${k}`,
  owner,
  tenant,
  id: owner,
  hash,
})

function responseOf({ result }: Prepared, verdict: Verdict, cost: Cost | null, next: Continuation): Response {
  const { dispatch, outcome } = result
  const { claim, hash, tenant, owner, attempt, flagged, appendedAt } = dispatch
  // A call that may have been billed must not be followed by an heir's.
  const limit = next?.kind === 'limits' && !verdict.counts ? next.limit : null
  return {
    claim,
    hash,
    tenant,
    owner,
    kind: limit === null ? verdict.ending : 'limits',
    reason: limit ?? verdict.reason,
    answer: verdict.answer,
    k: dispatch.k + (verdict.counts ? 1 : 0),
    attempts: attempt,
    flagged,
    costPicoUsd: dispatch.spentPicoUsd + (cost?.costPicoUsd ?? 0),
    unknownPicoUsd: unknownOf(dispatch, cost),
    timings: { appendedAt, sentAt: outcome.sentAt, endedAt: outcome.endedAt, callMs: outcome.callMs },
  }
}

const costOutput = (cost: Cost, headers: Headers): Output => ({ topic: costs, key: cost.claim, value: cost, headers })

function carried(prepared: Prepared, verdict: Verdict, cost: Cost | null, next: Continuation): Output {
  if (next?.kind === 'dispatch') {
    const { dispatch } = next
    const topic = dispatches(dispatch.target.provider)
    return { topic, key: dispatch.hash, value: dispatch, headers: headersOf(dispatch) }
  }
  const value = responseOf(prepared, verdict, cost, next)
  return { topic: responses, key: value.hash, value, headers: headersOf(prepared.result.dispatch) }
}

function settle(
  prepared: Prepared,
  verdict: Verdict,
  { now, tables: { catalogue } }: Context<Tables>,
  settings: Settings,
): NormaliserStep {
  const cost = verdict.booking === null ? null : costRecordOf(prepared, verdict.booking, catalogue)
  const next = continuationOf(prepared, verdict, cost, { now, catalogue, settings })
  const chain = carried(prepared, verdict, cost, next)
  return { outputs: cost === null ? [chain] : [costOutput(cost, headersOf(prepared.result.dispatch)), chain] }
}

/** A result that was read but cannot be passed on ends its chain; what it cost stays. */
function settleUnreadable(
  { arrival, reason, value }: Unreadable,
  context: Context<Tables>,
  settings: Settings,
): NormaliserStep {
  if (value === null) return settleLost(arrival)
  const verdict = verdictOf(value)
  const counts = verdict.counts || verdict.answer !== null
  const ended = { ...verdict, answer: null, ending: 'failed', reason, counts, next: 'never' } as const
  return settle(value, { ...ended, booking: unusableOf(verdict, reason) }, context, settings)
}

/** An answer that cannot be passed on is billed all the same, and of no use. */
function unusableOf({ answer, booking }: Verdict, failure: string): Verdict['booking'] {
  if (answer === null || booking === null) return booking
  return { ...booking, failure, flags: ['unusable', ...booking.flags] }
}

function settleLost({ headers, timestamp }: Unreadable['arrival']): NormaliserStep {
  const lost = lostOf(headers, timestamp)
  if (lost === null) return {}
  const { cost, response } = lost
  return {
    outputs: [costOutput(cost, headers), { topic: responses, key: response.hash, value: response, headers }],
  }
}

/** @param settings when a backup must have started */
export const normaliserReducer = (settings: Settings): Reducer<NormaliserState, Prepared, never, never, Tables> => ({
  step(_, event: StageEvent<Prepared, never>, context) {
    switch (event.kind) {
      case 'record':
        return settle(event.value, verdictOf(event.value), context, settings)
      case 'unreadable':
        return settleUnreadable(event, context, settings)
      case 'takenOver':
      case 'outcome':
      case 'timer':
        return {}
    }
  },
})
