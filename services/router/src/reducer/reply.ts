import type { Ask } from '@waybill/schemas/generated/ask'
import type { DuplicateKind } from '@waybill/schemas/generated/duplicate-kind'
import type { Reply } from '@waybill/schemas/generated/reply'
import type { Request } from '@waybill/schemas/generated/request'
import type { Response } from '@waybill/schemas/generated/response'
import { replies } from '@waybill/schemas/topics'
import type { Problem } from './prepared.ts'
import type { Turn, Waiting } from './turn.ts'

const blank = {
  claim: null,
  reason: null,
  detail: null,
  answer: null,
  attempts: 0,
  flagged: false,
  workContinues: false,
  costPicoUsd: 0,
  timings: null,
} as const

function publishReply(turn: Turn, reply: Reply): void {
  turn.output({
    topic: replies,
    key: `${reply.tenant}/${reply.id}`,
    value: reply,
    headers: { tenant: reply.tenant, id: reply.id, hash: reply.hash ?? '', claim: reply.claim ?? '' },
  })
}

/** Ends an ask: it stays as a note that this id was replied to, without its request. */
function settle(turn: Turn, { key, ask }: Waiting): void {
  turn.setAsk(key, { ...ask, id: '', replied: true, request: null, tenant: '' })
}

interface Asker {
  readonly tenant: string
  readonly hash: string
  readonly metadata: Request['metadata']
}

const base = (turn: Turn, { id, source, duplicate }: Ask, { tenant, hash, metadata }: Asker): Reply => ({
  ...blank,
  tenant,
  id,
  hash,
  request: source,
  status: 'failed',
  duplicate,
  repliedAt: turn.now,
  metadata,
})

/** The metadata of a waiting ask stands in its request. */
const metadataOf = (turn: Turn, ask: Ask): Request['metadata'] =>
  ask.request === null ? {} : (turn.context.tables.prepare(ask.request, ask)?.request.metadata ?? {})

/** Replies to an ask with what its claim's chain has brought. */
export function replyWith(turn: Turn, waiting: Waiting, hash: string, response: Response): void {
  const { ask } = waiting
  const { kind, answer, reason, claim, attempts, flagged, costPicoUsd, timings, tenant } = response
  const paid = ask.id === response.owner
  publishReply(turn, {
    ...base(turn, ask, { tenant, hash, metadata: metadataOf(turn, ask) }),
    status: kind === 'ok' && answer !== null ? statusOf(answer.status) : 'failed',
    reason: kind === 'ok' ? null : (reason ?? kind),
    answer: kind === 'ok' ? answer : null,
    claim,
    attempts,
    flagged,
    costPicoUsd: paid ? costPicoUsd : 0,
    timings,
  })
  settle(turn, waiting)
}

const statusOf = (status: NonNullable<Response['answer']>['status']): Reply['status'] =>
  status === 'truncated' || status === 'refused' ? status : 'completed'

/** Replies to an ask that it failed, for a reason of the router's own. */
export function replyFailed(
  turn: Turn,
  waiting: Waiting,
  failure: {
    readonly tenant: string
    readonly hash: string
    readonly reason: string
    readonly workContinues?: boolean
  },
): void {
  const { tenant, hash, reason, workContinues = false } = failure
  const claim = turn.claim(hash)?.claim ?? null
  const metadata = metadataOf(turn, waiting.ask)
  publishReply(turn, { ...base(turn, waiting.ask, { tenant, hash, metadata }), reason, claim, workContinues })
  settle(turn, waiting)
}

/** Replies to an ask that no target may serve it. */
export function replyRejected(turn: Turn, waiting: Waiting, hash: string, request: Request, problem: Problem): void {
  const { tenant, metadata } = request
  publishReply(turn, { ...base(turn, waiting.ask, { tenant, hash, metadata }), status: 'rejected', ...problem })
  settle(turn, waiting)
}

/** Replies to a request that never became an ask: nothing of it can be remembered. */
export function replyUnasked(
  turn: Turn,
  request: { readonly tenant: string; readonly id: string; readonly hash: string | null; readonly source: string },
  problem: Problem,
  metadata: Request['metadata'] = {},
): void {
  const { tenant, id, hash, source } = request
  const duplicate: DuplicateKind = 'none'
  const reply = { ...blank, tenant, id, hash, request: source, status: 'rejected', duplicate, ...problem } as const
  publishReply(turn, { ...reply, repliedAt: turn.now, metadata })
}
