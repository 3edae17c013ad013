// DECIDE(x, k): finds the first waiting ask that some target may serve, and starts its chain.
import type { DecideOutcome, Routed } from '@waybill/routing/decide'
import { decide } from '@waybill/routing/decide'
import { sizeClassOf } from '@waybill/routing/latency/size-class'
import { backupsAllowed, giveUpAge, startBy } from '@waybill/routing/plan'
import type { Claim } from '@waybill/schemas/generated/claim'
import type { Decision } from '@waybill/schemas/generated/decision'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import { dispatches } from '@waybill/schemas/topics'
import type { Allowed } from './budget.ts'
import { judge, reserve } from './budget.ts'
import { publishDecision, toldBy } from './decision-record.ts'
import type { PreparedRequest, Problem } from './prepared.ts'
import { replyFailed, replyRejected } from './reply.ts'
import type { Turn, Waiting } from './turn.ts'

export interface Chain {
  readonly hash: string
  readonly tenant: string
  /** Id of the chain, should one start: coordinates of the record that causes it. */
  readonly claim: string
  readonly k: number
  /** Fixed by an earlier chain of this claim; undefined for a new claim. */
  readonly mode: Claim['mode'] | undefined
  /** With idempotency key: what the key stands for. */
  readonly body: string | null
  /** Whether this is the first chain of the request at hand, or one inherited from an owner whose limits had passed. */
  readonly kind: 'routed' | 'heir'
}

function decideFor(turn: Turn, { ask }: Waiting, { request, hash }: PreparedRequest, k: number): DecideOutcome {
  const { snapshot, policy, catalogue, clock, settings, schemaSupport } = turn.context.tables
  return decide({
    request,
    hash: hash ?? '',
    requestBytes: ask.request?.length ?? 0,
    deadline: ask.deadline,
    snapshot,
    policy,
    catalogue,
    now: turn.now,
    k,
    schemaSupport: schemaSupport(request),
    clock,
    budgetMs: settings.decisionBudgetMs,
  })
}

/**
 * Starts a chain for the first of the waiting asks that can be served; those before it are rejected.
 * Where none can, the claim has failed.
 */
export function dispatchFirst(turn: Turn, chain: Chain, prepared?: PreparedRequest): void {
  const { hash, tenant } = chain
  for (const waiting of turn.waiting(hash)) {
    const { ask } = waiting
    const own = prepared !== undefined && ask.source === chain.claim ? prepared : undefined
    const known = own ?? (ask.request === null ? null : turn.context.tables.prepare(ask.request, ask))
    if (known === null) replyFailed(turn, waiting, { tenant, hash, reason: 'request_unreadable' })
    else if (begin(turn, chain, waiting, known)) return
  }
  fail(turn, chain)
}

/** Whether the chain has begun; else this ask is rejected. */
function begin(turn: Turn, chain: Chain, waiting: Waiting, known: PreparedRequest): boolean {
  const { key, ask } = waiting
  const outcome = decideFor(turn, waiting, known, chain.k)
  if (outcome.kind === 'rejected') return reject(turn, chain, waiting, known, toldBy(outcome), outcome)
  const allowed = judge(turn, chain.tenant, outcome, known.grant)
  const told = { ...toldBy(outcome), overSoftLimit: allowed.overSoftLimit }
  if (allowed.over !== null) return reject(turn, chain, waiting, known, told, allowed.over)
  tell(turn, chain, waiting, known, { ...told, kind: chain.kind, claim: chain.claim })
  turn.setAsk(key, { ...ask, duplicate: chain.kind === 'heir' ? ask.duplicate : 'none' })
  reserve(turn, chain.tenant, allowed)
  start(turn, chain, waiting, known, outcome, allowed)
  return true
}

function reject(
  turn: Turn,
  chain: Chain,
  waiting: Waiting,
  known: PreparedRequest,
  told: Partial<Decision>,
  { reason, detail }: Problem,
): false {
  const unserved = { kind: 'rejected', claim: null, route: null, target: null, explored: false } as const
  tell(turn, chain, waiting, known, { ...told, ...unserved, reason })
  replyRejected(turn, waiting, chain.hash, known.request, { reason, detail })
  return false
}

function fail(turn: Turn, { hash, k, mode = 'availability', claim, body }: Chain): void {
  const { now } = turn
  const failed = { phase: 'failed', claim, k, mode, owner: '', startedAt: now, giveUpAt: now, where: null } as const
  turn.setClaim(hash, { ...failed, why: 'no_target', settledAt: now, body, reservedNanoUsd: 0 })
}

function tell(
  turn: Turn,
  { k, mode }: Chain,
  { ask }: Waiting,
  { request, hash }: PreparedRequest,
  told: Partial<Decision> & Pick<Decision, 'kind'>,
): void {
  const { tenant, id, costCeilingMicroUsd } = request
  const { source, deadline, appendedAt } = ask
  publishDecision(turn, {
    ...told,
    ...(mode === undefined ? {} : { mode }),
    request: source,
    tenant,
    id,
    hash,
    appendedAt,
    k,
    requestBytes: ask.request?.length ?? 0,
    deadline,
    costCeilingMicroUsd,
  })
}

function start(
  turn: Turn,
  chain: Chain,
  { ask }: Waiting,
  { request }: PreparedRequest,
  routed: Routed,
  { amount }: Allowed,
): void {
  const { now } = turn
  const { settings, backups } = turn.context.tables
  const { hash, tenant, claim, k, body, mode = routed.mode } = chain
  const { target, maxOutputTokens, taskClass, explored } = routed
  const { expectedInputTokens, expectedOutputTokens, estimatedInputTokens } = routed
  const value: Dispatch = {
    claim,
    attempt: 1,
    hash,
    tenant,
    owner: request.id,
    k,
    flagged: k > 0,
    mode,
    target,
    backups: routed.backups,
    backupsAllowed: backupsAllowed(routed.backups.length, backups, settings),
    appendedAt: ask.appendedAt,
    startBy: startBy(now, ask.deadline, settings),
    deadline: ask.deadline,
    costCeilingMicroUsd: request.costCeilingMicroUsd,
    maxOutputTokens,
    expectedInputTokens,
    expectedOutputTokens,
    estimatedInputTokens,
    taskClass,
    baselineModel: routed.baselineModel,
    policy: routed.policy,
    explored,
    spentPicoUsd: 0,
    unknownPicoUsd: 0,
    request: ask.request ?? new Uint8Array(),
  }
  const headers = { claim, attempt: '1', k: `${k}`, owner: request.id, tenant, id: request.id, hash }
  turn.output({ topic: dispatches(target.provider), key: hash, value, headers })
  followCall(turn, value)
  const giveUpAt = now + giveUpAge(now, ask.deadline, settings)
  const running = { phase: 'inFlight', claim, k, mode, owner: request.id, startedAt: now, giveUpAt, body } as const
  turn.setClaim(hash, { ...running, where: null, why: null, settledAt: null, reservedNanoUsd: amount })
}

function followCall(turn: Turn, { claim, target, expectedOutputTokens, deadline }: Dispatch): void {
  const { now, context } = turn
  const sizeClass = sizeClassOf(expectedOutputTokens)
  const until = deadline + context.tables.settings.graceMs
  const { partition } = context
  turn.effect({ kind: 'dispatched', begun: { claim, target: target.id, sizeClass, at: now, until, partition } })
}
