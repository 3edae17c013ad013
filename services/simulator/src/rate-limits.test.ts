import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { everywhere } from './faults/fault.ts'
import { at, bodyOf, called, controlling, heard, jsonIn, keys, pathOf, rowsOf, serving } from './given.ts'
import { RateLimits } from './rate-limits.ts'

const caller = { key: 'a', model: 'm' }
const start = 1_000_000
const kept = (requests: number | null, tokens: number | null): RateLimits => new RateLimits({ requests, tokens })

/** How many of so many calls at one moment are let through. */
function letThrough(limits: RateLimits, calls: number, now: number, tokens = 1): number {
  return Array.from({ length: calls }, () => limits.take(caller, tokens, now)).filter((each) => each === null).length
}

test('a full bucket lasts for a minute of calls, and fills up all the time', () => {
  const limits = kept(60, null)
  equal(letThrough(limits, 100, start), 60)
  equal(letThrough(limits, 100, start + 999), 0)
  equal(letThrough(limits, 100, start + 5_000), 5)
  equal(letThrough(limits, 100, start + 3_600_000), 60, 'it never holds more than a minute’s worth')
})

test('a clock that goes back takes nothing away and gives nothing twice', () => {
  const limits = kept(60, null)
  equal(letThrough(limits, 60, start), 60)
  equal(letThrough(limits, 1, start - 60_000), 0)
  equal(letThrough(limits, 5, start + 1_000), 1)
})

test('tokens are a bucket of their own, and a call that is refused takes nothing out of either', () => {
  const limits = kept(10, 1_000)
  equal(limits.take(caller, 900, start), null)
  const refusal = limits.take(caller, 200, start)
  deepEqual([refusal?.measure, refusal?.wanted, refusal?.retryAfterMs], ['tokens', 200, 6_000])
  equal(limits.look(caller, start).requests.remaining, 9)
  equal(limits.take(caller, 200, start + 6_000), null)
})

test('who asks for more than a full bucket holds is not told to wait', () => {
  equal(kept(null, 1_000).take(caller, 1_001, start)?.retryAfterMs, null)
})

test('each key and each model has its own, and a model may have other limits', () => {
  const limits = kept(1, null)
  limits.set('large', { requests: 2, tokens: null })
  equal(limits.take(caller, 1, start), null)
  equal(limits.take({ ...caller, key: 'b' }, 1, start), null)
  equal(limits.take({ ...caller, model: 'other' }, 1, start), null)
  equal(limits.take(caller, 1, start)?.measure, 'requests')
  deepEqual(
    [1, 2, 3].map(() => limits.take({ key: 'a', model: 'large' }, 1, start) === null),
    [true, true, false],
  )
  limits.reset()
  equal(limits.take(caller, 1, start), null)
})

const limitedBy = (api: string, measure: 'requests' | 'tokens'): RegExp => {
  if (api.startsWith('openai')) return measure === 'requests' ? /on requests per min \(RPM\): Limit 2, Used 2/u : /TPM/u
  if (api === 'anthropic-messages') return new RegExp(`rate limit of [\\d,]+ ${measure} per minute`, 'u')
  return measure === 'requests' ? /GenerateRequestsPerMinutePerProjectPerModel/u : /InputTokensPerModelPerMinute/u
}

for (const api of everywhere) {
  test(`${api}: beyond the limit there is a 429 in the vendor's words, which is not billed`, async (context) => {
    const simulator = await serving(context, { requestsPerMinute: 2 })
    const answers = [await called(simulator, api), await called(simulator, api), await called(simulator, api)]
    deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 429],
    )
    const said = answers[2]?.body.toString() ?? ''
    match(said, limitedBy(api, 'requests'))
    if (api === 'gemini-generate-content') match(said, /"retryDelay":"(?:29\.\d+|30)s"/u)
    else match(String(answers[2]?.headers['retry-after']), /^30$/u)
    const headers = { ...keys, authorization: 'Bearer other', 'x-goog-api-key': 'other' }
    equal((await heard(simulator, { path: pathOf(api), body: bodyOf(api), headers })).status, 200, 'another key')
    const [, , row] = await rowsOf(simulator)
    deepEqual([row?.['status'], row?.['billed'], row?.['costPicoUsd']], [429, false, 0])
  })

  test(`${api}: tokens beyond the limit are a 429 as well`, async (context) => {
    const simulator = await serving(context)
    await controlling(simulator, 'POST', '/control/limits', { tokensPerMinute: 10 })
    const answer = await called(simulator, api)
    equal(answer.status, 429)
    match(answer.body.toString(), limitedBy(api, 'tokens'))
  })
}

test('every answer says what is left, in the headers of its vendor; Gemini says nothing', async (context) => {
  const simulator = await serving(context, { requestsPerMinute: 3, tokensPerMinute: 100_000 })
  const left = []
  for (const api of everywhere) left.push((await called(simulator, api)).headers)
  const [chat, , anthropic, gemini] = left
  deepEqual([chat?.['x-ratelimit-limit-requests'], chat?.['x-ratelimit-remaining-requests']], ['3', '2'])
  match(String(chat?.['x-ratelimit-reset-requests']), /^(?:19\.\d+|20)s$/u)
  ok(Number(chat?.['x-ratelimit-remaining-tokens']) < 100_000)
  equal(anthropic?.['anthropic-ratelimit-requests-remaining'], '2')
  ok(Date.parse(String(anthropic?.['anthropic-ratelimit-requests-reset'])) > Date.now() + 10_000)
  deepEqual(
    Object.keys(gemini ?? {}).filter((name) => name.includes('ratelimit')),
    [],
  )
})

test('limits are set and told by control calls, and a reset takes them back', async (context) => {
  const simulator = await serving(context)
  const own = { model: 'gpt-4.1-mini-2025-04-14', requestsPerMinute: 5 }
  const told = await controlling(simulator, 'POST', '/control/limits', own)
  deepEqual(at(told, 'models'), { 'gpt-4.1-mini-2025-04-14': { requests: 5, tokens: null } })
  equal((await called(simulator, 'openai-chat')).headers['x-ratelimit-limit-requests'], '5')
  equal((await called(simulator, 'openai-chat')).headers['x-ratelimit-remaining-requests'], '3', 'by its moving name')
  await controlling(simulator, 'POST', '/control/reset')
  deepEqual(at(await controlling(simulator, 'GET', '/control/limits'), 'models'), {})
  const wrong = await heard(simulator, { path: '/control/limits', body: { requestsPerMinute: 0 } })
  equal(wrong.status, 400)
  match(String(at(jsonIn(wrong), 'error')), /requestsPerMinute must be a number from 1/u)
})
