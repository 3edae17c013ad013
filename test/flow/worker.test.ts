// The whole worker: a log in memory, the vendors' own SDKs, and a server that stands for the vendors.
import assert from 'node:assert/strict'
import type { RequestListener, ServerResponse } from 'node:http'
import { env } from 'node:process'
import { test } from 'node:test'
import { apis, workerBench } from './worker-bench.ts'

const byText = (one: string, other: string): number => one.localeCompare(other)

/** What an operator's environment may hold for other programs. */
const hijacking = {
  OPENAI_BASE_URL: 'http://127.0.0.1:1',
  OPENAI_ORG_ID: 'somebody',
  ANTHROPIC_BASE_URL: 'http://127.0.0.1:1',
  ANTHROPIC_AUTH_TOKEN: 'somebody',
  GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:1',
  GOOGLE_GENAI_API_VERSION: 'v9',
  GOOGLE_GENAI_USE_VERTEXAI: 'true',
  GOOGLE_API_KEY: 'somebody',
}
for (const api of ['chatCompletions', 'responses', 'messages', 'generateContent'] as const) {
  test(`${api}: one call through the SDK, and the raw answer in the result`, async (t) => {
    const body = '{"unknown":"to every SDK"}'
    const { seen, start, order, read } = await workerBench(t, api, (_, response) => {
      const headers = { 'content-type': 'application/json', 'x-request-id': 'r1', 'set-cookie': 'secret' }
      response.writeHead(200, headers).end(body)
    })
    await start()
    await order()
    const [result] = await read(1)
    assert.equal(result?.outcome.kind, 'ok', JSON.stringify(result?.outcome))
    assert.equal(Buffer.from(result.outcome.body ?? '').toString(), body)
    assert.equal(result.worker, 'process-0')
    assert.deepEqual(Object.keys(result.outcome.headers).toSorted(), ['content-type', 'date', 'x-request-id'])
    assert.deepEqual(
      seen.map(({ url, headers }) => [url, headers['x-waybill-attempt'], headers['x-waybill-hash']]),
      [[apis[api][3], 'requests/0/7.1', 'abc']],
    )
    assert.match(JSON.stringify(seen[0]?.headers), /"(?:Bearer )?key"/u)
  })

  for (const [situation, answer, expected] of [
    ['429', (_, response) => response.writeHead(429, { 'retry-after': '7' }).end('{"error":{}}'), 'unbilled'],
    ['500 of a gateway', (_, response) => response.writeHead(500).end('<html>'), 'ambiguous'],
    ['a redirect', (_, response) => response.writeHead(307, { location: '/elsewhere' }).end(), 'ambiguous'],
    ['no JSON', (_, response) => response.writeHead(200).end('<html>'), 'ok'],
    ['a reset', (_, response) => response.destroy(), 'ambiguous'],
  ] satisfies readonly (readonly [string, RequestListener, string])[])
    test(`${api}: ${situation} is told as it was, and not tried again`, async (t) => {
      const { seen, start, order, read } = await workerBench(t, api, answer)
      await start()
      await order()
      const [result] = await read(1)
      assert.deepEqual([result?.outcome.kind, seen.length], [expected, 1])
    })

  test(`${api}: a body that never ends is cut off at the deadline`, async (t) => {
    const { start, order, read } = await workerBench(t, api, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{')
    })
    await start()
    await order({ deadline: Date.now() + 300 })
    const [result] = await read(1)
    assert.deepEqual([result?.outcome.kind, result?.outcome.failure], ['ambiguous', 'timeout'])
  })
}

test('what the vendor says is left of its limit stands in the result', async (t) => {
  const headers = { 'anthropic-ratelimit-tokens-remaining': '500', 'anthropic-ratelimit-tokens-limit': '1000' }
  const { start, order, read } = await workerBench(t, 'messages', (_, response) => {
    response.writeHead(200, headers).end('{}')
  })
  await start({ permits: 2 })
  await order()
  const [alone] = await read(1)
  assert.deepEqual([alone?.outcome.headroom?.share, alone?.outcome.headroom?.fullInMs], [0.5, 60_000])
})

test('without a free permit a dispatch waits, and ends as not sent', async (t) => {
  const { seen, start, order, read } = await workerBench(t, 'messages', () => undefined)
  await start({ permits: 1 })
  const now = Date.now()
  await order({ deadline: now + 800 })
  await order({ attempt: 2, startBy: now + 200 })
  const found = await read(2)
  assert.deepEqual(
    found.map(({ dispatch: { attempt }, outcome: { kind, failure } }) => [attempt, kind, failure]),
    [
      [2, 'notSent', 'no_permit'],
      [1, 'ambiguous', 'timeout'],
    ],
  )
  assert.equal(seen.length, 1)
  assert.deepEqual([found[0]?.outcome.headroom?.share, found[1]?.outcome.headroom?.share], [0, 1])
})

for (const api of ['chatCompletions', 'messages', 'generateContent'] as const)
  test(`${api}: an account calls where it is, with its own key`, async (t) => {
    const { seen, start, order, read } = await workerBench(t, api, (_, response) => response.end('{}'))
    await start()
    const [provider, model, , path] = apis[api]
    const target = { id: model, provider, api, model, tier: 'small', regions: [], serviceTier: null }
    await order({ target: { ...target, account: 'team-a' } })
    await order({ attempt: 2, target: { ...target, account: 'team-b' } })
    const found = await read(2)
    assert.deepEqual(
      seen.map(({ url }) => url),
      [`/team-a${path}`],
    )
    assert.match(JSON.stringify(seen[0]?.headers), /key of team-a"/u)
    const [unknown] = found.filter(({ dispatch: { attempt } }) => attempt === 2)
    assert.deepEqual([unknown?.outcome.kind, unknown?.outcome.failure], ['notSent', 'no_account'])
    assert.equal(unknown?.outcome.headroom?.share, 0, 'and the routers hear of it')
  })

test('a call that hangs is told to all routers while it does', async (t) => {
  const { start, order, told, read } = await workerBench(t, 'messages', () => undefined)
  await start()
  const now = Date.now()
  await order({ attempt: 2, startBy: now + 625, deadline: now + 2_500 })
  const [stats] = await told(1)
  assert.deepEqual(
    [stats?.target, stats?.slices, stats?.underWay?.calls],
    ['anthropic/claude-haiku-4-5-20251001', [], 1],
  )
  assert.ok(Math.abs((stats?.underWay?.since[0] ?? 0) - now) <= 1)
  await read(1)
})

test('a permit that comes free is used', async (t) => {
  const { seen, start, order, read } = await workerBench(t, 'messages', (_, response) => response.end('{}'))
  await start({ permits: 1 })
  for (let attempt = 1; attempt <= 20; attempt++) await order({ attempt })
  const found = await read(20)
  assert.deepEqual(
    [found.length, seen.length, new Set(found.map(({ outcome }) => outcome.kind))],
    [20, 20, new Set(['ok'])],
  )
})

test('a partition that moves during a call: the new owner writes the one result', async (t) => {
  const pending: ServerResponse[] = []
  const called = Promise.withResolvers<undefined>()
  const { seen, start, order, read } = await workerBench(t, 'chatCompletions', (_, response) => {
    pending.push(response)
    called.resolve(undefined)
  })
  const first = await start()
  await order()
  await called.promise
  const stopped = first.stop()
  await start()
  // As soon as the second owner works, which its own dispatch shows.
  await order({ attempt: 2, deadline: Date.now() })
  await read(1)
  for (const response of pending) response.end('{"late":true}')
  await stopped
  const found = await read(2)
  assert.deepEqual(
    found.map(({ dispatch: { attempt }, outcome, worker: by }) => [attempt, outcome.kind, by]),
    [
      [2, 'limits', 'process-1'],
      [1, 'ok', 'process-0'],
    ],
  )
  assert.equal(seen.length, 1)
})

test('a request that cannot be read, and a target of another provider, make no call', async (t) => {
  const { seen, start, order, read } = await workerBench(t, 'messages', (_, response) => response.end('{}'))
  await start()
  await order({ request: Buffer.from('no record') })
  await order({
    attempt: 2,
    target: {
      id: '',
      provider: 'anthropic',
      api: 'responses',
      model: '',
      tier: '',
      account: 'default',
      regions: [],
      serviceTier: null,
    },
  })
  const found = await read(2)
  assert.deepEqual(
    found
      .map(({ dispatch: { attempt }, outcome: { kind, failure } }) => `${attempt} ${kind} ${failure}`)
      .toSorted(byText),
    ['1 notSent unreadable_request', '2 notSent config'],
  )
  assert.equal(seen.length, 0)
})

for (const api of ['chatCompletions', 'messages', 'generateContent'] as const)
  test(`${api}: the environment has no say in where a call goes, and as whom`, async (t) => {
    t.after(() => {
      for (const name of Object.keys(hijacking)) Reflect.deleteProperty(env, name)
    })
    Object.assign(env, hijacking)
    const { seen, start, order, read } = await workerBench(t, api, (_, response) => response.end('{}'))
    await start()
    await order()
    const [result] = await read(1)
    assert.deepEqual([result?.outcome.kind, seen[0]?.url], ['ok', apis[api][3]])
    assert.doesNotMatch(JSON.stringify(seen[0]?.headers), /somebody/u)
  })

test('an SDK that never returns, and one that throws before it calls, cost nothing and hold no permit', async (t) => {
  const { seen, start, order, read } = await workerBench(t, 'messages', (_, response) => response.end('{}'))
  const calls = [() => new Promise(() => undefined), () => Promise.reject(new Error('no such parameter'))]
  const vendor = { origin: 'http://127.0.0.1:1', call: () => calls.shift()?.() ?? Promise.resolve() }
  await start({ permits: 1 }, vendor)
  await order({ deadline: Date.now() + 200 })
  await order({ attempt: 2 })
  const found = await read(2)
  assert.deepEqual(
    found.map(({ outcome: { kind, failure } }) => [kind, failure]),
    [
      ['unbilled', 'invalid_request'],
      ['unbilled', 'invalid_request'],
    ],
  )
  assert.equal(seen.length, 0)
})
