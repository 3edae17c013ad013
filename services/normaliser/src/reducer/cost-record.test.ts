import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogueOf } from '@waybill/routing/catalogue/catalogue'
import { contractPrice, upperBound } from '@waybill/routing/price'
import type { Cost } from '@waybill/schemas/generated/cost'
import { contractCatalogue } from '../contract-catalogue.ts'
import { given as decision } from '@waybill/routing/given'
import { answer, catalogue, dispatch, first, noUsage, now, outcomes, prepared } from '../given.ts'
import { said, settled } from '../step.ts'
import { costRecordOf } from './cost-record.ts'
import type { Prepared } from './prepared.ts'

function costOf(value: Prepared): Cost {
  const [cost] = said(settled(value)).costs
  assert.ok(cost !== undefined)
  return cost
}

const price = catalogue.targets.get(first.id)?.prices[0]
assert.ok(price !== undefined)
const bound = upperBound(10 + dispatch().request.length, 100, price)

test('a paid call costs its tokens, each in one bucket, at the price of its day', () => {
  const cost = costOf(prepared(outcomes.usable))
  const { inputTokens, cachedInputTokens, cacheWriteInputTokens, outputTokens, reasoningTokens } = cost
  assert.deepEqual(
    { inputTokens, cachedInputTokens, cacheWriteInputTokens, outputTokens, reasoningTokens },
    { inputTokens: 60, cachedInputTokens: 40, cacheWriteInputTokens: null, outputTokens: 30, reasoningTokens: 10 },
  )
  assert.equal(cost.costPicoUsd, 60 * 200_000 + 40 * 20_000 + 30 * 1_000_000)
  assert.equal(cost.upperBoundPicoUsd, null)
  assert.equal(cost.priceVersion, `${first.id} since launch, checked 2026-11-26`)
  assert.equal(cost.providerRequestId, 'r-1')
  assert.deepEqual([cost.labels, cost.taskClass, cost.at, cost.callMs], [{ team: 'billing' }, 'summary', now - 10, 880])
})

test('a price that changes mid-window holds for the calls that begin after', () => {
  const target = catalogue.targets.get(first.id) ?? assert.fail()
  const dearer = { ...price, since: 'today', validFrom: now, output: 2 * price.output }
  const changed = {
    ...catalogue,
    targets: new Map([...catalogue.targets, [first.id, { ...target, prices: [price, dearer] }]]),
  }
  const booking = {
    kind: 'paid',
    failure: null,
    usage: answer().usage,
    servedModel: null,
    servedTier: null,
    flags: [],
  } as const
  const [before, after] = [now - 1, now].map((sentAt) =>
    costRecordOf(prepared({ ...outcomes.usable, outcome: { sentAt } }), booking, changed),
  )
  assert.equal((after?.costPicoUsd ?? 0) - (before?.costPicoUsd ?? 0), 30 * price.output)
  assert.match(before?.priceVersion ?? '', /since launch/u)
  assert.match(after?.priceVersion ?? '', /since today/u)
})

test('the baseline prices the same tokens, of an answer only', () => {
  const paid = costOf(prepared(outcomes.usable))
  assert.equal(paid.baselinePicoUsd, 60 * 2_000_000 + 40 * 200_000 + 30 * 10_000_000)
  assert.deepEqual([paid.baselineModel, paid.baselineMethod], ['openai/dear', 'same_tokens'])
  for (const wasted of [outcomes.unusable, outcomes.ambiguous, outcomes.unbilled]) {
    const cost = costOf(prepared(wasted))
    assert.deepEqual([cost.baselineModel, cost.baselinePicoUsd, cost.baselineMethod], ['openai/dear', null, null])
  }
})

test('a baseline that nobody knows the price of is named, and not guessed', () => {
  const cost = costOf(prepared({ ...outcomes.usable, dispatch: { baselineModel: 'openai/gone' } }))
  assert.deepEqual([cost.baselineModel, cost.baselinePicoUsd], ['openai/gone', null])
})

test('what may have been billed has an upper bound: each byte a token, and all output used', () => {
  for (const name of ['ambiguous', 'orphan'] as const) {
    const cost = costOf(prepared(outcomes[name]))
    assert.deepEqual([cost.kind, cost.costPicoUsd, cost.upperBoundPicoUsd], ['unknown', null, bound])
  }
})

test('a bill that cannot be worked out is unknown, never free', () => {
  const { judgement } = outcomes.usable
  const uncounted = prepared({ judgement: { ...judgement, answer: answer({ usage: noUsage }) } })
  const suspect = prepared({ judgement: { ...judgement, usageSuspect: true } })
  for (const value of [uncounted, suspect]) {
    const { costs, responses } = said(settled(value))
    assert.deepEqual([costs[0]?.kind, costs[0]?.costPicoUsd, costs[0]?.upperBoundPicoUsd], ['unknown', null, bound])
    assert.deepEqual([responses[0]?.kind, responses[0]?.costPicoUsd], ['ok', 0])
  }
  const gone = { ...first, id: 'openai/gone', model: 'gone' }
  const unpriced = costOf(prepared({ ...outcomes.usable, dispatch: { target: gone } }))
  assert.deepEqual([unpriced.kind, unpriced.costPicoUsd, unpriced.upperBoundPicoUsd], ['unknown', null, null])
})

test('a call known to be unbilled is free, and one whose connection was never tried is none', () => {
  const cost = costOf(prepared(outcomes.unbilled))
  assert.deepEqual([cost.kind, cost.costPicoUsd, cost.failure, cost.status], ['free', 0, 'rate_limited', 429])
  assert.equal(cost.providerRequestId, 'r-9')
  const untried = { outcome: { ...outcomes.unbilled.outcome, sentAt: null } }
  assert.deepEqual(said(settled(prepared(untried))).costs, [])
})

const flags = (value: Prepared): string => costOf(value).flags.join()

test('flags say what was special', () => {
  assert.equal(flags(prepared(outcomes.usable)), '')
  assert.equal(flags(prepared({ ...outcomes.usable, dispatch: { explored: true } })), 'exploration')
  assert.equal(
    flags(prepared({ ...outcomes.unusable, dispatch: { attempt: 2, flagged: true } })),
    'backup,flagged,unusable',
  )
  const wrong = { ...outcomes.unusable.judgement, drifted: true }
  assert.equal(flags(prepared({ ...outcomes.unusable, judgement: wrong })), 'unusable,drifted')
  const { judgement } = outcomes.usable
  const odd = { ...judgement, answer: answer({ repaired: true, drifted: true }) }
  assert.equal(flags(prepared({ judgement: odd, dispatch: { deadline: now - 20 } })), 'repaired,drifted,late')
})

test('a bill beyond what the request could cost is booked as it is, and flagged', () => {
  const { judgement } = outcomes.usable
  const billed = (outputTokens: number): Cost =>
    costOf(prepared({ judgement: { ...judgement, answer: answer({ usage: { ...answer().usage, outputTokens } }) } }))
  const absurd = billed(1_000_000)
  assert.equal(absurd.kind, 'paid')
  assert.equal(absurd.costPicoUsd, 60 * 200_000 + 40 * 20_000 + 1_000_000 * 1_000_000)
  assert.deepEqual([absurd.flags, billed(90).flags], [['beyondBound'], []])
})

test('a request full of labels still fits the topic of costs', () => {
  const labels = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`label-${at}`, 'x'.repeat(10_000)]))
  const kept = costOf(prepared({ ...outcomes.usable, request: { labels } })).labels
  assert.deepEqual(Object.keys(kept), ['label-0', 'label-1', 'label-2', 'label-3', 'label-4', 'label-5'])
})

test('what a contract takes off is off the ledger', () => {
  const { policy } = decision({
    targets: [{ id: first.id }],
    policy: { contracts: new Map([[first.provider, { price: 0.5, regions: null, retention: null }]]) },
  })
  const value = prepared(outcomes.usable)
  const booking = {
    kind: 'paid',
    failure: null,
    usage: answer().usage,
    servedModel: null,
    servedTier: null,
    flags: [],
  } as const
  const cost = costRecordOf(value, booking, contractCatalogue(catalogue, policy))
  assert.equal(cost.costPicoUsd, 42_800_000 / 2)
  assert.match(cost.priceVersion ?? '', /, times 0\.5 by contract$/u)
})

test('a call is booked at the service tier that it was served at, whatever was asked for', () => {
  const target = catalogue.targets.get(first.id) ?? assert.fail()
  const flex = { ...target, id: `${first.id}+flex`, serviceTier: 'flex', prices: [contractPrice(price, 0.5)] }
  const both = catalogueOf([target, flex])
  const booked = (serviceTier: string | null, servedTier: string | null): readonly unknown[] => {
    const id = serviceTier === null ? first.id : `${first.id}+${serviceTier}`
    const value = prepared({ ...outcomes.usable, dispatch: { target: { ...first, id, serviceTier } } })
    const booking = {
      kind: 'paid',
      failure: null,
      usage: answer().usage,
      servedModel: null,
      servedTier,
      flags: [],
    } as const
    const { kind, costPicoUsd, upperBoundPicoUsd } = costRecordOf(value, booking, both)
    return [kind, costPicoUsd, upperBoundPicoUsd]
  }
  const paid = ['paid', 42_800_000, null]
  const cheap = ['paid', 21_400_000, null]
  for (const served of ['standard', null]) assert.deepEqual(booked(null, served), paid)
  for (const served of ['flex', null]) assert.deepEqual(booked('flex', served), cheap)
  assert.deepEqual(booked('flex', 'standard'), paid, 'there was no room at the cheaper tier')
  assert.deepEqual(booked(null, 'flex'), cheap, 'the project is set to it')
  assert.deepEqual(booked(null, 'scale'), ['unknown', null, null], 'nobody knows its price')
})
