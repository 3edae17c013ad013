import assert from 'node:assert/strict'
import { test } from 'node:test'
import { citySchema, requestWith, toolNamed } from './conformance/given.ts'
import { answer, outcome, prepared, vendorApi } from './conformance/read.ts'
import { targetFor } from './conformance/given.ts'
import { bodyOf } from './conformance/spoken.ts'
import { checksOf, settle } from './settle.ts'
import type { AnswerDraft } from './vendor-api.ts'

function draft(text: string): AnswerDraft {
  const read = outcome(
    'messages',
    bodyOf('messages', { text: [text] }),
    requestWith({ outputSchema: JSON.stringify(citySchema) }),
  )
  assert.ok(read.kind === 'answer')
  return read.answer
}

test('an output that nobody could check in time is no answer', () => {
  const made = draft('{"city":"Paris"}')
  assert.equal(checksOf(made).length, 1)
  const end = settle(made, ['timeout'])
  assert.equal(end.kind === 'unusable' && end.failure, 'schema_timeout')
  assert.equal(end.kind === 'unusable' && end.usage.inputTokens, 100)
})

test('each check needs its verdict', () => {
  assert.throws(() => settle(draft('{"city":"Paris"}'), []), RangeError)
})

test('a plain answer needs no check', () => {
  const read = outcome('messages', bodyOf('messages', { text: ['Hello.'] }))
  assert.ok(read.kind === 'answer')
  assert.deepEqual(checksOf(read.answer), [])
  assert.equal(settle(read.answer, []).kind, 'answer')
})

test('what a vendor needs to go on comes with the answer, is sent back to it as it came, and to nobody else', () => {
  const request = requestWith({ tools: [toolNamed('weather')] })
  const call = { name: 'weather', arguments: { city: 'Paris' } }
  for (const api of ['responses', 'messages', 'generateContent'] as const) {
    const { message } = answer(api, bodyOf(api, { thoughts: 'Hm.', calls: [call], end: 'calls' }), request)
    const next = { ...request, messages: [...request.messages, message] }
    assert.ok(JSON.stringify(prepared(api, next).body).includes('c2lnbmVk'), api)
    const other = api === 'messages' ? 'generateContent' : 'messages'
    const refused = vendorApi(other).request(next, targetFor(other), { maxOutputTokens: 100 })
    assert.equal(refused.kind === 'rejected' && refused.reason, 'foreign_part')
  }
})

test('a conversation without anything of a vendor in it goes on anywhere', () => {
  const request = requestWith({ tools: [toolNamed('weather')] })
  const call = { name: 'weather', arguments: { city: 'Paris' } }
  const { message } = answer('generateContent', bodyOf('generateContent', { calls: [call], end: 'calls' }), request)
  const next = { ...request, messages: [...request.messages, message] }
  for (const api of ['chatCompletions', 'responses', 'messages', 'generateContent'] as const)
    assert.ok(JSON.stringify(prepared(api, next).body).includes('Paris'), api)
})
