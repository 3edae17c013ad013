// The router as a pure function: one task owns the life of every hash of its partition, and is the only writer of replies.
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'
import type { RouterState } from '@waybill/schemas/generated/router-state'
import { responses } from '@waybill/schemas/topics'
import type { Context, Reducer, StageEvent, Step, View } from '@waybill/runtime/task/stage'
import { publishDecision } from './reducer/decision-record.ts'
import type { Effect, Prepared, ReadDone, Tables } from './reducer/prepared.ts'
import { replyUnasked } from './reducer/reply.ts'
import { onRequest } from './reducer/requesting.ts'
import { claimDue, onLostResponse, onRead, onResponse, onTimer } from './reducer/settling.ts'
import { asksOf, hashOfKey, Turn } from './reducer/turn.ts'

type Event = StageEvent<Prepared, ReadDone>
type Unreadable = Extract<Event, { readonly kind: 'unreadable' }>

function step(view: View<RouterState>, event: Event, context: Context<Tables>): Step<RouterState, Effect> {
  const turn = new Turn(view, context)
  switch (event.kind) {
    case 'takenOver':
      readAgain(turn, view)
      break
    case 'record': {
      const { arrival, value } = event
      const { topic, partition, offset } = arrival
      if (value.type === 'request') onRequest(turn, arrival, value)
      else
        onResponse(turn, value.response, {
          where: `${topic}/${partition}/${offset}`,
          bytes: arrival.bytes?.length ?? 0,
        })
      break
    }
    case 'unreadable':
      onUnreadable(turn, event)
      break
    case 'outcome':
      onRead(turn, event.outcome)
      break
    case 'timer':
      onTimer(turn, event.key)
  }
  return turn.step()
}

/** Whoever waits on an answered claim was waiting for a read that the last owner had begun. */
function readAgain(turn: Turn, view: View<RouterState>): void {
  const hashes = new Set<string>()
  for (const [key] of view.open()) hashes.add(hashOfKey(key))
  for (const hash of hashes) {
    const claim = turn.claim(hash)
    if (claim?.phase === 'answered' && claim.where !== null)
      turn.effect({ kind: 'read', hash, claim: claim.claim, where: claim.where })
  }
}

/** The dead letter is the runtime's; here ends what waits for the record. */
function onUnreadable(turn: Turn, event: Unreadable): void {
  const { arrival, reason } = event
  const { claim = '', hash = '', tenant = '' } = arrival.headers
  if (arrival.topic === responses.name)
    onLostResponse(turn, hash, claim, tenant, reason === 'too_large' ? 'too_large' : 'response_unreadable')
  else rejectUnreadable(turn, event)
}

/** Where nobody can say who asked, nobody can be told. */
function rejectUnreadable(turn: Turn, { arrival, reason, detail, value }: Unreadable): void {
  const { headers, topic, partition, offset, timestamp } = arrival
  const named = value?.type === 'request' ? value.request : { tenant: headers['tenant'], id: headers['id'] }
  const { tenant = '', id = '' } = named
  if (tenant === '' || id === '') return
  const source = `${topic}/${partition}/${offset}`
  const problem = {
    reason: 'unreadable',
    detail: `The record ${source} cannot be processed: ${reason}. ${detail}`.trim(),
  }
  replyUnasked(turn, { tenant, id, hash: null, source }, problem)
  const told = { request: source, tenant, id, hash: null, appendedAt: timestamp } as const
  publishDecision(turn, { kind: 'rejected', reason: 'unreadable', ...told })
}

/** @param settings how long things live */
export const routerReducer = (
  settings: ProtocolSettings,
): Reducer<RouterState, Prepared, ReadDone, Effect, Tables> => ({
  step,
  due(_, { claim, ask }) {
    if (claim !== null) return claimDue(claim, settings)
    return ask === null || ask.replied ? null : ask.deadline + settings.graceMs
  },
  groupOf: (key) => (key.startsWith('ask/') ? asksOf(hashOfKey(key)) : null),
  isOpen: (_, { ask }) => ask !== null && !ask.replied,
})
