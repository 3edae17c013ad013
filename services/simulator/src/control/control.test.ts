import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { at, called, controlling, heard, jsonIn, rowsOf, serving } from '../given.ts'
import type { Simulator } from '../server.ts'
import type { ApiName } from '../apis/vendor.ts'

const statusOf = async (simulator: Simulator, api: ApiName, model?: string): Promise<number | null> =>
  (await called(simulator, api, model === undefined ? {} : { model })).status

test('a provider goes down and comes back, and the others do not notice', async (context) => {
  const simulator = await serving(context)
  deepEqual(await controlling(simulator, 'POST', '/control/providers/openai', { down: true }), {
    provider: 'openai',
    down: true,
    as: 'unavailable',
  })
  equal(await statusOf(simulator, 'openai-chat'), 503)
  equal(await statusOf(simulator, 'openai-responses'), 503)
  equal(await statusOf(simulator, 'anthropic-messages'), 200)
  await controlling(simulator, 'POST', '/control/providers/openai', { down: false })
  equal(await statusOf(simulator, 'openai-chat'), 200)
})

test('a provider is down in any way, and bills nothing for it', async (context) => {
  const simulator = await serving(context)
  const seen: unknown[] = []
  for (const as of ['500', '502', '503', '504', '429', 'reset', 'html-200']) {
    await controlling(simulator, 'POST', '/control/providers/gemini', { down: true, as })
    seen.push(await statusOf(simulator, 'gemini-generate-content'))
  }
  deepEqual(seen, [500, 502, 503, 504, 429, null, 200])
  equal(
    (await rowsOf(simulator)).every((row) => row['billed'] === false),
    true,
  )
})

test('a standing fault strikes whom it is for, and so often', async (context) => {
  const simulator = await serving(context)
  const fault = 'rate-limit;retry-after-ms=9000'
  await controlling(simulator, 'POST', '/control/faults', { fault, model: 'gpt-4.1', count: 2 })
  const seen: unknown[] = []
  for (const model of ['gpt-4o', 'gpt-4.1', 'gpt-4.1', 'gpt-4.1'])
    seen.push(await statusOf(simulator, 'openai-chat', model))
  deepEqual(seen, [200, 429, 429, 200])
  deepEqual(at(await controlling(simulator, 'GET', '/control/faults'), 'faults.0.applied'), 2)
})

test('a standing fault strikes requests with a text in them', async (context) => {
  const simulator = await serving(context)
  await controlling(simulator, 'POST', '/control/faults', { fault: 'server-error', contains: 'canary-17' })
  equal((await called(simulator, 'anthropic-messages', { text: 'about canary-17' })).status, 500)
  equal((await called(simulator, 'anthropic-messages', { text: 'about canary-18' })).status, 200)
})

test('a standing fault strikes a share of calls, the same ones for the same seed', async (context) => {
  const seen: string[] = []
  for (const seed of ['a', 'a', 'b']) {
    const simulator = await serving(context, { seed })
    await controlling(simulator, 'POST', '/control/faults', { id: 'some', fault: 'unavailable', probability: 0.3 })
    let statuses = ''
    for (let count = 0; count < 60; count++) statuses += (await statusOf(simulator, 'openai-chat')) === 503 ? '5' : '2'
    seen.push(statuses)
  }
  equal(seen[0], seen[1])
  ok(seen[0] !== seen[2])
  const struck = seen[0]?.split('5').length ?? 0
  ok(struck > 8 && struck < 32, `${struck} of 60`)
})

test('a fault that an API does not have passes its calls by', async (context) => {
  const simulator = await serving(context)
  await controlling(simulator, 'POST', '/control/faults', { fault: 'overloaded' })
  equal(await statusOf(simulator, 'openai-chat'), 200)
  equal(await statusOf(simulator, 'anthropic-messages'), 529)
})

test('standing faults are taken away one by one and all at once', async (context) => {
  const simulator = await serving(context)
  for (const id of ['one', 'two', 'three'])
    await controlling(simulator, 'POST', '/control/faults', { id, fault: 'server-error' })
  await controlling(simulator, 'DELETE', '/control/faults/two')
  equal(at(await controlling(simulator, 'GET', '/control/faults'), 'faults.1.id'), 'three')
  await controlling(simulator, 'DELETE', '/control/faults')
  equal(await statusOf(simulator, 'openai-chat'), 200)
})

test("the caller's own fault goes before standing ones", async (context) => {
  const simulator = await serving(context)
  await controlling(simulator, 'POST', '/control/faults', { fault: 'server-error' })
  equal((await called(simulator, 'openai-chat', {}, 'unavailable')).status, 503)
})

test('a model is added with its prices, and billed by them', async (context) => {
  const simulator = await serving(context)
  equal(await statusOf(simulator, 'openai-chat', 'gpt-99'), 404)
  await controlling(simulator, 'POST', '/control/models', { id: 'gpt-99', provider: 'openai', input: 0, output: 7 })
  equal(await statusOf(simulator, 'openai-chat', 'gpt-99'), 200)
  const row = (await rowsOf(simulator)).at(-1)
  equal(row?.['costPicoUsd'], Number(at(row, 'tokens.output')) * 7)
  equal(await statusOf(simulator, 'anthropic-messages', 'gpt-99'), 404)
})

test('latency is set while it runs', async (context) => {
  const simulator = await serving(context)
  await controlling(simulator, 'POST', '/control/latency', { fixedMs: 25 })
  const started = performance.now()
  equal((await called(simulator, 'openai-chat')).headers['x-simulator-planned-ms'], '25')
  ok(performance.now() - started >= 24)
  deepEqual(await controlling(simulator, 'POST', '/control/latency', { fixedMs: null, scale: 0 }), {
    scale: 0,
    fixedMs: null,
    tailShare: 0.02,
  })
})

test('a wrong control call is told what is wrong', async (context) => {
  const simulator = await serving(context)
  const wrong: readonly (readonly [string, string, unknown, RegExp])[] = [
    ['POST', '/control/faults', { fault: 'nope' }, /no fault 'nope'/u],
    ['POST', '/control/faults', { fault: 'hang', often: 1 }, /'often' is unknown/u],
    ['POST', '/control/faults', { fault: 'hang', probability: 2 }, /probability must be a number from 0 to 1/u],
    ['POST', '/control/faults', { fault: 'hang', provider: 'acme' }, /provider must be one of/u],
    ['POST', '/control/providers/acme', { down: true }, /provider must be one of/u],
    ['POST', '/control/providers/openai', { down: 'yes' }, /down must be true or false/u],
    ['POST', '/control/models', { id: 'x', provider: 'openai', input: 0.5 }, /whole number/u],
    ['DELETE', '/control/faults/none', undefined, /no standing fault 'none'/u],
    ['GET', '/ledger?limit=many', undefined, /limit must be a number/u],
  ]
  for (const [method, path, body, words] of wrong) {
    const answer = await heard(simulator, { method, path, ...(body === undefined ? {} : { body }) })
    equal(answer.status, 400, path)
    match(String(at(jsonIn(answer), 'error')), words)
  }
  equal((await heard(simulator, { method: 'GET', path: '/control/nothing' })).status, 404)
  equal((await heard(simulator, { method: 'PUT', path: '/control/faults', body: {} })).status, 405)
})
