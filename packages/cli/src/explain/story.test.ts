import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { givenCost, givenDecision, givenReply, start } from '../given.ts'
import type { Evidence } from './evidence.ts'
import { noteOfReply } from './evidence.ts'
import { namesRequest } from './gather.ts'
import { storyOf } from './story.ts'

const request: Evidence['requests'][number] = {
  coordinates: 'requests/0/7',
  appendedAt: start,
  messages: 2,
  tools: 1,
  hasOutputSchema: true,
  latencyBudgetMs: 20_000,
  costCeilingMicroUsd: 5_000,
  requestedModel: null,
  idempotency: 'content',
}
const nothing: Evidence = {
  tenant: 'acme',
  id: 'invoice-1',
  requests: [request],
  decisions: [],
  others: [],
  costs: [],
  unsent: [],
  responses: [],
  replies: [],
  deadLetters: [],
  feedback: [],
}
const served: Evidence = {
  ...nothing,
  decisions: [givenDecision()],
  costs: [givenCost()],
  replies: [noteOfReply(givenReply())],
}
const now = start + 5_000

test('a request that went well: how it ended, every step, why, and what it cost', () => {
  const story = storyOf(served, now)
  assert.match(story, /It was answered: completed by openai\/gpt-5\.4-mini-2026-03-17, 830 ms after it was stored\./u)
  assert.match(
    story,
    /\+0 ms +the request is stored as requests\/0\/7: 2 messages, 1 tool, an output schema, 20\.0 s to answer, at most \$0\.005/u,
  )
  assert.match(
    story,
    /\+4 ms +\(4 ms\) +the router chose openai\/gpt-5\.4-mini-2026-03-17 — class summary, declared; tier economy; decided in 41 µs/u,
  )
  assert.match(story, /\+12 ms +\(8 ms\) +attempt 1 calls openai\/gpt-5\.4-mini-2026-03-17/u)
  assert.match(
    story,
    /\+812 ms +\(800 ms\) +attempt 1 at openai\/gpt-5\.4-mini-2026-03-17 ended after 800 ms: with an answer, paid/u,
  )
  assert.match(story, /out +gemini\/gemini-3-flash .* — cooling_down: for 9000 ms more/u)
  assert.match(story, /Otherwise: \$0\.00055: its answer on openai\/gpt-5\.4-2026-03-05 \(same_tokens\), an estimate/u)
  assert.match(story, /Saved: \$0\.00055 − \$0\.000165 = \$0\.000385 \(70\.0 %\), which is/u)
  assert.match(story, /\$0\.000385 {2}routing: the baseline less what the answers cost/u)
  assert.match(story, /How good the answer was is unknown/u)
  assert.doesNotMatch(story, /Rotterdam/u)
})

test('a failover: the failed attempt, the unknown cost and its bound are told', () => {
  const cut = givenCost({
    kind: 'unknown',
    failure: 'timeout',
    status: null,
    costPicoUsd: null,
    upperBoundPicoUsd: 9e9,
    baselinePicoUsd: null,
    at: start + 400,
    callMs: 380,
  })
  const story = storyOf({ ...served, costs: [cut, givenCost({ attempt: 2, flags: ['backup', 'flagged'] })] }, now)
  assert.match(
    story,
    /attempt 1 at openai\/gpt-5\.4-mini-2026-03-17 ended after 380 ms: timeout \(no answer came\), unknown/u,
  )
  assert.match(story, /attempt 2 .* paid; backup, flagged/u)
  assert.match(story, /Paid by this request: \$0\.000165, and at most \$0\.009 for 1 call of unknown outcome/u)
})

test('a rejection says what the reason means', () => {
  const decision = givenDecision({ kind: 'rejected', reason: 'cost_ceiling', target: null })
  const reply = noteOfReply(givenReply({ status: 'rejected', reason: 'cost_ceiling', answer: null, timings: null }))
  const story = storyOf({ ...nothing, decisions: [decision], replies: [reply] }, now)
  assert.match(story, /It was answered: rejected \(cost_ceiling\)/u)
  assert.match(story, /Raise costCeilingMicroUsd/u)
  assert.match(story, /Why nothing was chosen/u)
  assert.match(story, /No call was recorded/u)
})

test('a request that nobody has read, one under way, and one that is late', () => {
  assert.match(storyOf(nothing, now), /no router has looked at it/u)
  const running = { ...nothing, decisions: [givenDecision()] }
  assert.match(storyOf(running, now), /It is being worked on: a reply is due in 55\.0 s/u)
  assert.match(storyOf(running, start + 90_000), /although its deadline has passed/u)
})

test('a duplicate: who did the work, and what was not paid again', () => {
  const story = storyOf(
    {
      ...served,
      id: 'invoice-2',
      decisions: [
        givenDecision({ id: 'invoice-2', kind: 'joined', target: null, candidates: [] }),
        givenDecision({ id: 'invoice-2', kind: 'redelivered', candidates: [] }),
      ],
      others: [givenDecision()],
    },
    now,
  )
  assert.match(story, /the same work was already under way: the request waits for it/u)
  assert.match(story, /Calls of acme\/invoice-1, which has paid for them/u)
  assert.match(story, /Paid by this request: \$0\.00\n {2}Otherwise: \$0\.00033: 2 duplicates at what the answer/u)
  assert.match(story, /acme\/invoice-2 itself came 1 more time\.\n {2}acme\/invoice-1: routed/u)
})

test('a record that could not be processed', () => {
  const dead = {
    coordinates: 'requests/0/7',
    stage: 'router',
    reason: 'malformed',
    detail: 'no Request of schema 1',
    at: start + 3,
  }
  const story = storyOf({ ...nothing, deadLetters: [dead] }, now)
  assert.match(story, /its record could not be processed/u)
  assert.match(story, /router gave up on requests\/0\/7: malformed — no Request of schema 1/u)
})

test('a record that is gone has still been stored at a known time', () => {
  const story = storyOf({ ...served, requests: [] }, now)
  assert.match(story, /\+0 ms +the request is stored as requests\/0\/7, whose record is gone by now/u)
  assert.match(story, /830 ms after it was stored/u)
})

test('what is said of an answer: the newest word of each source', () => {
  const word = { tenant: 'acme', id: 'invoice-1', accepted: false, score: null, source: 'grader', at: start }
  const story = storyOf(
    {
      ...served,
      feedback: [
        word,
        { ...word, accepted: null, score: 0.9, source: 'a user', at: start + 1 },
        { ...word, accepted: true, at: start + 2 },
      ],
    },
    now,
  )
  assert.match(
    stripVTControlCharacters(story),
    /What is said of its answer\n {2}accepted by grader, 2026-11-24 .*\n {2}score 0\.9 by a user/u,
  )
  assert.match(story, /1 earlier word of the same sources, superseded/u)
  assert.doesNotMatch(story, /not accepted|is unknown/u)
})

test('names are compared exactly, and without a tenant at every tenant', () => {
  assert.equal(namesRequest('1', undefined)({ tenant: 'a', id: '1' }), true)
  assert.equal(namesRequest('1', 'a')({ tenant: 'A', id: '1' }), false)
})
