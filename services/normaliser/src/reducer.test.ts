import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { OutcomeName } from './given.ts'
import { answer, first, now, outcomes, prepared, second } from './given.ts'
import { said, settled, unreadable } from './step.ts'

/** What comes of an outcome: its cost record, and how the chain ends with k, or goes on. */
type Row = readonly [outcome: OutcomeName, cost: Cost['kind'] | 'none', end: string]

/** A chain in its second attempt, k = 1, with backups left or without. */
function rowOf(name: OutcomeName, mode: 'strict' | 'availability', hasBackups: boolean): Row {
  const order = { mode, k: 1, flagged: true, attempt: 2, ...(hasBackups ? {} : { backups: [] }) }
  const { costs, responses, dispatches } = said(settled(prepared({ ...outcomes[name], dispatch: order })))
  const end = [
    ...responses.map(({ kind, k }) => `${kind} ${k}`),
    ...dispatches.map(([topic, { attempt, k, flagged }]) => `${topic} ${attempt} ${k} ${flagged}`),
  ]
  return [name, costs.map(({ kind }) => kind).join() === '' ? 'none' : (costs[0]?.kind ?? 'none'), end.join(', ')]
}

const names = ['usable', 'unusable', 'unbilled', 'notSent', 'ambiguous', 'orphan', 'limits'] as const
const table = (mode: 'strict' | 'availability', hasBackups: boolean): readonly Row[] =>
  names.map((name) => rowOf(name, mode, hasBackups))

test('strict: a call that may have been billed is never followed by another', () => {
  const next = 'provider.anthropic.requests 3 1 true'
  assert.deepEqual(table('strict', true), [
    ['usable', 'paid', 'ok 1'],
    ['unusable', 'paid', 'failed 2'],
    ['unbilled', 'free', next],
    ['notSent', 'none', next],
    ['ambiguous', 'unknown', 'unknown 2'],
    ['orphan', 'unknown', 'unknown 2'],
    ['limits', 'none', 'limits 1'],
  ])
})

test('availability: another target is asked, flagged, as long as one is left', () => {
  const [same, flagged] = ['provider.anthropic.requests 3 1 true', 'provider.anthropic.requests 3 2 true']
  assert.deepEqual(table('availability', true), [
    ['usable', 'paid', 'ok 1'],
    ['unusable', 'paid', flagged],
    ['unbilled', 'free', same],
    ['notSent', 'none', same],
    ['ambiguous', 'unknown', flagged],
    ['orphan', 'unknown', flagged],
    ['limits', 'none', 'limits 1'],
  ])
})

for (const mode of ['strict', 'availability'] as const)
  test(`${mode}, with no target left: the chain ends`, () => {
    assert.deepEqual(table(mode, false), [
      ['usable', 'paid', 'ok 1'],
      ['unusable', 'paid', 'failed 2'],
      ['unbilled', 'free', 'failed 1'],
      ['notSent', 'none', 'failed 1'],
      ['ambiguous', 'unknown', 'unknown 2'],
      ['orphan', 'unknown', 'unknown 2'],
      ['limits', 'none', 'limits 1'],
    ])
  })

const called = new Set<OutcomeName>(['usable', 'unusable', 'unbilled', 'ambiguous', 'orphan'])
const unbilled = new Set<OutcomeName>(['unbilled', 'notSent'])

const anyOrder = fc.record({
  mode: fc.constantFrom('strict', 'availability', 'other'),
  attempt: fc.integer({ min: 1, max: 3 }),
  backupsAllowed: fc.integer({ min: 0, max: 2 }),
  deadline: fc.constantFrom(now - 1, now, now + 1, now + 60_000),
  costCeilingMicroUsd: fc.option(fc.integer({ min: 0, max: 2_000 })),
  spentPicoUsd: fc.integer({ min: 0, max: 1_000_000_000 }),
})

test('every result gives one of response and dispatch, and one cost for a call and none without', () => {
  const property = fc.property(fc.constantFrom(...names), anyOrder, (name, order) => {
    const outputs = said(settled(prepared({ ...outcomes[name], dispatch: order })))
    assert.equal(outputs.responses.length + outputs.dispatches.length, 1)
    assert.equal(outputs.costs.length, called.has(name) ? 1 : 0)
    const [[, next] = []] = outputs.dispatches
    if (next === undefined) return
    assert.ok(order.mode === 'availability' || unbilled.has(name))
    assert.ok(order.deadline > now)
    assert.deepEqual([next.attempt, next.backupsAllowed], [order.attempt + 1, order.backupsAllowed - 1])
    assert.ok(order.spentPicoUsd < (order.costCeilingMicroUsd ?? Infinity) * 1e6)
  })
  fc.assert(property, { numRuns: 500 })
})

test('the answer, its claim and its cost reach whoever waits', () => {
  const outputs = settled(prepared({ ...outcomes.usable, dispatch: { spentPicoUsd: 1_000, attempt: 2 } }))
  const [response] = said(outputs).responses
  const headers = {
    claim: 'requests/0/7',
    attempt: '2',
    k: '0',
    owner: 'order-1',
    tenant: 'acme',
    id: 'order-1',
    hash: 'abc',
  }
  assert.deepEqual(
    outputs.map((output) => [output.topic.name, output.key, output.headers]),
    [
      ['costs', 'requests/0/7', headers],
      ['responses', 'abc', headers],
    ],
  )
  assert.deepEqual(response, {
    claim: 'requests/0/7',
    hash: 'abc',
    tenant: 'acme',
    owner: 'order-1',
    kind: 'ok',
    reason: null,
    answer: answer(),
    k: 0,
    attempts: 2,
    flagged: false,
    costPicoUsd: 1_000 + 42_800_000,
    unknownPicoUsd: 0,
    timings: { appendedAt: now - 1_000, sentAt: now - 890, endedAt: now - 10, callMs: 880 },
  })
})

test('given a result of which nothing can be read, its headers end the chain and its call is of unknown cost', () => {
  const { costs, responses } = said(unreadable(null, 'malformed'))
  const [cost] = costs
  const [response] = responses
  assert.deepEqual([cost?.kind, cost?.claim, cost?.attempt, cost?.id], ['unknown', 'requests/0/7', 2, 'order-1'])
  assert.deepEqual([response?.kind, response?.k, response?.reason], ['failed', 2, 'result_unreadable'])
})

test('given headers that are no numbers, the chain still ends; given none, there is none to end', () => {
  const outputs = said(unreadable(null, 'malformed', { claim: 'c', hash: 'h', attempt: 'x', k: '-1' }))
  assert.deepEqual([outputs.responses[0]?.k, outputs.responses[0]?.attempts, outputs.costs[0]?.attempt], [1, 1, 1])
  assert.deepEqual(unreadable(null, 'malformed', {}), [])
})

test('given an answer too large to be passed on, its cost is kept and the chain ends', () => {
  const { costs, responses } = said(unreadable(prepared(outcomes.usable), 'too_large'))
  assert.deepEqual([costs[0]?.kind, costs[0]?.failure, costs[0]?.flags], ['paid', 'too_large', ['unusable']])
  const [response] = responses
  assert.deepEqual([response?.kind, response?.reason, response?.k, response?.answer], ['failed', 'too_large', 1, null])
  const unsent = said(unreadable(prepared(outcomes.notSent), 'too_large'))
  assert.deepEqual([unsent.costs.length, unsent.responses[0]?.k, unsent.dispatches.length], [0, 0, 0])
})

test('what no other target can do is asked of none', () => {
  const filtered = { outcome: { ...outcomes.unbilled.outcome, failure: 'content_filter' } } as const
  const unread = { outcome: { ...outcomes.notSent.outcome, failure: 'unreadable_request' } } as const
  const untold = {
    ...outcomes.unusable,
    judgement: { ...outcomes.unusable.judgement, failure: 'schema_timeout' },
  } as const
  for (const given of [filtered, unread, untold, { ...outcomes.ambiguous, request: null }])
    assert.equal(said(settled(prepared(given))).dispatches.length, 0)
})

test('the order for the next target carries on where this one was', () => {
  const given = { ...outcomes.ambiguous, dispatch: { spentPicoUsd: 5, explored: true } }
  const [[topic, next] = []] = said(settled(prepared(given))).dispatches
  assert.equal(topic, 'provider.anthropic.requests')
  const { request, ...rest } = prepared(given).result.dispatch
  const unknownPicoUsd = said(settled(prepared(given))).costs[0]?.upperBoundPicoUsd
  assert.deepEqual(
    { ...next, request: null },
    {
      ...rest,
      request: null,
      attempt: 2,
      k: 1,
      flagged: true,
      target: second,
      backups: rest.backups.slice(1),
      backupsAllowed: 1,
      startBy: now + 3_000,
      explored: false,
      unknownPicoUsd,
    },
  )
  assert.deepEqual(next?.request, request)
  assert.notEqual(next?.target.id, first.id)
})
