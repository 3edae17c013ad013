import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RequestInput } from '@waybill/client/complete'
import { givenReply } from '../given.ts'
import { replyPage, summaryLine } from './page.ts'
import { requestsIn } from './request-lines.ts'
import { priceNotes } from './send.ts'
import { isGood, Waiting } from './waiting.ts'

const never = new Promise<void>(() => undefined)
const named = { tenant: 'acme', id: 'invoice-1', hash: 'h1' }

test('requests are read line by line, and a wrong one is named', () => {
  const good = '{"tenant":"t","id":"1","messages":[{"role":"user","text":"Hello"}]}'
  assert.equal(requestsIn(`${good}\n\n${good}\n`, 'a.jsonl').length, 2)
  assert.throws(() => requestsIn(`${good}\n{`, 'a.jsonl'), /a\.jsonl:2 is no JSON\./u)
  assert.throws(() => requestsIn('{"id":"1","messages":[]}', 'a.jsonl'), /a\.jsonl:1 needs "tenant"/u)
  assert.throws(() => requestsIn('{"tenant":"t","id":"1","messages":["Hello"]}', 'a.jsonl'), /needs "messages"/u)
  assert.throws(() => requestsIn('[]', 'a.jsonl'), /is no JSON object/u)
})

test('equal requests wait for one reply, and a second reply does not count', async () => {
  const waiting = new Waiting()
  waiting.sent(named)
  waiting.sent(named)
  assert.equal(waiting.settle(givenReply({ hash: 'of other content' })), false)
  const all = waiting.allSettled(1_000, never)
  assert.equal(waiting.settle(givenReply()), true)
  assert.equal(waiting.settle(givenReply()), false)
  assert.equal(await all, true)
  const summary = waiting.summary()
  assert.equal(isGood(summary), true)
  assert.equal(summaryLine(summary), '2 requests sent, 1 reply (1 completed), $0.000165.')
})

test('a request that failed, or has no reply in time, is not good', async () => {
  const waiting = new Waiting()
  waiting.sent(named)
  assert.equal(await waiting.allSettled(1, never), false)
  assert.deepEqual([waiting.summary().withoutReply, isGood(waiting.summary())], [1, false])
  waiting.settle(givenReply({ status: 'failed', answer: null }))
  assert.equal(isGood(waiting.summary()), false)
})

test('a reply shows its answer, or what was wrong', () => {
  assert.match(replyPage(givenReply(), false), /completed {2}acme\/invoice-1[^\n]*\n {2}Rotterdam, Hamburg, Genoa\.$/u)
  const rejected = givenReply({
    status: 'rejected',
    reason: 'invalid_request',
    detail: 'id: must not be empty.',
    answer: null,
  })
  assert.match(replyPage(rejected, false), /\n {2}id: must not be empty\.$/u)
})

const asking = (requestedModel: string | null): RequestInput => ({ tenant: 't', id: '1', messages: [], requestedModel })

test('requested models without a price are told, each once', () => {
  const models = ['gpt-6-sol', 'gpt-6-sool', 'openai/gpt-6-sol', 'gpt-6-sool', null]
  const [note = '', ...more] = priceNotes(models.map(asking))
  assert.match(note, /requested model gpt-6-sool, so that no saving can be told\. Did you mean gpt-6-sol\?$/u)
  assert.deepEqual(more, [])
  assert.deepEqual(
    priceNotes([asking('mistral-large')]).map((line) => line.includes('Did you mean')),
    [false],
  )
})
