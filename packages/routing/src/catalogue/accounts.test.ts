// Another account, or another service tier, is another target: with its own terms, statistics and cool-down.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import { decide } from '../decide.ts'
import type { DecideOutcome, Routed } from '../decide.ts'
import { nothingLearned } from '../estimate/learned.ts'
import type { Given } from '../given.ts'
import { given, now } from '../given.ts'
import { emptyStats, statsKey } from '../latency/stats.ts'
import { emptyTable, foldStats, snapshotAt } from '../latency/table.ts'
import { offersOf } from '../offers.ts'

const team = { provider: 'openai', price: 1.5, retention: 'none', regions: ['eu'] } as const
const tier = ['openai/one', 'openai/one@team-a', 'gemini/two']

/** Two vendors, and a second account with the first of them. */
const world = (rest: Partial<Given> = {}): Given => ({
  targets: [
    { id: 'openai/one', usd: 1, p95Ms: 900 },
    { id: 'gemini/two', usd: 4, p95Ms: 900 },
  ],
  policy: { accounts: new Map([['team-a', team]]), tiers: new Map([['tier', tier]]) },
  ...rest,
})

function routed(outcome: DecideOutcome): Routed {
  if (outcome.kind === 'routed') return outcome
  return assert.fail(outcome.reason)
}

const only = (accounts: readonly string[]): NonNullable<Given['request']> => ({
  constraints: { providers: [], accounts, regions: [], retention: null },
})

test('an account is a target of its own, with its terms', () => {
  const { policy, catalogue } = given(world())
  const offer = offersOf(policy, catalogue).byId.get('openai/one@team-a')
  assert.deepEqual([offer?.prices[0]?.output, offer?.retention], [1_500_000, 'none'])
  const { account, regions, model, serviceTier } = offer?.named ?? {}
  assert.deepEqual([account, regions, model, serviceTier], ['team-a', ['eu'], 'one', null])
  assert.equal(offersOf(policy, catalogue).byId.get('openai/one')?.named.account, 'default')
  assert.equal(offersOf(policy, catalogue).byId.has('gemini/two@team-a'), false)
})

test('its price and its place are in the decision', () => {
  const { target, backups, candidates } = routed(decide(given(world())))
  assert.deepEqual([target.id, ...backups.map(({ id }) => id)], ['openai/one', 'gemini/two', 'openai/one@team-a'])
  const [first, second] = candidates.map(({ expectedPicoUsd }) => expectedPicoUsd ?? 0)
  assert.equal(second, (first ?? 0) * 1.5)
})

test('a policy and a request can keep work to accounts', () => {
  const byRequest = routed(decide(given(world({ request: only(['team-a']) }))))
  assert.deepEqual([byRequest.target.id, byRequest.backups], ['openai/one@team-a', []])
  const terms = { constraints: { providers: [], accounts: ['default'], regions: [], retention: null } }
  const byPolicy = routed(decide(given(world({ terms }))))
  assert.deepEqual([byPolicy.target.id, ...byPolicy.backups.map(({ id }) => id)], ['openai/one', 'gemini/two'])
  const overran = routed(
    decide({ ...given(world({ request: only(['team-a']), terms: { defaultRoute: tier } })), overran: true }),
  )
  assert.equal(overran.target.id, 'openai/one@team-a')
  const neither = decide(given(world({ terms, request: only(['team-a']) })))
  assert.equal(neither.kind === 'rejected' && neither.reason, 'constraints')
})

test('a request may name the account that is to serve, where the policy does not enforce', () => {
  const request = { requestedModel: 'openai/one@team-a' }
  const { target, route, wouldChoose } = routed(decide(given(world({ request, terms: { enforce: false } }))))
  assert.deepEqual([target.id, route, wouldChoose], ['openai/one@team-a', 'requested', 'openai/one'])
})

const sealed = (account: string | null): Given['request'] => {
  const owner = { provider: 'openai', api: 'chatCompletions', ...(account === null ? {} : { account }) }
  const part = {
    kind: 'opaque',
    text: null,
    json: null,
    media: null,
    opaque: JSON.stringify({ ...owner, value: {} }),
  }
  return { messages: [{ role: 'assistant', parts: [part] }] }
}

test('a conversation that holds sealed parts of an account stays there', () => {
  const { target, candidates } = routed(decide(given(world({ request: sealed('team-a') ?? {} }))))
  assert.equal(target.id, 'openai/one@team-a')
  assert.equal(candidates.find((each) => each.target === 'openai/one')?.rule, 'affinity')
  assert.equal(routed(decide(given(world({ request: sealed(null) ?? {} })))).target.id, 'openai/one')
})

test('a key that is refused cools down its own account; a provider that is down, all of them', () => {
  const { policy, catalogue } = given(world())
  const cooling = (coolDownScope: string): readonly string[] => {
    const cell = { target: 'openai/one@team-a', sizeClass: 'short', shard: 0 }
    const stats: LatencyStats = { ...emptyStats(cell), coolDownUntil: now + 5_000, coolDownScope }
    const table = emptyTable()
    foldStats(table, statsKey(stats), stats)
    const { targets } = snapshotAt(table, now, offersOf(policy, catalogue).catalogue, nothingLearned)
    return [...targets].filter(([, { coolDownUntil }]) => coolDownUntil !== null).map(([id]) => id)
  }
  assert.deepEqual(cooling('model'), ['openai/one@team-a'])
  assert.deepEqual(cooling('key'), ['openai/one@team-a'])
  assert.deepEqual(cooling('provider'), ['openai/one', 'openai/one@team-a'])
})
