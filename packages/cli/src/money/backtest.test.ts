import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Backtest } from '@waybill/routing/backtest/backtest'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import { givenDecision } from '../given.ts'
import { readPolicy } from '../policy/policy-file.ts'
import { backtestPage } from './backtest-page.ts'
import { outcomeNotes, outcomeOf, readOutcomes } from './outcome-lines.ts'

test('an outcome needs a class and a target, and figures that can be', () => {
  const line = { taskClass: 'chat', target: 'openai/gpt-5.4-2026-03-05' }
  assert.equal(outcomeOf(JSON.stringify({ ...line, score: 1 }))?.score, 1)
  assert.equal(outcomeOf(JSON.stringify(line))?.latencyMs, null)
  for (const bad of ['', 'null', '[]', '{"taskClass":"chat"}', JSON.stringify({ ...line, score: 7 })])
    assert.equal(outcomeOf(bad), null)
  assert.equal(outcomeOf(JSON.stringify({ ...line, costPicoUsd: -1 })), null)
})

test('a page without decisions says so, and claims nothing', () => {
  const checked = readPolicy('')
  assert.ok('policy' in checked)
  assert.equal(
    backtestPage('p.yaml', new Backtest(checked.policy, catalogue).result(), 0),
    'There is no decision in this range.',
  )
})

test('what a file of outcomes holds and nothing can use has a line each', async (context) => {
  const checked = readPolicy('')
  assert.ok('policy' in checked)
  const folder = mkdtempSync(join(tmpdir(), 'waybill-outcomes-'))
  context.after(() => {
    rmSync(folder, { recursive: true })
  })
  const path = join(folder, 'outcomes.jsonl')
  const line = { taskClass: 'summary', target: givenDecision().target, score: 0.9 }
  const lines = [line, { ...line, taskClass: 'sumary' }, { ...line, target: 'openai/gpt-9' }].map((each) =>
    JSON.stringify(each),
  )
  writeFileSync(path, [...lines, 'nonsense', ''].join('\r\n'))
  const backtest = new Backtest(checked.policy, catalogue)
  backtest.decision(givenDecision())
  const notes = outcomeNotes(await readOutcomes(path, backtest), backtest)
  assert.equal(backtest.result().scores, 3)
  assert.match(notes[0] ?? '', /^note: 1 line of .* name no class and target/u)
  assert.match(notes[1] ?? '', /^note: 2 outcomes of .* no decision here names, such as \["sumary",/u)
  await assert.rejects(readOutcomes(folder, backtest), /^UsageError: --outcomes ".*" cannot be read \(EISDIR\)/u)
})

test('too few words on quality are told apart from none', () => {
  const checked = readPolicy('')
  assert.ok('policy' in checked)
  const backtest = new Backtest(checked.policy, catalogue)
  backtest.decision(givenDecision())
  assert.match(backtestPage('p.yaml', backtest.result(), 1), /quality is unknown, nobody has told/u)
  const figures = { costPicoUsd: null, expectedPicoUsd: null, latencyMs: null }
  backtest.outcome({ taskClass: 'summary', target: givenDecision().target ?? '', score: 1, ...figures })
  assert.match(
    backtestPage('p.yaml', backtest.result(), 1),
    /nothing can be said: 1 word on quality, and no move has 5/u,
  )
})
