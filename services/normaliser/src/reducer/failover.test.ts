import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { Response } from '@waybill/schemas/generated/response'
import { first, now, outcomes, prepared, second, third } from '../given.ts'
import { said, settled } from '../step.ts'
import type { Prepared } from './prepared.ts'

const nextOf = (value: Prepared): Dispatch | undefined => said(settled(value)).dispatches[0]?.[1]
const endOf = (value: Prepared): readonly [Response['kind'] | undefined, string | null | undefined] => {
  const [response] = said(settled(value)).responses
  return [response?.kind, response?.reason]
}

test('given the deadline has passed, the owner hears that its limits ended the chain', () => {
  const late = { deadline: now }
  assert.deepEqual(endOf(prepared({ ...outcomes.unbilled, dispatch: late })), ['limits', 'deadline'])
  assert.deepEqual(endOf(prepared({ ...outcomes.notSent, dispatch: late })), ['limits', 'deadline'])
})

test('given a call that may have been billed, its end is told, and no heir follows', () => {
  const late = { deadline: now }
  assert.deepEqual(endOf(prepared({ ...outcomes.unusable, dispatch: late })), ['failed', 'schema_mismatch'])
  assert.deepEqual(endOf(prepared({ ...outcomes.ambiguous, dispatch: late })), ['unknown', 'timeout'])
})

const after = (
  name: 'unbilled' | 'ambiguous',
  costCeilingMicroUsd: number,
  spentPicoUsd: number = 0,
): Dispatch | undefined => nextOf(prepared({ ...outcomes[name], dispatch: { costCeilingMicroUsd, spentPicoUsd } }))

test('a target is asked for what the ceiling still pays for, or not at all', () => {
  // The backup costs 0.4 dollars a million tokens of input and 2 of output: 100 of output are 200 micro-dollars.
  assert.equal(after('unbilled', 1_000)?.maxOutputTokens, 100)
  const cut = after('unbilled', 180)
  assert.ok(cut !== undefined && cut.maxOutputTokens < 100 && cut.maxOutputTokens >= 50)
  assert.equal(cut.target.id, second.id)
  assert.equal(after('unbilled', 80), undefined)
  assert.equal(after('unbilled', 180, 100_000_000), undefined)
  const poor = prepared({ ...outcomes.unbilled, dispatch: { costCeilingMicroUsd: 80 } })
  assert.deepEqual(endOf(poor), ['limits', 'cost_ceiling'])
})

test('who names a number of output tokens gets that, or nothing', () => {
  const given = { ...outcomes.unbilled, dispatch: { costCeilingMicroUsd: 180 }, request: { maxOutputTokens: 100 } }
  assert.deepEqual(endOf(prepared(given)), ['limits', 'cost_ceiling'])
})

test('a call of unknown outcome counts against the ceiling with its bound', () => {
  const [known, unknown] = [after('unbilled', 300), after('ambiguous', 300)]
  assert.equal(known?.maxOutputTokens, 100)
  assert.ok(unknown !== undefined && unknown.maxOutputTokens < 100)
  assert.notEqual(after('unbilled', 180), undefined)
  assert.equal(after('ambiguous', 180), undefined)
})

test('what earlier calls of unknown outcome may have cost is not forgotten, and is told at the end', () => {
  const ceiling = { costCeilingMicroUsd: 300 }
  const next = nextOf(prepared({ ...outcomes.ambiguous, dispatch: ceiling }))
  const bound = next?.unknownPicoUsd ?? 0
  assert.ok(bound > 0)
  const again = { ...ceiling, unknownPicoUsd: bound }
  assert.ok((nextOf(prepared({ ...outcomes.unbilled, dispatch: again }))?.maxOutputTokens ?? 100) < 100)
  const [response] = said(settled(prepared({ ...outcomes.ambiguous, dispatch: { ...again, backups: [] } }))).responses
  assert.deepEqual([response?.costPicoUsd, response?.unknownPicoUsd], [0, 2 * bound])
})

test('an order of an older build does not say what is unknown, and nobody guesses', () => {
  const [response] = said(settled(prepared({ ...outcomes.usable, dispatch: { unknownPicoUsd: null } }))).responses
  assert.equal(response?.unknownPicoUsd, null)
})

test('an answer whose bill cannot be worked out counts its bound', () => {
  const judgement = { ...outcomes.usable.judgement, usageSuspect: true }
  const [response] = said(settled(prepared({ judgement }))).responses
  assert.equal(response?.costPicoUsd, 0)
  assert.ok((response.unknownPicoUsd ?? 0) > 0)
})

test('a dear target is passed over for one that the ceiling pays for', () => {
  const dispatch = { costCeilingMicroUsd: 230, backups: [third, second] }
  const next = nextOf(prepared({ ...outcomes.unbilled, dispatch: { ...dispatch, expectedOutputTokens: 40 } }))
  assert.equal(next?.target.id, second.id)
  assert.deepEqual(next.backups, [third])
})

test('a provider that is to be left alone comes last', () => {
  const sibling = { ...first, id: 'openai/dear', model: 'dear' }
  const order = (failure: string): string | undefined => {
    const outcome = { ...outcomes.unbilled.outcome, failure }
    return nextOf(prepared({ outcome, dispatch: { backups: [sibling, second] } }))?.target.id
  }
  assert.equal(order('rate_limited'), sibling.id)
  assert.equal(order('connect_failed'), second.id)
  assert.equal(order('auth'), second.id)
  const outcome = { ...outcomes.unbilled.outcome, failure: 'auth' }
  assert.equal(nextOf(prepared({ outcome, dispatch: { backups: [sibling] } }))?.target.id, sibling.id)
})

test('a target that the catalogue no longer has is never asked', () => {
  const gone = { ...second, id: 'anthropic/gone', model: 'gone' }
  assert.equal(nextOf(prepared({ ...outcomes.unbilled, dispatch: { backups: [gone, third] } }))?.target.id, third.id)
  const none = prepared({ ...outcomes.unbilled, dispatch: { backups: [gone] } })
  assert.deepEqual(endOf(none), ['failed', 'rate_limited'])
})
