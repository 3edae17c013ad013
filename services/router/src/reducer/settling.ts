// A chain has ended, an answer was read, or a time has come.
import type { Claim } from '@waybill/schemas/generated/claim'
import type { Response } from '@waybill/schemas/generated/response'
import { claimLifeMs } from '@waybill/routing/plan'
import { settle } from './budget.ts'
import { dispatchFirst } from './dispatching.ts'
import type { ReadDone } from './prepared.ts'
import { replyFailed, replyWith } from './reply.ts'
import type { Turn } from './turn.ts'
import { hashOfKey } from './turn.ts'

const failedClaim = (claim: Claim, k: number, why: string, now: number): Claim => ({
  ...claim,
  phase: 'failed',
  k,
  why,
  where: null,
  settledAt: now,
  reservedNanoUsd: 0,
})

/** Bytes of replies that one step writes: many may wait for a large answer. */
const replyBytes = 400_000

/** Replies to as many as one step may, and reads the answer again for the others. */
function replyAll(turn: Turn, hash: string, response: Response, { where, bytes }: Landed): void {
  const waiting = turn.waiting(hash)
  const now = waiting.slice(0, Math.max(1, Math.floor(replyBytes / Math.max(1, bytes))))
  for (const each of now) replyWith(turn, each, hash, response)
  if (now.length < waiting.length) turn.effect({ kind: 'read', hash, claim: response.claim, where })
}

/** Where a response lies, and how large it is. */
interface Landed {
  readonly where: string
  readonly bytes: number
}

/**
 * What a chain has cost for certain, and the most that its calls of unknown outcome have: to the pico-dollar what the
 * costs topic says. Where no bound is known, each call that brought no answer counts as much as the chain held.
 */
const chargedOf = ({ costPicoUsd, unknownPicoUsd, k }: Response, claim: Claim): number =>
  costPicoUsd + (unknownPicoUsd ?? Math.max(0, k - claim.k) * claim.reservedNanoUsd * 1_000)

/** The chain is over, whatever has become of it. */
function end(turn: Turn, tenant: string, claim: Claim, chargedPicoUsd: number | null): void {
  settle(turn, tenant, claim, chargedPicoUsd)
  turn.effect({ kind: 'ended', claim: claim.claim })
}

export function onResponse(turn: Turn, response: Response, landed: Landed): void {
  const { hash } = response
  const claim = turn.claim(hash)
  if (claim === null || claim.claim !== response.claim) return
  if (claim.phase === 'failed') settleGivenUp(turn, claim, response)
  // A person replays topics: its answer meets nobody.
  if (claim.phase !== 'inFlight') return
  end(turn, response.tenant, claim, chargedOf(response, claim))
  if (response.kind === 'limits') onLimits(turn, claim, response)
  else if (response.kind === 'ok') {
    const { where } = landed
    turn.setClaim(hash, {
      ...claim,
      phase: 'answered',
      k: response.k,
      where,
      why: null,
      settledAt: turn.now,
      reservedNanoUsd: 0,
    })
    replyAll(turn, hash, response, landed)
    turn.effect({ kind: 'keep', hash, response, bytes: landed.bytes })
  } else {
    turn.setClaim(hash, failedClaim(claim, response.k, response.reason ?? response.kind, turn.now))
    for (const waiting of turn.waiting(hash)) replyWith(turn, waiting, hash, response)
  }
}

/** A chain that was given up has ended after all. Its answer meets nobody; what it has cost is known from now on. */
function settleGivenUp(turn: Turn, claim: Claim, response: Response): void {
  if (claim.reservedNanoUsd === 0) return
  settle(turn, response.tenant, claim, chargedOf(response, claim))
  turn.setClaim(response.hash, { ...claim, reservedNanoUsd: 0 })
}

/** The owner's limits have ended the chain: another's may not have. */
function onLimits(turn: Turn, claim: Claim, response: Response): void {
  const { hash, tenant, k } = response
  for (const waiting of turn.waiting(hash)) if (waiting.ask.id === claim.owner) replyWith(turn, waiting, hash, response)
  const [heir] = turn.waiting(hash)
  if (heir === undefined) {
    turn.setClaim(hash, failedClaim(claim, k, response.reason ?? 'limits', turn.now))
    return
  }
  // The heir's chain is named after the heir's own record.
  dispatchFirst(turn, { hash, tenant, claim: heir.ask.source, k, mode: claim.mode, body: claim.body, kind: 'heir' })
}

/** A response that nobody could read: its chain has ended all the same. */
export function onLostResponse(turn: Turn, hash: string, claimId: string, tenant: string, reason: string): void {
  const claim = turn.claim(hash)
  if (claim === null || claim.phase !== 'inFlight' || claim.claim !== claimId) return
  end(turn, tenant, claim, null)
  turn.setClaim(hash, failedClaim(claim, claim.k + 1, reason, turn.now))
  for (const waiting of turn.waiting(hash)) replyFailed(turn, waiting, { tenant, hash, reason })
}

export function onRead(turn: Turn, { hash, claim: claimId, response, bytes }: ReadDone): void {
  const claim = turn.claim(hash)
  if (claim === null || claim.phase !== 'answered' || claim.claim !== claimId) return
  if (response !== null) {
    replyAll(turn, hash, response, { where: claim.where ?? '', bytes })
    return
  }
  turn.setClaim(hash, failedClaim(claim, claim.k + 1, 'answer_lost', turn.now))
  for (const waiting of turn.waiting(hash))
    replyFailed(turn, waiting, { tenant: tenantOf(turn, hash), hash, reason: 'answer_lost' })
}

/** The tenant of a hash: all asks on it have the same. Empty where nobody waits any more. */
const tenantOf = (turn: Turn, hash: string): string => turn.waiting(hash)[0]?.ask.tenant ?? ''

/** A chain that has brought nothing for so long is not waited for: what it did is not known. */
export function giveUp(turn: Turn, hash: string, tenant: string): void {
  const claim = turn.claim(hash)
  if (claim === null) return
  turn.effect({ kind: 'ended', claim: claim.claim })
  // What it holds stays reserved: its response may still come, and tell what it has cost.
  const { reservedNanoUsd } = claim
  turn.setClaim(hash, { ...failedClaim(claim, claim.k + 1, 'outcome_unknown', turn.now), reservedNanoUsd })
  for (const waiting of turn.waiting(hash)) replyFailed(turn, waiting, { tenant, hash, reason: 'outcome_unknown' })
}

export function onTimer(turn: Turn, key: string): void {
  const hash = hashOfKey(key)
  if (key.startsWith('ask/')) onDeadline(turn, key, hash)
  else if (turn.claim(hash)?.phase === 'inFlight') giveUp(turn, hash, tenantOf(turn, hash))
  else onExpiry(turn, hash)
}

function onDeadline(turn: Turn, key: string, hash: string): void {
  const ask = turn.ask(key)
  if (ask === null || ask.replied) return
  const workContinues = turn.claim(hash)?.phase === 'inFlight'
  replyFailed(turn, { key, ask }, { tenant: tenantOf(turn, hash), hash, reason: 'deadline', workContinues })
}

/**
 * The window has passed: the hash is new again. While somebody waits, it has not. Whoever asked late is remembered for a
 * window of their own, beside a claim that holds nothing any more: their re-deliveries must not be replied to again.
 */
function onExpiry(turn: Turn, hash: string): void {
  const claim = turn.claim(hash)
  if (claim === null) return
  if (turn.waiting(hash).length > 0) {
    turn.setClaim(hash, { ...claim, settledAt: turn.now })
    return
  }
  const since = turn.now - claimLifeMs(turn.context.tables.settings)
  const keys = turn.askKeys(hash)
  const recent = keys.filter((key) => (turn.ask(key)?.appendedAt ?? 0) > since)
  for (const key of keys) if (!recent.includes(key)) turn.setAsk(key, null)
  turn.setClaim(hash, recent.length === 0 ? null : failedClaim(claim, 0, 'expired', turn.now))
}

/** When a claim wants its timer. */
export const claimDue = (
  { phase, giveUpAt, settledAt }: Claim,
  settings: Parameters<typeof claimLifeMs>[0],
): number | null => {
  if (phase === 'inFlight') return giveUpAt
  return settledAt === null ? null : settledAt + claimLifeMs(settings)
}
