// A request has arrived.
import { deadlineOf } from '@waybill/routing/plan'
import type { Ask } from '@waybill/schemas/generated/ask'
import type { Claim } from '@waybill/schemas/generated/claim'
import type { DuplicateKind } from '@waybill/schemas/generated/duplicate-kind'
import { rekeyed } from '@waybill/schemas/topics'
import type { Arrival } from '@waybill/runtime/task/stage'
import { publishDecision } from './decision-record.ts'
import { dispatchFirst } from './dispatching.ts'
import type { PreparedRequest, Problem } from './prepared.ts'
import { replyFailed, replyRejected, replyUnasked } from './reply.ts'
import { giveUp } from './settling.ts'
import type { Turn, Waiting } from './turn.ts'
import { askKey } from './turn.ts'

/** A request that has a hash, and is where it belongs. */
interface Asking {
  readonly hash: string
  readonly prepared: PreparedRequest
  /** Coordinates of its record. */
  readonly source: string
  readonly key: string
  readonly ask: Ask
}

const sourceOf = ({ topic, partition, offset }: Arrival): string => `${topic}/${partition}/${offset}`

/** A re-keyed record carries what the first record had: where it lies, and when it was appended. */
const appendedAtOf = ({ headers, timestamp }: Arrival): number => {
  const given = Number(headers['appended-at'])
  return Number.isSafeInteger(given) && given > 0 ? Math.min(given, timestamp) : timestamp
}

export function onRequest(turn: Turn, arrival: Arrival, prepared: PreparedRequest): void {
  const { hash, home } = prepared
  const source = sourceOf(arrival)
  if (prepared.grant?.kind === 'granted') turn.effect({ kind: 'release', holder: source })
  if (hash === null) {
    rejectUnhashed(turn, prepared, source, arrival.timestamp)
  } else if (home === turn.context.partition) {
    ask(turn, askingOf(turn, arrival, prepared, hash))
  } else if (arrival.topic === rekeyed.name) {
    const detail = `The record was re-keyed to partition ${turn.context.partition}, and its hash lives on ${home}: services of different builds or partition counts run side by side.`
    rejectUnhashed(turn, { ...prepared, problem: { reason: 'wrong_home', detail } }, source, arrival.timestamp)
  } else {
    const headers = { ...arrival.headers, 'appended-at': `${arrival.timestamp}`, source }
    turn.output({ topic: rekeyed, key: hash, value: arrival.bytes, headers, partition: home })
  }
}

function rejectUnhashed(
  turn: Turn,
  { request, hash, problem }: PreparedRequest,
  source: string,
  appendedAt: number,
): void {
  const { tenant, id, metadata } = request
  const { reason, detail } = problem ?? { reason: 'invalid_request', detail: 'The request has no content hash.' }
  replyUnasked(turn, { tenant, id, hash, source }, { reason, detail }, metadata)
  publishDecision(turn, { kind: 'rejected', request: source, tenant, id, hash, appendedAt, reason })
}

function askingOf(turn: Turn, arrival: Arrival, prepared: PreparedRequest, hash: string): Asking {
  const { request } = prepared
  const source = sourceOf(arrival)
  const appendedAt = appendedAtOf(arrival)
  const deadline = deadlineOf(appendedAt, request.latencyBudgetMs, turn.context.tables.settings)
  return {
    hash,
    prepared,
    source,
    key: askKey(hash, prepared.askKey),
    ask: {
      order: appendedAt,
      source,
      id: request.id,
      replied: false,
      appendedAt,
      deadline,
      duplicate: 'none',
      request: arrival.bytes,
      tenant: request.tenant,
    },
  }
}

function ask(turn: Turn, asking: Asking): void {
  const { hash, prepared, key } = asking
  if (turn.ask(key) !== null) {
    tell(turn, asking, 'redelivered')
    return
  }
  const problem = prepared.problem ?? reusedKey(turn, asking)
  if (problem !== null) {
    rejectAsk(turn, asking, problem)
    return
  }
  const claim = turn.claim(hash)
  if (claim?.phase === 'inFlight' && turn.now >= claim.giveUpAt) giveUp(turn, hash, prepared.request.tenant)
  meet(turn, asking, turn.claim(hash))
}

function reusedKey(turn: Turn, { hash, prepared }: Asking): Problem | null {
  const claim = turn.claim(hash)
  if (prepared.body === null || claim === null || claim.body === prepared.body) return null
  const detail = 'idempotencyKey: the same key came with another body before. Use a new key for new work.'
  return { reason: 'key_reused', detail }
}

/** The ask is remembered, so that a redelivery is not replied to again; where there is no claim, one holds it. */
function rejectAsk(turn: Turn, asking: Asking, problem: Problem): void {
  const { hash, prepared, key, source, ask: own } = asking
  const { now } = turn
  if (turn.claim(hash) === null) {
    const claim = { phase: 'failed', claim: source, k: 0, mode: 'availability', owner: '', startedAt: now } as const
    const rest = {
      giveUpAt: now,
      where: null,
      why: problem.reason,
      settledAt: now,
      body: prepared.body,
      reservedNanoUsd: 0,
    }
    turn.setClaim(hash, { ...claim, ...rest })
  }
  replyRejected(turn, { key, ask: own }, hash, prepared.request, problem)
  tell(turn, asking, 'rejected', problem.reason)
}

/** Whether the hash is free for a new chain: nothing is known of it, or its last chain failed and may be followed. */
const mayStart = (claim: Claim | null): boolean =>
  claim === null || (claim.phase === 'failed' && (claim.k === 0 || claim.mode !== 'strict'))

/** What the life of the hash says to a new ask. */
function meet(turn: Turn, asking: Asking, claim: Claim | null): void {
  if (claim === null || mayStart(claim)) {
    begin(turn, asking, claim)
    return
  }
  const { hash, prepared } = asking
  switch (claim.phase) {
    case 'failed': {
      const waiting = wait(turn, asking, 'failedAgain')
      tell(turn, asking, 'failedAgain', claim.why)
      replyFailed(turn, waiting, { tenant: prepared.request.tenant, hash, reason: claim.why ?? 'failed' })
      break
    }
    case 'answered':
      wait(turn, asking, 'replayed')
      tell(turn, asking, 'replayed')
      turn.effect({ kind: 'read', hash, claim: claim.claim, where: claim.where ?? '' })
      break
    case 'inFlight':
    case 'other':
      wait(turn, asking, 'joined')
      tell(turn, asking, 'joined')
  }
}

function begin(turn: Turn, asking: Asking, claim: Claim | null): void {
  const { hash, prepared, source } = asking
  wait(turn, asking, 'none')
  const k = claim?.k ?? 0
  // A claim without calls behind it binds nobody: its mode may be chosen anew.
  const mode = claim !== null && k > 0 ? claim.mode : undefined
  const chain = {
    hash,
    tenant: prepared.request.tenant,
    claim: source,
    k,
    mode,
    body: prepared.body,
    kind: 'routed',
  } as const
  dispatchFirst(turn, chain, prepared)
}

function wait(turn: Turn, { key, ask: own }: Asking, duplicate: DuplicateKind): Waiting {
  const waiting = { key, ask: { ...own, duplicate } }
  turn.setAsk(key, waiting.ask)
  return waiting
}

type MetKind = 'joined' | 'replayed' | 'redelivered' | 'failedAgain' | 'rejected'

function tell(turn: Turn, asking: Asking, kind: MetKind, reason: string | null = null): void {
  const { hash, prepared, source, ask: own } = asking
  const { tenant, id } = prepared.request
  const { appendedAt, deadline } = own
  const claim = turn.claim(hash)
  const met = claim === null || kind === 'rejected' ? {} : { claim: claim.claim, k: claim.k, mode: claim.mode }
  const requestBytes = own.request?.length ?? 0
  publishDecision(turn, { kind, reason, request: source, tenant, id, hash, appendedAt, deadline, requestBytes, ...met })
}
