import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import { featuresOf } from '@waybill/routing/estimate/features'
import { estimatedTokens, inputTokensAt } from '@waybill/routing/estimate/tokens'
import { givenCost } from '@waybill/routing/savings/given'
import type { Cost } from '@waybill/schemas/generated/cost'
import { Desk, request } from './desk.test.ts'
import { Lessons } from './learning.ts'

const asked = request({ taskClass: 'chat', maxOutputTokens: 100 })
const features = featuresOf(asked)
const bytes = 3_000
const own = estimatedTokens(features, bytes)

function dispatched(): Desk['dispatches'][number] {
  const desk = new Desk()
  desk.requestHere(asked)
  const [dispatch] = desk.dispatches
  if (dispatch === undefined) throw new Error('Nothing was dispatched.')
  return dispatch
}

const { claim, hash, tenant, owner, target, taskClass, estimatedInputTokens } = dispatched()

/** The vendor counts nine tokens for five of our estimate, give or take a fifth. */
const countedAt = (at: number): number => Math.round((estimatedInputTokens ?? 0) * (1.8 + 0.36 * Math.sin(at)))

const costAt = (at: number, rest: Partial<Cost> = {}): Cost =>
  givenCost({
    claim,
    tenant,
    id: owner,
    hash,
    target,
    inputTokens: countedAt(at) - 1,
    cachedInputTokens: 1,
    cacheWriteInputTokens: null,
    outputTokens: 40,
    reasoningTokens: null,
    taskClass,
    at,
    estimatedInputTokens,
    ...rest,
  })

/** How far the estimate is from what the vendor counts on average, as a share of that. */
function errorAfter(costs: readonly Cost[]): number {
  const lessons = new Lessons()
  for (const cost of costs) lessons.hear(cost)
  const known = catalogue.targets.get(target.id)
  assert.ok(known !== undefined)
  const ratios = lessons.learned.inputRatio.get('chat')
  const { expected } = inputTokensAt(known, own, { request: asked, features }, ratios)
  return Math.abs(expected / (own * 1.8) - 1)
}

const costs = (count: number, rest: Partial<Cost> = {}): readonly Cost[] =>
  Array.from({ length: count }, (_, at) => costAt(at, rest))

test('a dispatch says what the request was estimated at before any ratio, unless it has images', () => {
  assert.ok(estimatedInputTokens !== null && estimatedInputTokens > 0)
  const desk = new Desk()
  const image = {
    kind: 'image',
    text: null,
    json: null,
    opaque: null,
    media: { mimeType: 'image/png', data: Buffer.from('x'), uri: null },
  }
  desk.requestHere(request({ messages: [{ role: 'user', parts: [image] }] }))
  assert.deepEqual(
    desk.dispatches.map((each) => each.estimatedInputTokens),
    [null],
  )
})

test('after twenty costs the estimate is near what the vendor counts; the declared prior was not', () => {
  assert.ok(errorAfter(costs(19)) > 0.3)
  assert.ok(errorAfter(costs(20)) < 0.05, String(errorAfter(costs(20))))
  assert.ok(errorAfter(costs(500)) < 0.05, String(errorAfter(costs(500))))
})

test('a cost in fifty that is absurd leaves the estimate near', () => {
  const some = costs(500).map((cost, at) => (at % 50 === 49 ? { ...cost, inputTokens: 9e15 } : cost))
  assert.ok(errorAfter(some) < 0.1, String(errorAfter(some)))
})

test('only what was paid teaches, and only where the estimate is known', () => {
  for (const rest of [{ kind: 'unknown' }, { kind: 'free' }, { estimatedInputTokens: null }] as const)
    assert.ok(errorAfter(costs(50, rest)) > 0.3)
})
