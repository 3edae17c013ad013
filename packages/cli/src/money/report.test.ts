import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import { Heard } from '@waybill/routing/feedback/heard'
import { Opinions } from '@waybill/routing/feedback/opinions'
import { Ledger } from '@waybill/routing/savings/ledger'
import { Tally } from '@waybill/routing/savings/tally'
import { givenCost, givenDecision, start } from '../given.ts'
import type { MoneyRead } from './gather-money.ts'
import { tableOf } from './export-rows.ts'
import { rangeOf } from './range.ts'
import { reportCsv } from './report-csv.ts'
import { reportHtml } from './report-html.ts'
import { dollars, reportPage } from './report-page.ts'
import type { Statement } from './statement.ts'
import { addsUp, statementOf } from './statement.ts'

const range = { from: 0, to: Infinity }

const read = (rest: Partial<MoneyRead> = {}): MoneyRead => ({
  ledger: new Ledger(catalogue),
  tally: new Tally(),
  heard: new Heard(),
  opinions: new Opinions(),
  unreadable: { decisions: 0, costs: 0, feedback: 0 },
  ...rest,
})

function given(): Statement {
  const ledger = new Ledger(catalogue)
  const baselinePicoUsd = 400_000_000
  ledger.book(givenCost({ claim: 'a', baselinePicoUsd }), new Map([['joined', 2]]))
  ledger.book(givenCost({ claim: 'b', tenant: '<b>=1+1', baselinePicoUsd, flags: ['drifted'] }))
  ledger.book(givenCost({ claim: 'c', kind: 'unknown', costPicoUsd: null, upperBoundPicoUsd: 9_000_000_000 }))
  return statementOf(read({ ledger }), range, catalogue, start)
}

test('a page tells totals, parts, unknown outcomes and drift', () => {
  const page = reportPage(given())
  for (const text of ['3 calls', 'joined work in flight', 'may have cost up to $0.0090', 'ALARM drift'])
    assert.ok(page.includes(text), text)
})

test('a model that retires soon, or has, is told of with its day', () => {
  const [id, known] =
    [...catalogue.targets].find(([each]) => each === 'openai/gpt-5.4-mini-2026-03-17') ?? assert.fail()
  const retiresAt = Date.UTC(2026, 11, 24)
  const retiring = { ...catalogue, targets: new Map([...catalogue.targets, [id, { ...known, retiresAt }]]) }
  const ledger = new Ledger(retiring)
  ledger.book(givenCost())
  const alarmsAt = (now: number): readonly string[] =>
    statementOf(read({ ledger }), range, retiring, now).alarms.map(({ text }) => text)
  assert.deepEqual(alarmsAt(start), ['openai/gpt-5.4-mini-2026-03-17 retires on 2026-12-24: 1 call'])
  assert.deepEqual(alarmsAt(retiresAt + 1), ['openai/gpt-5.4-mini-2026-03-17 has retired on 2026-12-24: 1 call'])
  assert.deepEqual(alarmsAt(retiresAt - 61 * 86_400_000), [])
})

test('a saving is never told without what it is measured against', () => {
  const told = given()
  assert.deepEqual(told.baselines, [{ name: 'openai/gpt-5.4-2026-03-05 (same_tokens)', count: 2 }])
  for (const page of [reportPage(told), reportHtml(told)])
    assert.match(page, /at the baseline, openai\/gpt-5\.4-2026-03-05 \(same_tokens\) for 2 answers;/u)
})

test('an empty range says so', () => {
  assert.match(reportPage(statementOf(read(), range, catalogue, start)), /There is nothing in this range/u)
})

test('quality is unknown until somebody says something, and then has its samples', () => {
  const opinions = new Opinions()
  assert.match(reportPage(given()), /Quality is unknown/u)
  const word = { tenant: 'acme', id: '1', source: 'user', at: start }
  for (const accepted of [true, true, false])
    opinions.hear('openai/gpt-5.4-mini-2026-03-17', { ...word, accepted, score: accepted ? 0.9 : null })
  const ledger = new Ledger(catalogue)
  ledger.book(givenCost())
  const told = statementOf(read({ ledger, opinions }), range, catalogue, start)
  assert.match(reportPage(told), /openai\/gpt-5\.4-mini-2026-03-17 +66\.7 % \(3\) +0\.90 \(2\)/u)
  assert.match(reportPage(told), /Quality is known from 3 words/u)
  assert.match(reportHtml(told), /66\.7 % \(3\)/u)
})

test('what could not be read or used has a line each', () => {
  const heard = new Heard()
  heard.add({ tenant: 'acme', id: 'nobody', accepted: true, score: null, source: '', at: start })
  heard.add({ tenant: 'acme', id: '1', accepted: null, score: 7, source: '', at: start })
  const ledger = new Ledger(catalogue)
  ledger.book(givenCost())
  const unreadable = { decisions: 0, costs: 2, feedback: 1 }
  const repeated = givenCost({ claim: 'b' })
  for (const cost of [repeated, repeated, givenCost({ claim: 'c', outputTokens: -1 })]) ledger.book(cost)
  const told = statementOf(read({ ledger, heard, unreadable }), range, catalogue, start)
  for (const line of [
    /note: 2 cost records cannot be read/u,
    /note: 1 feedback records cannot be read/u,
    /note: 1 feedback records have a score that is not from 0 to 1/u,
    /note: 1 words of feedback are on no request that was answered/u,
    /note: 1 cost records were there twice/u,
    /note: 1 cost records have figures that cannot be/u,
  ])
    for (const page of [reportPage(told), reportHtml(told)]) assert.match(page, line)
})

test('each thing that a total must not hide has its line', () => {
  const [ledger, tally] = [new Ledger(catalogue), new Tally()]
  const odd = [
    givenCost({ claim: 'a', costPicoUsd: -1 }),
    givenCost({ claim: 'b', kind: 'unknown', costPicoUsd: null, upperBoundPicoUsd: null }),
    givenCost({ claim: 'c', baselinePicoUsd: null }),
    givenCost({ claim: 'd', at: start - 1 }),
    givenCost({ claim: 'e', flags: ['beyondBound'] }),
    givenCost({ claim: 'e' }),
  ]
  odd.push(givenCost({ claim: 'g', cachedInputTokens: 10, priceVersion: null }))
  for (const cost of odd) ledger.book(cost)
  ledger.book(givenCost({ claim: 'f' }), new Map(), true, start + 2 * 86_400_000)
  tally.add(givenDecision({ kind: 'replayed', claim: 'gone' }))
  tally.settle()
  const told = statementOf(read({ ledger, tally }), range, catalogue, start)
  const lines = [
    /note: 1 cost records have figures that cannot be; they are left out/u,
    /note: 1 calls of unknown outcome had no price that is known: they may have cost more than is said here/u,
    /note: 1 answers have no known baseline; they count as neither saved nor lost/u,
    /note: 1 calls ended before their request was appended: clocks disagree, and hours may be off/u,
    /note: 1 calls were billed for more than their request could cost/u,
    /note: 1 answers read from a cache at prices that this build does not know; the effect stands under routing/u,
    /note: 1 cost records were there twice; they are counted once/u,
    /note: 1 cost records were written more than a day after their call/u,
    /note: 1 duplicates met work without a paid answer on record/u,
  ]
  for (const line of lines) for (const page of [reportPage(told), reportHtml(told)]) assert.match(page, line)
  assert.equal(told.total.spentPicoUsd, `${5 * 165_000_000}`)
  assert.ok(addsUp(told.total))
})

test('every line adds up', () => {
  const { total, by } = given()
  assert.ok([total, ...Object.values(by).flat()].every(addsUp))
})

test('names that callers choose command neither a browser nor a spreadsheet', () => {
  const statement = given()
  assert.ok(!reportHtml(statement).includes('<b>=1'))
  assert.match(reportHtml(statement), /&lt;b&gt;=1\+1/u)
  assert.ok(
    !reportCsv({ ...statement, by: { ...statement.by, tenant: [{ ...statement.total, name: '=1+1' }] } }).includes(
      ',=1',
    ),
  )
})

test('a table has what is only counted, too, in its last column', () => {
  const tally = new Tally()
  tally.add(givenDecision({ kind: 'rejected', reason: 'cost_ceiling', route: 'default' }))
  const ledger = new Ledger(catalogue)
  ledger.book(givenCost({ flags: ['drifted'] }))
  const rows = tableOf(reportCsv(statementOf(read({ ledger, tally }), range, catalogue, start)))
  assert.equal(new Set(rows.map(({ length }) => length)).size, 1)
  const told = rows.filter((row) => row.at(-1) === '1').map(([kind, name]) => `${kind}: ${name}`)
  assert.deepEqual(told, [
    'decision: rejected',
    'default route: chosen, class summary',
    'rejected: cost_ceiling',
    `drift: ${givenCost().target.id} served as gpt-5.4-mini-2026-03-17: 1 call`,
  ])
})

test('what is not certain stands at the top of the page of charts', () => {
  const page = reportHtml(given())
  assert.ok(page.indexOf('1 call of unknown outcome may have cost up to $0.0090') < page.indexOf('Where it was saved'))
})

test('the page of charts loads nothing', () => {
  assert.ok(!/src=|href=|url\(|<script/u.test(reportHtml(given())))
})

test('dollars are rounded for people only', () => {
  assert.deepEqual(['0', '-1', '1000000000000', '-123456789012', '49999999'].map(dollars), [
    '$0.0000',
    '$0.0000',
    '$1.0000',
    '-$0.1235',
    '$0.0000',
  ])
})

test('times are days, instants, or so long ago', () => {
  assert.deepEqual(rangeOf('24h', undefined, start), { from: start - 86_400_000, to: Infinity })
  assert.equal(rangeOf('2026-11-20', '2026-11-21', start).to, Date.UTC(2026, 10, 21))
  assert.throws(() => rangeOf('yesterday', undefined, start), /is no time/u)
  assert.throws(() => rangeOf('1h', '2h', start), /empty/u)
})
