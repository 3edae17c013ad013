import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givenCost, givenDecision, givenReply, givenResponse } from '../given.ts'
import { costLine, decisionLine, replyLine, responseLine } from './lines.ts'

test('a reply tells who answered, how long it took and what it cost', () => {
  assert.equal(replyLine(givenReply()), 'completed  acme/invoice-1  openai/gpt-5.4-mini-2026-03-17  830 ms  $0.000165')
  const failed = givenReply({ status: 'failed', reason: 'deadline', answer: null, attempts: 3, flagged: true })
  assert.equal(
    replyLine(failed),
    'failed     acme/invoice-1  deadline  3 attempts  may have repeated a billed call  830 ms  $0.000165',
  )
  assert.match(replyLine(givenReply({ duplicate: 'joined', costPicoUsd: 0 })), /joined {2}\$0\.00$/u)
})

test('a response tells how its chain ended', () => {
  assert.equal(
    responseLine(givenResponse()),
    'ok         acme/invoice-1  completed by openai/gpt-5.4-mini-2026-03-17  $0.000165  claim requests/0/7',
  )
})

test('a decision tells what was chosen among how many', () => {
  assert.equal(
    decisionLine(givenDecision({ explored: true })),
    'routed       acme/invoice-1  → openai/gpt-5.4-mini-2026-03-17  class summary  tier economy  1 of 2 eligible  explored  41 µs',
  )
  const rejected = givenDecision({
    kind: 'rejected',
    reason: 'cost_ceiling',
    target: null,
    tier: null,
    taskClass: null,
  })
  assert.equal(decisionLine(rejected), 'rejected     acme/invoice-1  cost_ceiling  1 of 2 eligible')
})

test('a cost of unknown outcome tells the most that it can be', () => {
  assert.equal(
    costLine(givenCost()),
    'paid     acme/invoice-1  attempt 1  openai/gpt-5.4-mini-2026-03-17  100+20 tokens  $0.000165  800 ms',
  )
  const unknown = givenCost({ kind: 'unknown', failure: 'timeout', status: null, costPicoUsd: null, inputTokens: null })
  assert.match(costLine({ ...unknown, upperBoundPicoUsd: 9_000_000_000 }), /timeout {2}at most \$0\.009/u)
  assert.match(costLine(unknown), /amount unknown/u)
})

test('an id cannot command the terminal', () => {
  assert.equal(replyLine(givenReply({ id: 'a\u{1b}[2Jb\nc' })).includes('acme/ab c'), true)
})
