// One test for each quirk of failures that the vendors are known for, on bodies in their own words.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { transportFailure } from '../failure.ts'
import { requestWith, turn } from './given.ts'
import { bytes, failure, outcome, prepared, vendorApi } from './read.ts'

test('auth error: a 400 at Gemini', () => {
  const body = { error: { code: 400, status: 'INVALID_ARGUMENT', details: [{ reason: 'API_KEY_INVALID' }] } }
  assert.deepEqual(failure('generateContent', 400, body), {
    failure: 'auth',
    unbilled: true,
    retryAfterMs: null,
    coolDown: 'key',
  })
})

test('model not found: a 404 or a 400', () => {
  for (const status of [400, 404])
    assert.equal(failure('responses', status, { error: { code: 'model_not_found' } }).failure, 'config')
})

test('context too long: a code, or only a sentence', () => {
  const sentence = 'prompt is too long: 210000 tokens > 200000 maximum'
  assert.equal(
    failure('messages', 400, { error: { type: 'invalid_request_error', message: sentence } }).failure,
    'input_too_long',
  )
})

test('rate limit: how long to wait comes in a header, in milliseconds, as a date, or in a detail', () => {
  const body = { error: { code: 'rate_limit_exceeded' } }
  const waits = (headers: Readonly<Record<string, string>>): number | null =>
    failure('chatCompletions', 429, body, headers).retryAfterMs
  assert.equal(waits({ 'retry-after-ms': '120', 'retry-after': '9' }), 120)
  assert.equal(waits({ 'retry-after': 'Wed, 21 Oct 2026 07:28:10 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }), 10_000)
  assert.equal(waits({ 'retry-after': 'soon' }), null)
  const undated = { status: 429, headers: { 'retry-after': 'Wed, 21 Oct 2026 07:28:10 GMT' }, body: bytes(body) }
  const now = Date.UTC(2026, 9, 21, 7, 28, 5)
  for (const api of ['chatCompletions', 'messages', 'generateContent'] as const)
    assert.equal(vendorApi(api).failure({ ...undated, now }).retryAfterMs, 5_000, 'without a date, by our own clock')
  assert.equal(waits({ 'retry-after': '-3' }), null)
  assert.equal(waits({ 'retry-after': '99999999' }), 3_600_000)
})

test('429 that is money: no waiting helps', () => {
  assert.equal(failure('chatCompletions', 429, { error: { code: 'monthly_spend_limit_exceeded' } }).failure, 'quota')
  const ramp = { error: { type: 'rate_limit_error', details: { error_code: 'ramp_limit_exceeded' } } }
  assert.equal(failure('messages', 429, ramp).failure, 'rate_limited')
})

test('Retry-After on 200: not read', () => {
  const read = outcome(
    'messages',
    { type: 'message', content: [{ type: 'text', text: 'a' }], stop_reason: 'end_turn' },
    requestWith(),
    { 'retry-after': '30' },
  )
  assert.ok(!JSON.stringify(read).includes('30000'))
})

test('timeouts and aborts in JS: by name and code, the deadline by who knows of it', () => {
  const abort = Object.assign(new Error('This operation was aborted'), { name: 'AbortError' })
  assert.equal(transportFailure(abort, { at: 'request', deadlinePassed: true }).failure, 'timeout')
  const reset = new TypeError('fetch failed', {
    cause: Object.assign(new Error('read'), { code: 'ECONNRESET', syscall: 'read' }),
  })
  assert.equal(transportFailure(reset, { at: 'request', deadlinePassed: false }).failure, 'connection_reset')
})

test('error text: never in what we say of a failure', () => {
  const body = { error: { code: 'invalid_value', message: 'CANARY-7731', param: 'CANARY-7731' } }
  assert.ok(!JSON.stringify(failure('chatCompletions', 400, body)).includes('CANARY'))
  const request = requestWith({
    messages: [turn('user', { kind: 'CANARY-7731', text: 'CANARY-7731', json: null, media: null, opaque: null })],
  })
  assert.throws(
    () => prepared('messages', request),
    (error: Error) => !error.message.includes('CANARY'),
  )
})
