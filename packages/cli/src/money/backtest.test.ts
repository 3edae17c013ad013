import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Backtest } from '@waybill/routing/backtest/backtest'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import { readPolicy } from '../policy/policy-file.ts'
import { backtestPage } from './backtest-page.ts'
import { outcomeOf } from './outcome-lines.ts'

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
