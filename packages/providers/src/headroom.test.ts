import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headroomOf } from './headroom.ts'

const now = Date.UTC(2026, 10, 26, 12)
const openai = (kind: string, remaining: string, limit: string, reset: string): Record<string, string> => ({
  [`x-ratelimit-remaining-${kind}`]: remaining,
  [`x-ratelimit-limit-${kind}`]: limit,
  [`x-ratelimit-reset-${kind}`]: reset,
})
const anthropic = (kind: string, remaining: string, limit: string, reset: string): Record<string, string> => ({
  [`anthropic-ratelimit-${kind}-remaining`]: remaining,
  [`anthropic-ratelimit-${kind}-limit`]: limit,
  [`anthropic-ratelimit-${kind}-reset`]: reset,
})

test('the limit that is nearest counts, with the time until it is whole again', () => {
  const headers = { ...openai('requests', '9000', '10000', '6ms'), ...openai('tokens', '300', '2000', '1m12.5s') }
  assert.deepEqual(headroomOf(headers, now), { share: 0.15, fullInMs: 72_500 })
})

test('a reset that is a time counts from the clock of who wrote it', () => {
  const headers = anthropic('output-tokens', '40', '400', '2026-11-26T12:00:30Z')
  assert.deepEqual(headroomOf(headers, now), { share: 0.1, fullInMs: 30_000 })
  const ahead = { ...headers, date: 'Thu, 26 Nov 2026 12:00:20 GMT' }
  assert.deepEqual(headroomOf(ahead, now), { share: 0.1, fullInMs: 10_000 })
})

test('nothing left is nothing left, though a 429 does not repeat the limit', () => {
  const headers = { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '2.000s' }
  assert.deepEqual(headroomOf(headers, now), { share: 0, fullInMs: 2_000 })
})

test('a limit of a day is believed for five minutes, and one without a reset for one', () => {
  assert.equal(headroomOf(openai('requests', '1', '200', '23h59m0s'), now)?.fullInMs, 300_000)
  assert.equal(headroomOf(openai('requests', '1', '200', ''), now)?.fullInMs, 60_000)
  assert.equal(headroomOf(anthropic('requests', '1', '200', '2020-01-01T00:00:00Z'), now)?.fullInMs, 0)
})

test('headers that are missing, absurd or of no limit say nothing', () => {
  const absurd = [
    {},
    openai('tokens', '-1', '2000', '1s'),
    openai('tokens', '10', '0', '1s'),
    openai('tokens', '1e9', '2e9', '1s'),
    openai('tokens', '10', 'many', '1s'),
    { 'x-ratelimit-remaining-tokens': '10' },
  ]
  for (const headers of absurd) assert.equal(headroomOf(headers, now), null)
  assert.equal(headroomOf(openai('tokens', '30', '20', '1s'), now)?.share, 1)
})
