// DECIDE(x, k): finds the first waiting ask that some target may serve, and starts its chain.
import type { DecideOutcome, Routed } from '@waybill/routing/decide'
import { decide } from '@waybill/routing/decide'
import { backupsAllowed, giveUpAge, startBy } from '@waybill/routing/plan'
import type { Claim } from '@waybill/schemas/generated/claim'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import { dispatches } from '@waybill/schemas/topics'
import { publishDecision, toldBy } from './decision-record.ts'
import type { PreparedRequest } from './prepared.ts'
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
  const { hash, tenant, k } = chain
  for (const waiting of turn.waiting(hash)) {
    const { ask, key } = waiting
    const own = prepared !== undefined && ask.source === chain.claim ? prepared : undefined
    const known = own ?? (ask.request === null ? null : turn.context.tables.prepare(ask.request, ask))
    if (known === null) {
      replyFailed(turn, waiting, { tenant, hash, reason: 'request_unreadable' })
      continue
    }
    const outcome = decideFor(turn, waiting, known, k)
    tell(turn, chain, waiting, known, outcome)
    if (outcome.kind === 'routed') {
      turn.setAsk(key, { ...ask, duplicate: chain.kind === 'heir' ? ask.duplicate : 'none' })
      start(turn, chain, waiting, known, outcome)
      return
    }
    replyRejected(turn, waiting, hash, known.request, { reason: outcome.reason, detail: outcome.detail })
  }
  const { mode = 'availability', claim, body } = chain
  const { now } = turn
  const failed = { phase: 'failed', claim, k, mode, owner: '', startedAt: now, giveUpAt: now, where: null } as const
  turn.setClaim(hash, { ...failed, why: 'no_target', settledAt: now, body })
}

function tell(
  turn: Turn,
  chain: Chain,
  { ask }: Waiting,
  { request, hash }: PreparedRequest,
  outcome: DecideOutcome,
): void {
  const { kind, claim, k, mode } = chain
  const { tenant, id, costCeilingMicroUsd } = request
  const { source, deadline, appendedAt } = ask
  publishDecision(turn, {
    ...toldBy(outcome),
    ...(mode === undefined ? {} : { mode }),
    kind: outcome.kind === 'rejected' ? 'rejected' : kind,
    claim: outcome.kind === 'rejected' ? null : claim,
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

function start(turn: Turn, chain: Chain, { ask }: Waiting, { request }: PreparedRequest, routed: Routed): void {
  const { now } = turn
  const { settings, backups } = turn.context.tables
  const { hash, tenant, claim, k, body, mode = routed.mode } = chain
  const { target, maxOutputTokens, expectedInputTokens, expectedOutputTokens, taskClass, explored } = routed
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
    taskClass,
    baselineModel: routed.baselineModel,
    policy: routed.policy,
    explored,
    spentPicoUsd: 0,
    request: ask.request ?? new Uint8Array(),
  }
  const headers = { claim, attempt: '1', k: `${k}`, owner: request.id, tenant, id: request.id, hash }
  turn.output({ topic: dispatches(target.provider), key: hash, value, headers })
  turn.setClaim(hash, {
    phase: 'inFlight',
    claim,
    k,
    mode,
    owner: request.id,
    startedAt: now,
    giveUpAt: now + giveUpAge(now, ask.deadline, settings),
    where: null,
    why: null,
    settledAt: null,
    body,
  })
}
