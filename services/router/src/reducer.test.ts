import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import { Desk, request } from './desk.test.ts'
import { prepareRequest } from './preparing.ts'

test('a new request starts a chain, and its answer is its reply', () => {
  const desk = new Desk()
  desk.request(request())
  const [dispatch] = desk.dispatches
  assert.deepEqual(
    [dispatch?.attempt, dispatch?.k, dispatch?.flagged, dispatch?.owner, dispatch?.claim],
    [1, 0, false, '1', `requests/${desk.partition}/0`],
  )
  assert.ok((dispatch?.backups.length ?? 0) > 0)
  desk.respond()
  assert.deepEqual(desk.statuses, ['1 completed - none'])
  assert.equal(desk.replies[0]?.costPicoUsd, 77)
  assert.deepEqual(
    desk.decisions.map(({ kind }) => kind),
    ['routed'],
  )
})

test('the same work joins what is in flight, and one call serves both', () => {
  const desk = new Desk()
  desk.request(request())
  desk.request(request({ id: '2' }))
  desk.request(request({ id: '2' }))
  desk.respond()
  assert.equal(desk.dispatches.length, 1)
  assert.deepEqual(desk.statuses, ['1 completed - none', '2 completed - joined'])
  assert.equal(desk.replies[1]?.costPicoUsd, 0)
  assert.deepEqual(
    desk.decisions.map(({ kind }) => kind),
    ['routed', 'joined', 'redelivered'],
  )
})

test('a duplicate of an answered request gets that answer again, without a call', () => {
  const desk = new Desk()
  desk.request(request())
  const response = desk.respond()
  desk.request(request({ id: '2' }))
  const [read] = desk.effects
  assert.deepEqual(read, {
    kind: 'read',
    hash: response.hash,
    claim: response.claim,
    where: `responses/${desk.partition}/1`,
  })
  desk.step({ kind: 'outcome', outcome: { hash: response.hash, claim: response.claim, response, bytes: 100 } })
  assert.deepEqual(desk.statuses, ['1 completed - none', '2 completed - replayed'])
  assert.equal(desk.dispatches.length, 1)
})

test('an answer that is gone is not answered with, and the next request may call again, flagged', () => {
  const desk = new Desk()
  desk.request(request())
  const { hash, claim } = desk.respond()
  desk.request(request({ id: '2' }))
  desk.step({ kind: 'outcome', outcome: { hash, claim, response: null, bytes: 0 } })
  desk.request(request({ id: '3' }))
  assert.deepEqual(desk.statuses, ['1 completed - none', '2 failed answer_lost replayed'])
  assert.deepEqual([desk.dispatches[1]?.k, desk.dispatches[1]?.flagged], [1, true])
})

test('a new owner reads again for those who wait on an answered claim', () => {
  const desk = new Desk()
  desk.request(request())
  desk.respond()
  desk.request(request({ id: '2' }))
  desk.step({ kind: 'takenOver' })
  assert.deepEqual(
    desk.effects.map(({ kind }) => kind),
    ['read'],
  )
})

test('limits of the owner promote an heir, who keeps k', () => {
  const desk = new Desk()
  desk.request(request({ latencyBudgetMs: 500 }))
  desk.request(request({ id: '2' }))
  desk.respond({ kind: 'limits', reason: 'deadline', answer: null })
  assert.deepEqual(desk.statuses, ['1 failed deadline none'])
  assert.deepEqual([desk.dispatches.length, desk.dispatches[1]?.owner, desk.dispatches[1]?.k], [2, '2', 0])
  desk.respond()
  assert.deepEqual(desk.statuses.slice(1), ['2 completed - joined'])
  assert.equal(desk.replies[1]?.costPicoUsd, 77)
  assert.deepEqual(
    desk.decisions.map(({ kind }) => kind),
    ['routed', 'joined', 'heir'],
  )
})

test('a failure reaches everybody who waits, and the claim remembers what may have been billed', () => {
  const desk = new Desk()
  desk.request(request())
  desk.request(request({ id: '2' }))
  desk.respond({ kind: 'unknown', reason: 'orphan', answer: null, k: 1 })
  assert.deepEqual(desk.statuses, ['1 failed orphan none', '2 failed orphan joined'])
  desk.request(request({ id: '3' }))
  assert.deepEqual([desk.dispatches[1]?.k, desk.dispatches[1]?.flagged], [1, true])
})

test('a deadline is answered although the work goes on, which may still fill the claim', () => {
  const desk = new Desk()
  desk.request(request())
  desk.timersAt(desk.now + 10_000 + protocolDefaults.graceMs)
  assert.deepEqual(desk.statuses, ['1 failed deadline none'])
  assert.equal(desk.replies[0]?.workContinues, true)
  desk.respond()
  assert.equal(desk.replies.length, 1)
  desk.request(request({ id: '2' }))
  assert.equal(desk.effects[0]?.kind, 'read')
})

test('a chain without an answer is given up: its late answer meets nobody', () => {
  const desk = new Desk()
  desk.request(request())
  desk.timersAt(desk.now + 10_000 * protocolDefaults.giveUpFactor + protocolDefaults.graceMs + 1)
  desk.request(request({ id: '2' }))
  assert.deepEqual([desk.dispatches.length, desk.dispatches[1]?.k], [2, 1])
  const [first] = desk.dispatches
  desk.respond({ claim: first?.claim ?? '' })
  assert.equal(desk.replies.length, 1)
})

test('the window ends a settled claim, and not one that somebody waits on', () => {
  const desk = new Desk()
  desk.request(request())
  desk.respond()
  const life = protocolDefaults.dedupWindowMs + protocolDefaults.sendByMs + protocolDefaults.claimMarginMs
  desk.timersAt(desk.now + life)
  assert.equal(desk.store.size, 0)
  desk.request(request())
  assert.equal(desk.dispatches.length, 2)
})

test('one key with another body is refused, and the same body is the same work', () => {
  const key = { idempotency: 'key', idempotencyKey: 'k' } as const
  const home = prepareRequest(request(key), 100, 4).home
  const desk = new Desk(home)
  desk.request(request(key))
  desk.request(request({ ...key, id: '2', taskClass: 'summary' }))
  desk.request(request({ ...key, id: '3' }))
  desk.respond()
  assert.deepEqual(desk.statuses, ['2 rejected key_reused none', '1 completed - none', '3 completed - joined'])
})

test('a request on another partition than its hash is re-keyed; one re-keyed wrongly is refused', () => {
  const desk = new Desk()
  const other = new Desk((desk.partition + 1) % 4)
  other.request(request())
  const [output] = other.others
  assert.deepEqual(
    [output?.topic.name, output?.partition, output?.headers?.['appended-at']],
    ['requests.rekeyed', desk.partition, '1000000'],
  )
  other.request(request(), 'requests.rekeyed')
  assert.deepEqual(other.statuses, ['1 rejected wrong_home none'])
})

test('a request that breaks a rule is refused once, with the path and the rule', () => {
  const broken = request({ tools: [{ name: 'a', description: null, parameters: '{"type": 5}' }] })
  const desk = new Desk(prepareRequest(broken, 100, 4).home)
  desk.request(broken)
  desk.request(broken)
  assert.deepEqual(desk.statuses, ['1 rejected invalid_request none'])
  assert.match(desk.replies[0]?.detail ?? '', /^tools\[0\]\.parameters/u)
  const nameless = new Desk(prepareRequest(request({ tenant: '' }), 100, 4).home)
  nameless.request(request({ tenant: '' }))
  assert.match(nameless.replies[0]?.detail ?? '', /^tenant: /u)
})

test('nobody eligible is a rejection that names the rule, and the next in line is tried', () => {
  const desk = new Desk(
    prepareRequest(
      request({ constraints: { providers: ['nobody'], accounts: [], regions: [], retention: null } }),
      100,
      4,
    ).home,
  )
  desk.request(request({ constraints: { providers: ['nobody'], accounts: [], regions: [], retention: null } }))
  assert.equal(desk.replies[0]?.status, 'rejected')
  assert.notEqual(desk.replies[0]?.reason, null)
  assert.equal(desk.dispatches.length, 0)
})

test('the record of a rejection holds what it was made from: tokens, limits, and every candidate in dollars', () => {
  const desk = new Desk()
  desk.requestHere(request({ costCeilingMicroUsd: 1, maxOutputTokens: 10_000 }))
  const [decision] = desk.decisions
  assert.ok(decision !== undefined)
  const { kind, reason, costCeilingMicroUsd, expectedInputTokens, expectedOutputTokens, candidates } = decision
  assert.deepEqual([kind, reason, costCeilingMicroUsd], ['rejected', 'cost_ceiling', 1])
  assert.ok(expectedInputTokens > 0 && expectedOutputTokens > 0 && candidates.length > 1)
  for (const { detail } of candidates) assert.match(detail ?? '', /^up to \$0\.\d{2,9}, the ceiling is \$0\.000001$/u)
  assert.match(desk.replies[0]?.detail ?? '', /the ceiling is \$0\.000001/u)
})

test('a decision that has overrun takes the default route, and its record says so', () => {
  const desk = new Desk()
  let us = 0
  desk.clock = () => (us += 51_000)
  desk.requestHere(request())
  const [decision] = desk.decisions
  assert.deepEqual([decision?.overran, decision?.route, decision?.kind], [true, 'default', 'routed'])
  const { defaultRoute } = desk.policy.everyone
  assert.equal(desk.dispatches[0]?.target.id, defaultRoute[0])
})

test('an unreadable request is refused where it can be named; a lost response fails its chain', () => {
  const desk = new Desk()
  const unreadable = { kind: 'unreadable', reason: 'malformed', detail: 'no Request', value: null } as const
  desk.step({ ...unreadable, arrival: { ...desk.arrival('requests'), headers: { tenant: 'acme', id: '9' } } })
  assert.deepEqual(desk.statuses, ['9 rejected unreadable none'])
  desk.step({ ...unreadable, arrival: desk.arrival('requests') })
  assert.equal(desk.replies.length, 1)
  desk.request(request())
  const { claim = '', hash = '' } = desk.dispatches[0] ?? {}
  desk.step({ ...unreadable, arrival: { ...desk.arrival('responses'), headers: { claim, hash, tenant: 'acme' } } })
  assert.deepEqual(desk.statuses.slice(1), ['1 failed response_unreadable none'])
})

test('who asked at the end of the window is remembered for one of their own, and the answer is not', () => {
  const desk = new Desk()
  const life = protocolDefaults.dedupWindowMs + protocolDefaults.sendByMs + protocolDefaults.claimMarginMs
  desk.request(request())
  const response = desk.respond()
  desk.now += life - 1
  desk.request(request({ id: '2' }))
  const { hash, claim } = response
  desk.step({ kind: 'outcome', outcome: { hash, claim, response, bytes: 100 } })
  assert.equal(desk.replies.length, 2)
  desk.timersAt(desk.now + 1)
  desk.request(request({ id: '2' }))
  assert.deepEqual([desk.replies.length, desk.dispatches.length], [2, 1])
  desk.request(request({ id: '3' }))
  desk.respond()
  assert.deepEqual([desk.replies.length, desk.dispatches.length, desk.dispatches[1]?.k], [3, 2, 0])
  desk.timersAt(desk.now + life)
  assert.equal(desk.store.size, 0)
})
