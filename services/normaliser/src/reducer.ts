// The normaliser as a pure function: every result is settled in one step, with its cost, and one of response and dispatch.
import { startBy } from '@waybill/routing/plan'
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { NormaliserState } from '@waybill/schemas/generated/normaliser-state'
import type { Response } from '@waybill/schemas/generated/response'
import { costs, dispatches, responses } from '@waybill/schemas/topics'
import type { Arrival, Output, Reducer, StageEvent, Step } from '@waybill/runtime/task/stage'
import { boundOf, costRecordOf } from './reducer/cost-record.ts'
import type { Prepared } from './reducer/prepared.ts'
import type { Verdict } from './reducer/verdict.ts'
import { verdictOf } from './reducer/verdict.ts'

type Unreadable = Extract<StageEvent<Prepared, never>, { readonly kind: 'unreadable' }>
type Headers = Readonly<Record<string, string>>

const headersOf = ({ claim, attempt, k, owner, tenant, hash }: Dispatch): Headers => ({
  claim,
  attempt: `${attempt}`,
  k: `${k}`,
  owner,
  tenant,
  id: owner,
  hash,
})

/** Why the chain cannot go on although a target is left: the owner's limits. */
type Continuation = { readonly dispatch: Dispatch } | { readonly limit: 'deadline' | 'ceiling' } | null

const mayFollow = ({ dispatch }: Prepared['result'], { next }: Verdict): boolean =>
  dispatch.backupsAllowed > 0 && (next === 'always' || (next === 'availability' && dispatch.mode !== 'strict'))

/** What a cost record stands for when a ceiling is at stake: an unknown call may have cost its bound. */
const atMost = (cost: Cost | null): number => cost?.costPicoUsd ?? cost?.upperBoundPicoUsd ?? 0

/** Whether a call to this target could go beyond the owner's ceiling. */
function breaksCeiling(dispatch: Dispatch, target: string, cost: Cost | null, now: number): boolean {
  if (dispatch.costCeilingMicroUsd === null) return false
  const bound = boundOf(dispatch, target, now) ?? Infinity
  return dispatch.spentPicoUsd + atMost(cost) + bound > dispatch.costCeilingMicroUsd * 1e6
}

function nextOf(
  prepared: Prepared,
  verdict: Verdict,
  cost: Cost | null,
  now: number,
  settings: ProtocolSettings,
): Continuation {
  const { dispatch } = prepared.result
  const [target, ...backups] = dispatch.backups
  if (target === undefined || !mayFollow(prepared.result, verdict)) return null
  if (now >= dispatch.deadline) return { limit: 'deadline' }
  if (breaksCeiling(dispatch, target.id, cost, now)) return { limit: 'ceiling' }
  const k = dispatch.k + (verdict.counts ? 1 : 0)
  return {
    dispatch: {
      ...dispatch,
      attempt: dispatch.attempt + 1,
      k,
      flagged: k > 0,
      target,
      backups,
      backupsAllowed: dispatch.backupsAllowed - 1,
      startBy: startBy(now, dispatch.deadline, settings),
      explored: false,
      spentPicoUsd: dispatch.spentPicoUsd + (cost?.costPicoUsd ?? 0),
    },
  }
}

function responseOf({ result }: Prepared, verdict: Verdict, cost: Cost | null, limit: string | undefined): Response {
  const { dispatch, outcome } = result
  const { claim, hash, tenant, owner, attempt, flagged, appendedAt } = dispatch
  const k = dispatch.k + (verdict.counts ? 1 : 0)
  return {
    claim,
    hash,
    tenant,
    owner,
    // A call that may have been billed must not be followed by an heir's.
    kind: limit !== undefined && !verdict.counts ? 'limits' : verdict.ending,
    reason: limit !== undefined && !verdict.counts ? limit : verdict.reason,
    answer: verdict.answer,
    k,
    attempts: attempt,
    flagged,
    costPicoUsd: dispatch.spentPicoUsd + (cost?.costPicoUsd ?? 0),
    timings: { appendedAt, sentAt: outcome.sentAt, endedAt: outcome.endedAt, callMs: outcome.callMs },
  }
}

const costOutput = (cost: Cost, headers: Headers): Output => ({ topic: costs, key: cost.claim, value: cost, headers })

function settle(
  prepared: Prepared,
  verdict: Verdict,
  now: number,
  settings: ProtocolSettings,
): Step<NormaliserState, never> {
  const { dispatch } = prepared.result
  const cost = verdict.booking === null ? null : costRecordOf(prepared, verdict.booking)
  const outputs = cost === null ? [] : [costOutput(cost, headersOf(dispatch))]
  const next = nextOf(prepared, verdict, cost, now, settings)
  if (next !== null && 'dispatch' in next) {
    const { dispatch: following } = next
    const topic = dispatches(following.target.provider)
    return { outputs: [...outputs, { topic, key: following.hash, value: following, headers: headersOf(following) }] }
  }
  const value = responseOf(prepared, verdict, cost, next?.limit)
  return { outputs: [...outputs, { topic: responses, key: value.hash, value, headers: headersOf(dispatch) }] }
}

/** A result that cannot be processed ends its chain; what it cost stays. */
function settleUnreadable(event: Unreadable, now: number, settings: ProtocolSettings): Step<NormaliserState, never> {
  const { arrival, reason, value } = event
  if (value === null) return settleLost(arrival)
  const verdict = verdictOf(value)
  const counts = verdict.counts || verdict.answer !== null
  return settle(value, { ...verdict, answer: null, ending: 'failed', reason, counts, next: 'never' }, now, settings)
}

/** Of a result that nobody can read, its headers tell enough to end the chain. */
function settleLost({ headers, timestamp }: Arrival): Step<NormaliserState, never> {
  const { claim = '', hash = '', tenant = '', owner = '', attempt = '', k = '0' } = headers
  if (claim === '' || hash === '') return {}
  const response: Response = {
    claim,
    hash,
    tenant,
    owner,
    kind: 'unknown',
    reason: 'result_unreadable',
    answer: null,
    k: Number(k) + 1,
    attempts: Number(attempt),
    flagged: Number(k) > 0,
    costPicoUsd: 0,
    timings: { appendedAt: timestamp, sentAt: null, endedAt: null, callMs: null },
  }
  const cost = unreadableCost(response, Number(attempt), timestamp)
  return { outputs: [costOutput(cost, headers), { topic: responses, key: hash, value: response, headers }] }
}

const noWhere = { id: 'unknown', provider: 'unknown', api: 'unknown', model: 'unknown', tier: 'unknown' } as const

/** Nobody can say what this call was: perhaps billed, without a bound. */
const unreadableCost = ({ claim, hash, tenant, owner }: Response, attempt: number, at: number): Cost => ({
  claim,
  attempt,
  tenant,
  id: owner,
  hash,
  target: noWhere,
  servedModel: null,
  providerRequestId: null,
  kind: 'unknown',
  failure: 'result_unreadable',
  status: null,
  inputTokens: null,
  cachedInputTokens: null,
  cacheWriteInputTokens: null,
  outputTokens: null,
  reasoningTokens: null,
  costPicoUsd: null,
  upperBoundPicoUsd: null,
  priceVersion: null,
  baselineModel: null,
  baselinePicoUsd: null,
  baselineMethod: null,
  taskClass: 'unknown',
  flags: [],
  labels: {},
  appendedAt: at,
  at,
  callMs: null,
})

export const normaliserReducer = (
  settings: ProtocolSettings,
): Reducer<NormaliserState, Prepared, never, never, null> => ({
  step(_, event: StageEvent<Prepared, never>, { now }) {
    switch (event.kind) {
      case 'record':
        return settle(event.value, verdictOf(event.value), now, settings)
      case 'unreadable':
        return settleUnreadable(event, now, settings)
      case 'takenOver':
      case 'outcome':
      case 'timer':
        return {}
    }
  },
})
