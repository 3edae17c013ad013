import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Decision } from '@waybill/schemas/generated/decision'
import type { Reply } from '@waybill/schemas/generated/reply'
import { complete } from '@waybill/client/complete'
import { givenCost, givenDecision, givenReply } from '../given.ts'
import type { Evidence, LedgerCall, Stamped } from './account.ts'
import { accountOf, isClean, percentileOf } from './account.ts'

const claim = 'requests/0/0'

const reply = (id: string, duplicate: Reply['duplicate'] = 'none'): Stamped<Reply> => ({
  timestamp: 1_150,
  value: givenReply({ tenant: 't', id, claim, duplicate }),
})

const cost = (attempt: number, rest: Partial<Cost> = {}): Stamped<Cost> => {
  const amounts = { costPicoUsd: 3_000_000, baselinePicoUsd: 12_000_000 }
  const times = { appendedAt: 1_000, at: 1_140, callMs: 100 }
  return { timestamp: 1_140, value: givenCost({ claim, attempt, tenant: 't', id: '1', ...amounts, ...times, ...rest }) }
}

const decision = (id: string, kind: Decision['kind']): Stamped<Decision> => ({
  timestamp: 1_001,
  value: givenDecision({ kind, claim, tenant: 't', id, at: 1_001, appendedAt: 1_000, candidates: [] }),
})

const call = (rest: Partial<LedgerCall> = {}): LedgerCall => ({
  provider: 'openai',
  billed: true,
  costPicoUsd: 3_000_000,
  plannedMs: 100,
  attempt: `${claim}.1`,
  claim,
  hash: 'h1',
  ...rest,
})

const request = (id: string): Evidence['requests'][number] => ({
  timestamp: 1_000,
  value: complete({ tenant: 't', id, messages: [{ role: 'user', text: 'Hello' }] }),
})

/** Two requests of one content: one call. */
const good: Evidence = {
  requests: [request('1'), request('2')],
  replies: [reply('1'), reply('2', 'joined')],
  decisions: [decision('1', 'routed'), decision('2', 'joined')],
  costs: [cost(1)],
  ledger: [call()],
}

test('a clean run adds up', () => {
  const account = accountOf(good)
  const { requests, replies, completed, lost, doubled, calls, doubleBilled, duplicates, unaccounted } = account
  assert.deepEqual(
    { requests, replies, completed, lost, doubled, calls, doubleBilled, duplicates, unaccounted },
    {
      requests: 2,
      replies: 2,
      completed: 2,
      lost: 0,
      doubled: 0,
      calls: 1,
      doubleBilled: 0,
      duplicates: 1,
      unaccounted: 0,
    },
  )
  assert.deepEqual(account.addedMs, { p50: 50, p95: 50, p99: 50 })
  assert.equal(account.savedByDuplicatesUsd, 0.000003)
  assert.ok(isClean(account))
})

test('a reply that is taken away is lost, a second one is doubled', () => {
  const lost = accountOf({ ...good, replies: good.replies.slice(1) })
  assert.deepEqual([lost.lost, isClean(lost)], [1, false])
  const doubled = accountOf({ ...good, replies: [...good.replies, reply('1')] })
  assert.deepEqual([doubled.doubled, isClean(doubled)], [1, false])
})

test('a planted call is billed twice and not accounted for', () => {
  const account = accountOf({ ...good, ledger: [call(), call({ attempt: 'requests/0/0.2' })] })
  assert.deepEqual([account.doubleBilled, account.unaccounted, isClean(account)], [1, 1, false])
})

test('a call after one of unknown outcome is allowed, and told', () => {
  const costs = [
    cost(1, { kind: 'unknown', costPicoUsd: null, upperBoundPicoUsd: 9 }),
    cost(2, { flags: ['backup', 'flagged'] }),
  ]
  const account = accountOf({ ...good, costs, ledger: [call(), call({ attempt: 'requests/0/0.2' })] })
  assert.deepEqual([account.doubleBilled, account.unaccounted, account.backups, isClean(account)], [0, 0, 1, true])
})

test('money is what the report says: waste lowers a saving, what cannot be is left out, a copy is counted once', () => {
  const costs = [
    cost(1, { kind: 'unknown', costPicoUsd: null, upperBoundPicoUsd: 9, baselinePicoUsd: null }),
    cost(2, { flags: ['unusable'], baselinePicoUsd: null }),
    cost(3),
    cost(3),
    cost(4, { costPicoUsd: -7 }),
  ]
  const { money, costUsd, baselineUsd, savedPercent } = accountOf({ ...good, costs })
  assert.deepEqual(
    [money.spentPicoUsd, money.wouldHaveCostPicoUsd, money.savedAtMostPicoUsd, money.savedAtLeastPicoUsd],
    ['6000000', '15000000', '9000000', '8999991'],
  )
  assert.deepEqual([costUsd, baselineUsd, savedPercent], [0.000006, 0.000015, 60])
  const { unusable, routing, joined } = money.partsPicoUsd
  assert.deepEqual([unusable, routing, joined], ['-3000000', '9000000', '3000000'])
})

test('a percentile of nothing is 0', () => {
  assert.equal(percentileOf([], 0.5), 0)
  assert.equal(percentileOf([3, 1, 2], 0.5), 2)
  assert.equal(percentileOf([3, 1, 2], 0.99), 3)
})
