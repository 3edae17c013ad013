import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { Outcome } from '@waybill/schemas/generated/outcome'
import { startBy } from '../plan.ts'
import { protocolDefaults } from '../protocol-defaults.ts'
import { sampleOf } from './sample.ts'
import type { LatencySample } from './stats.ts'

const madeAt = 1_800_000_000_000
const deadline = madeAt + 30_000

const dispatch: Dispatch = {
  claim: 'requests/0/1',
  attempt: 2,
  hash: 'ab',
  tenant: 'acme',
  owner: 'r-1',
  k: 0,
  flagged: false,
  mode: 'availability',
  target: {
    id: 'openai/gpt-5.4',
    provider: 'openai',
    api: 'chatCompletions',
    model: 'gpt-5.4',
    tier: 'premium',
    account: 'default',
    regions: [],
    serviceTier: null,
  },
  backups: [],
  backupsAllowed: 0,
  appendedAt: madeAt - 9_000,
  startBy: startBy(madeAt, deadline, protocolDefaults),
  deadline,
  costCeilingMicroUsd: null,
  maxOutputTokens: 100,
  expectedInputTokens: 10,
  expectedOutputTokens: 100,
  estimatedInputTokens: null,
  taskClass: 'chat',
  baselineModel: 'gpt-5.4',
  policy: 'p',
  explored: false,
  spentPicoUsd: 0,
  unknownPicoUsd: 0,
  request: new Uint8Array(),
}
const answered: Outcome = {
  kind: 'ok',
  failure: null,
  status: 200,
  headers: {},
  body: null,
  retryAfterMs: null,
  coolDown: null,
  startedAt: madeAt + 400,
  sentAt: madeAt + 410,
  endedAt: madeAt + 1_500,
  callMs: 1_090,
  ignored: [],
  headroom: null,
}
const seen = (change: Partial<Outcome> = {}): LatencySample | null =>
  sampleOf(
    { dispatch, outcome: { ...answered, ...change }, worker: 'w' },
    { partition: 3, appendedAt: madeAt + 1_510 },
    protocolDefaults,
  )

test('the total counts from the dispatch of this attempt, wait for a call slot included', () => {
  assert.deepEqual(seen(), {
    target: 'openai/gpt-5.4',
    sizeClass: 'short',
    shard: 3,
    endedAt: madeAt + 1_500,
    appendedAt: madeAt + 1_510,
    totalMs: 1_500,
    callMs: 1_090,
    outcome: 'ok',
    limitMs: 29_600,
    coolDown: null,
    headroom: null,
  })
})

test('where clocks disagree, an attempt has taken at least as long as its call', () => {
  assert.equal(seen({ endedAt: madeAt + 200 })?.totalMs, 1_090)
  assert.equal(seen({ endedAt: madeAt - 5_000, callMs: null })?.totalMs, 0)
})

test('a dispatch that found no call slot says that none is left, and nothing of latency', () => {
  const unsent = { kind: 'notSent', failure: 'no_permit', sentAt: null, callMs: null } as const
  assert.equal(seen(unsent), null)
  const sample = seen({ ...unsent, headroom: { share: 0, fullInMs: 5_000 } })
  assert.deepEqual([sample?.outcome, sample?.headroom?.share], ['unsent', 0])
})

test('time-outs, rate limits and other failures are told apart', () => {
  assert.equal(seen({ kind: 'ambiguous', failure: 'timeout' })?.outcome, 'timedOut')
  assert.equal(seen({ kind: 'unbilled', failure: 'rate_limited' })?.outcome, 'rateLimited')
  assert.equal(seen({ kind: 'unbilled', failure: 'server_error' })?.outcome, 'failed')
})

test('what should cool down is passed on, with what the vendor asked for', () => {
  const limited = seen({ kind: 'unbilled', failure: 'rate_limited', coolDown: 'model', retryAfterMs: 48_000 })
  assert.deepEqual(limited?.coolDown, { scope: 'model', retryAfterMs: 48_000 })
  assert.equal(seen({ coolDown: 'planet' })?.coolDown, null)
})

test('an attempt without a call, or whose end nobody saw, says nothing', () => {
  for (const kind of ['notSent', 'orphan', 'limits', 'other'] as const) assert.equal(seen({ kind }), null)
})
