import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foldSpend } from '@waybill/routing/budget/spend-table'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import type { Budget } from '@waybill/routing/policy/policy'
import type { Spend } from '@waybill/schemas/generated/spend'
import { spend } from '@waybill/schemas/topics'
import { Desk, request } from './desk.test.ts'

const hour = 3_600_000

/** A desk whose tenants have one budget. */
function deskWith(budget: Partial<Budget>): Desk {
  const desk = new Desk()
  const budgets: readonly Budget[] = [{ window: 'hour', softMicroUsd: null, hardMicroUsd: null, ...budget }]
  desk.policy = { ...desk.policy, everyone: { ...desk.policy.everyone, budgets } }
  desk.partitions = 1
  return desk
}

/** What was said last of what is used. */
function told(desk: Desk): Spend {
  const said = desk.others.filter(({ topic }) => topic === spend).at(-1)
  assert.ok(said !== undefined)
  return JSON.parse(JSON.stringify(said.value))
}

/** So that each request is work of its own. */
const different = (id: string): ReturnType<typeof request> => request({ id, sampleIndex: Number(id) })

/** Works on whatever partition its hashes live on. */
function ask(desk: Desk, id: string): void {
  desk.requestHere(different(id))
}

test('a chain reserves the most that it can cost, and settles what it has cost', () => {
  const desk = deskWith({ hardMicroUsd: 1e9 })
  desk.request(request())
  const held = told(desk)
  assert.ok(held.reservedNanoUsd > 0)
  assert.deepEqual([held.tenant, held.window, held.settledNanoUsd], ['acme', 'hour', 0])
  desk.respond({ costPicoUsd: 123_001 })
  assert.deepEqual([told(desk).reservedNanoUsd, told(desk).settledNanoUsd], [0, 124])
})

test('duplicates reserve nothing', () => {
  const desk = deskWith({ hardMicroUsd: 1e9 })
  desk.request(request())
  const { length } = desk.others
  desk.request(request({ id: '2' }))
  assert.equal(desk.others.length, length)
})

test('an answer that could not be used counts what it has cost, and not what it held', () => {
  const desk = deskWith({ hardMicroUsd: 1e9 })
  desk.request(request())
  desk.respond({ kind: 'failed', reason: 'schema_mismatch', answer: null, k: 1, costPicoUsd: 123_000 })
  assert.deepEqual([told(desk).reservedNanoUsd, told(desk).settledNanoUsd], [0, 123])
})

test('calls of unknown outcome count the most that they can have cost, beside what was paid', () => {
  const desk = deskWith({ hardMicroUsd: 1e9 })
  desk.request(request())
  desk.respond({ k: 2, attempts: 3, costPicoUsd: 5_000, unknownPicoUsd: 7_000_001 })
  assert.deepEqual([told(desk).reservedNanoUsd, told(desk).settledNanoUsd], [0, 7_006])
})

test('where no bound is known, each call that brought no answer counts as much as the chain held', () => {
  const desk = deskWith({ hardMicroUsd: 1e9 })
  desk.request(request())
  const { reservedNanoUsd: held } = told(desk)
  const unbounded = { k: 2, costPicoUsd: 5_000, unknownPicoUsd: null }
  desk.respond({ kind: 'failed', reason: 'timeout', answer: null, ...unbounded })
  assert.deepEqual([told(desk).reservedNanoUsd, told(desk).settledNanoUsd], [0, 2 * held + 5])
})

test('a chain that nobody hears of counts what it held, until its response tells what it has cost', () => {
  const desk = deskWith({ hardMicroUsd: 1e9 })
  desk.request(request())
  const { reservedNanoUsd: held } = told(desk)
  desk.timersAt(desk.now + 10_000 * protocolDefaults.giveUpFactor + protocolDefaults.graceMs + 1)
  assert.deepEqual([told(desk).reservedNanoUsd, told(desk).settledNanoUsd], [held, 0])
  for (const again of ['the response', 'the same once more']) {
    desk.respond({ costPicoUsd: 9_000 })
    assert.deepEqual([told(desk).reservedNanoUsd, told(desk).settledNanoUsd], [0, 9], again)
  }
})

test('over the hard limit a request is rejected with the rule and when it resets, and served in the next window', () => {
  const desk = deskWith({ hardMicroUsd: 1 })
  desk.request(request())
  assert.deepEqual(desk.statuses, ['1 rejected budget_exceeded none'])
  assert.match(
    desk.replies[0]?.detail ?? '',
    /^budgets\.hour\.hardMicroUsd: acme may spend .* resets at 1970-01-01T01:00Z/u,
  )
  const [decision] = desk.decisions
  const { kind, reason, claim, target } = decision ?? assert.fail()
  assert.deepEqual([kind, reason, claim, target], ['rejected', 'budget_exceeded', null, null])
  assert.ok((decision?.candidates.length ?? 0) > 0)
})

test('what was spent in a window is no matter of the next', () => {
  const desk = deskWith({ hardMicroUsd: 1e9 })
  desk.request(request())
  desk.respond({ costPicoUsd: 1e15 })
  ask(desk, '2')
  assert.equal(desk.replies.at(-1)?.reason, 'budget_exceeded')
  desk.now += hour
  ask(desk, '3')
  assert.equal(desk.dispatches.length, 2)
  assert.equal(told(desk).settledNanoUsd, 0)
})

test('over the soft limit a request is served, flagged, and told of', () => {
  const desk = deskWith({ softMicroUsd: 1 })
  desk.request(request())
  assert.equal(desk.dispatches.length, 1)
  assert.equal(desk.decisions[0]?.overSoftLimit, 'hour')
  assert.deepEqual(
    desk.effects.map(({ kind }) => kind),
    ['softLimit', 'dispatched'],
  )
})

test('a router whose clock is behind begins no window again', () => {
  const desk = deskWith({ hardMicroUsd: 1e9 })
  desk.now += hour
  desk.request(request())
  desk.respond({ costPicoUsd: 5_000 })
  desk.now -= hour
  ask(desk, '2')
  assert.deepEqual([told(desk).startsAt, told(desk).settledNanoUsd], [hour, 5])
})

test('what another partition has said counts', () => {
  const desk = deskWith({ hardMicroUsd: 1e9 })
  const others = { tenant: 'acme', window: 'hour', startsAt: 0, partition: 99, reservedNanoUsd: 0 }
  foldSpend(desk.spend, { ...others, settledNanoUsd: 1e12 })
  desk.request(request())
  assert.deepEqual(desk.statuses, ['1 rejected budget_exceeded none'])
})

test('a tenant without a budget leaves no trace', () => {
  const desk = new Desk()
  desk.request(request())
  assert.deepEqual([desk.others, desk.decisions[0]?.overSoftLimit], [[], null])
})

test('what was held is released after the step, whatever came of the request', () => {
  const desk = deskWith({ hardMicroUsd: 1e9 })
  for (const id of ['1', '1']) {
    desk.requestHere(different(id), { kind: 'granted' })
    assert.ok(desk.effects.some(({ kind }) => kind === 'release'))
  }
})
