import { deepEqual, equal, notDeepEqual, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { at, bodyOf, called, jsonIn, pathOf, rowsOf, serving } from './given.ts'
import type { Wish } from './given.ts'
import { isArray, isObject } from './json.ts'
import type { ApiName } from './apis/vendor.ts'
import { startSimulator } from './server.ts'

const apis: readonly ApiName[] = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate-content']

const ids = /^(?:id|call_id|created|created_at|completed_at|responseId|signature|thoughtSignature|encrypted_content)$/u

/** All that the model said: without ids and times, which differ from call to call. */
function said(value: unknown): unknown {
  if (isArray(value)) return value.map(said)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !ids.test(name))
      .map(([name, each]) => [name, said(each)]),
  )
}

test('the same seed and request get the same answer and delay, and another seed another', async (context) => {
  const [one, same, other] = [await serving(context), await serving(context), await serving(context, { seed: 'other' })]
  const wishes: readonly Wish[] = [{}, { schema: true }, { tools: 'forced' }]
  for (const api of apis) {
    const differs: boolean[] = []
    for (const wish of wishes) {
      const first = said(jsonIn(await called(one, api, wish)))
      deepEqual(said(jsonIn(await called(one, api, wish))), first)
      deepEqual(said(jsonIn(await called(same, api, wish))), first)
      differs.push(JSON.stringify(said(jsonIn(await called(other, api, wish)))) !== JSON.stringify(first))
    }
    ok(differs.includes(true), api)
  }
})

test('ids are new on every call', async (context) => {
  const simulator = await serving(context)
  for (const api of apis) {
    const answers = [
      jsonIn(await called(simulator, api, { tools: 'forced' })),
      jsonIn(await called(simulator, api, { tools: 'forced' })),
    ]
    const [first, second] = answers.map((answer) => at(answer, 'id') ?? at(answer, 'responseId'))
    notDeepEqual(first, second)
  }
})

test('the planned delay is waited for, said in a header and in the ledger', async (context) => {
  const simulator = await serving(context, { latencyScale: 0.2 })
  const started = performance.now()
  const answer = await called(simulator, 'openai-chat')
  const took = performance.now() - started
  const planned = Number(answer.headers['x-simulator-planned-ms'])
  ok(planned > 5 && took >= planned - 1, `${took} of ${planned}`)
  deepEqual(
    (await rowsOf(simulator)).map((row) => [row['plannedMs'], row['sequence']]),
    [[planned, Number(answer.headers['x-simulator-sequence'])]],
  )
})

test('many calls at once are all answered and all in the ledger', async (context) => {
  const simulator = await serving(context)
  const calls = Array.from({ length: 200 }, async (_, index) => {
    const api = apis[index % 4] ?? 'openai-chat'
    const headers = {
      authorization: 'Bearer k',
      'x-goog-api-key': 'k',
      'anthropic-version': '1',
      'x-waybill-attempt': `a-${index}`,
    }
    const body = JSON.stringify(bodyOf(api, { text: `question ${index}` }))
    const response = await fetch(`${simulator.url}${pathOf(api)}`, { method: 'POST', headers, body })
    await response.arrayBuffer()
    return response.status
  })
  deepEqual(new Set(await Promise.all(calls)), new Set([200]))
  const rows = await rowsOf(simulator)
  equal(new Set(rows.map((row) => row['attempt'])).size, 200)
  deepEqual(new Set(rows.map((row) => row['outcome'])), new Set(['answered']))
})

test('it ends although calls hang, and its port is free again', async (context) => {
  const simulator = await startSimulator({ latencyFixedMs: 60_000 })
  const hanging = called(simulator, 'openai-chat')
  while ((await rowsOf(simulator)).length === 0);
  await simulator.close()
  equal((await hanging).failure, 'ECONNRESET')
  await serving(context, { port: simulator.port })
})

test('what the simulator itself cannot do is an error of its own', async (context) => {
  const simulator = await serving(context)
  const answer = await called(simulator, 'openai-chat', {}, 'deep-body;depth=999999999999')
  deepEqual([answer.status, jsonIn(answer)], [500, { error: 'simulator: Invalid string length' }])
})

test('a wrong setting is named', async () => {
  await rejects(startSimulator({ latencyScale: -1 }), /latencyScale must be a number from 0 to 1000, and is -1/u)
  await rejects(startSimulator({ port: Number.NaN }), /port must be a number/u)
})
