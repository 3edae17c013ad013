// The guards of the router.
import type { Claim } from '@waybill/schemas/generated/claim'
import type { RouterState } from '@waybill/schemas/generated/router-state'
import { spend } from '@waybill/schemas/topics'
import type { RouterStage } from '@waybill/router/service'
import type { Mutation } from '../mutation.ts'
import { seeing, stepping } from './wrapping.ts'

type Change = readonly [key: string, state: RouterState | null]

const changing = (stage: RouterStage, change: (state: RouterState) => RouterState | null): RouterStage =>
  stepping(stage, ({ inner, view, event, context }) => {
    const step = inner(view, event, context)
    const changes = step.changes?.map(([key, state]): Change => [key, state === null ? null : change(state)])
    return changes === undefined ? step : { ...step, changes }
  })

const withClaim = (state: RouterState, change: Partial<Claim>): RouterState =>
  state.claim === null ? state : { ...state, claim: { ...state.claim, ...change } }

/** A response ends whatever its hash is about. */
const anyClaim = (stage: RouterStage): RouterStage =>
  stepping(stage, ({ inner, view, event, context }) => {
    if (event.kind !== 'record' || event.value.type !== 'response') return inner(view, event, context)
    const { response } = event.value
    const claim = view.get(`claim/${response.hash}`)?.claim?.claim ?? response.claim
    return inner(view, { ...event, value: { type: 'response', response: { ...response, claim } } }, context)
  })

const ending = (stage: RouterStage, from: 'limits' | 'unknown', to: 'failed' | 'limits'): RouterStage =>
  stepping(stage, ({ inner, view, event, context }) => {
    if (event.kind !== 'record' || event.value.type !== 'response' || event.value.response.kind !== from)
      return inner(view, event, context)
    const { response } = event.value
    return inner(view, { ...event, value: { type: 'response', response: { ...response, kind: to } } }, context)
  })

/** What a claim's time makes of it, its chain and its waiters. */
function expiring(stage: RouterStage, isOver: (claim: Claim) => boolean, ownDue: boolean): RouterStage {
  return stepping(
    stage,
    ({ inner, view, event, context }) => {
      const claim = event.kind === 'timer' ? view.get(event.key)?.claim : undefined
      if (event.kind !== 'timer' || !claim || !isOver(claim)) return inner(view, event, context)
      const asks = view.under(event.key.replace('claim/', 'ask/')).map((key): Change => [key, null])
      return { changes: [[event.key, null], ...asks] }
    },
    (key, state, since) => {
      const { claim } = state
      if (ownDue && claim?.phase === 'inFlight') return claim.startedAt + 2_500
      return stage.reducer.due?.(key, state, since) ?? null
    },
  )
}

/** One task takes requests and another responses: what the one has just written, the other has not read yet. */
const twoTasks = (stage: RouterStage): RouterStage =>
  stepping(stage, ({ inner, view, event, context }) => {
    if (event.kind !== 'record' || event.value.type !== 'response') return inner(view, event, context)
    const late = seeing(view, (_, state) =>
      state?.ask && context.now - state.ask.appendedAt < 300 ? undefined : state,
    )
    return inner(late, event, context)
  })

/** Each request goes by the policy of its day. */
const ownModes = (stage: RouterStage): RouterStage =>
  stepping(stage, ({ inner, view, event, context }) => {
    const { mode } = context.tables.policy.everyone
    return inner(
      seeing(view, (_, state) => (state?.claim?.phase === 'failed' ? withClaim(state, { mode }) : state)),
      event,
      context,
    )
  })

const silent = (stage: RouterStage): RouterStage =>
  stepping(stage, ({ inner, view, event, context }) => (event.kind === 'unreadable' ? {} : inner(view, event, context)))

const withSettled = (state: RouterState, settledNanoUsd: number): RouterState =>
  state.spend === null ? state : { ...state, spend: { ...state.spend, settledNanoUsd } }

/** Of a chain, only what it is known to have cost is settled, and nothing where its response is lost. */
const givingBack: Mutation['router'] = (stage) =>
  stepping(stage, ({ inner, view, event, context }) => {
    const step = inner(view, event, context)
    if (event.kind !== 'unreadable' && !(event.kind === 'record' && event.value.type === 'response')) return step
    const known = event.value?.type === 'response' && event.kind === 'record' ? event.value.response.costPicoUsd : 0
    const changes = (step.changes ?? []).map(([key, state]): Change => {
      const before = view.get(key)?.spend?.settledNanoUsd ?? 0
      return [key, state === null ? null : withSettled(state, before + Math.ceil(known / 1_000))]
    })
    const spends = changes.flatMap(([, state]) => state?.spend ?? [])
    const outputs = (step.outputs ?? []).map((output) =>
      output.topic.name === spend.name ? { ...output, value: spends[0] } : output,
    )
    return { ...step, changes, outputs }
  })

/** Whatever the others hold at this moment, each router takes what it believes to be left. */
const greedy: Mutation['router'] = (stage) =>
  stepping(stage, ({ inner, view, event, context }) =>
    event.kind === 'record' && event.value.type === 'request'
      ? inner(view, { ...event, value: { ...event.value, grant: { kind: 'granted' } } }, context)
      : inner(view, event, context),
  )

export const routingMutations: readonly Mutation[] = [
  {
    name: 'k is forgotten with a failed claim',
    router: (stage) =>
      changing(stage, (state) => (state.claim?.phase === 'failed' ? withClaim(state, { k: 0 }) : state)),
  },
  {
    name: 'ids are forgotten once they are replied to',
    router: (stage) => changing(stage, (state) => (state.ask?.replied === true ? null : state)),
  },
  { name: 'the claim of a response is not checked', router: anyClaim },
  { name: 'the window ends claims in flight', router: (stage) => expiring(stage, () => true, true) },
  {
    name: 'the window ends claims that somebody waits on',
    router: (stage) => expiring(stage, ({ phase }) => phase !== 'inFlight', false),
  },
  { name: 'requests and responses in different tasks', router: twoTasks },
  { name: 'a dead letter of the router does not answer', router: silent },
  { name: 'no heir after limits', router: (stage) => ending(stage, 'limits', 'failed') },
  { name: 'an heir after an unknown outcome', router: (stage) => ending(stage, 'unknown', 'limits') },
  { name: 'what nobody knows is given back to the budget', router: givingBack },
  { name: 'each router takes all that is left of a budget', router: greedy },
  { name: 'each request has its own mode', router: ownModes },
  {
    name: 'routers of different partition counts',
    settings: (settings, { id, kind }) =>
      kind === 'router' && /[13579]$/u.test(id) ? { ...settings, partitions: 1 } : settings,
  },
]
