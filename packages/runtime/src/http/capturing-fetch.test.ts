import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Exchange, ExchangeOptions } from './capturing-fetch.ts'
import { openConnections } from './capturing-fetch.ts'

interface Bench {
  readonly url: string
  /** How many requests the server has seen. */
  readonly requests: () => number
  readonly exchange: (options?: Partial<ExchangeOptions>) => Exchange
}

async function bench(t: TestContext, answer: RequestListener): Promise<Bench> {
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const connections = openConnections()
  t.after(async () => {
    await connections.close()
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${portOf(server.address())}`
  const signal = new AbortController().signal
  return {
    url: `${origin}/v1/messages`,
    requests: () => requests,
    exchange: (options) => connections.exchange({ origin, mostBytes: 1_000, signal, mayStart: () => true, ...options }),
  }
}

const portOf = (address: string | AddressInfo | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0

const post = { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } } as const

test('the client gets the answer, and status, headers and raw body are kept', async (t) => {
  const { url, exchange } = await bench(t, (request, response) => {
    request.on('data', (chunk: Buffer) =>
      response.writeHead(200, { 'X-Request-Id': 'r1' }).end(`heard ${chunk.toString()}`),
    )
  })
  const { fetch, seen } = exchange()
  const response = await fetch(url, post)
  assert.equal(await response.text(), 'heard {"a":1}')
  assert.equal(response.headers.get('x-request-id'), 'r1')
  const { reached, status, headers, body } = seen()
  assert.deepEqual([reached, status, headers['x-request-id'], String(body)], ['done', 200, 'r1', 'heard {"a":1}'])
})

test('a compressed body is kept, and handed on, as plain text', async (t) => {
  const { url, exchange } = await bench(t, (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('plain'))
  })
  const { fetch, seen } = exchange()
  const response = await fetch(url, post)
  assert.equal(await response.text(), 'plain')
  assert.equal(String(seen().body), 'plain')
})

test('a body larger than the limit is not kept, not even when it was small on the wire', async (t) => {
  const { url, exchange } = await bench(t, (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000)))
  })
  const { fetch, seen } = exchange()
  await assert.rejects(fetch(url, post))
  const { reached, tooLarge, body, status } = seen()
  assert.deepEqual([reached, tooLarge, body, status], ['answered', true, null, 200])
})

test('a connection that breaks before the answer, or in the middle of it', async (t) => {
  const reset = await bench(t, (_, response) => {
    response.destroy()
  })
  const first = reset.exchange()
  await assert.rejects(first.fetch(reset.url, post))
  assert.equal(first.seen().reached, 'started')
  const cut = await bench(t, (_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half')
    setTimeout(() => response.destroy(), 10)
  })
  const second = cut.exchange()
  await assert.rejects(second.fetch(cut.url, post))
  assert.deepEqual([second.seen().reached, second.seen().body], ['answered', null])
})

test('the signal ends a call that hangs, before the headers and in the body', async (t) => {
  for (const hang of ['headers', 'body']) {
    const { url, exchange } = await bench(t, (_, response) => {
      if (hang === 'body') response.writeHead(200).write('half')
    })
    const controller = new AbortController()
    const { fetch, seen } = exchange({ signal: controller.signal })
    const call = fetch(url, post)
    setTimeout(() => {
      controller.abort()
    }, 50)
    await assert.rejects(call, { name: 'AbortError' })
    assert.equal(seen().reached, hang === 'body' ? 'answered' : 'started')
  }
})

test('a call that may not start any more writes nothing', async (t) => {
  const { url, exchange, requests } = await bench(t, (_, response) => response.end())
  const { fetch, seen } = exchange({ mayStart: () => false })
  await assert.rejects(fetch(url, post))
  assert.deepEqual([seen().reached, seen().refused, requests()], ['asked', true, 0])
})

test('a call that finds nobody has not started', async (t) => {
  const { exchange } = await bench(t, (_, response) => response.end())
  const { fetch, seen } = exchange({ origin: 'http://127.0.0.1:1' })
  await assert.rejects(fetch('http://127.0.0.1:1/', post))
  assert.equal(seen().reached, 'asked')
})

test('a call is made once: no redirect, no repetition after 421, no second call of the client', async (t) => {
  for (const status of [307, 421]) {
    const { url, exchange, requests } = await bench(t, (request, response) => {
      request.resume().on('end', () => response.writeHead(status, { location: '/elsewhere' }).end('no'))
    })
    const { fetch } = exchange()
    await fetch(url, post).catch(() => undefined)
    await assert.rejects(fetch(url, post))
    assert.equal(requests(), 1, `${status}`)
  }
})

test('no other host is called', async (t) => {
  const { url, exchange, requests } = await bench(t, (_, response) => response.end())
  const { fetch, seen } = exchange({ origin: 'https://api.openai.com' })
  await assert.rejects(fetch(url, post))
  assert.deepEqual([seen().reached, requests()], ['asked', 0])
})
