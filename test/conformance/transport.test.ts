// Every way a call can break on real sockets, seen where the vendors' SDKs throw.
import assert from 'node:assert/strict'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { test } from 'node:test'
import type { Failure } from '@waybill/providers/failure'
import { transportFailure } from '@waybill/providers/failure'
import { vendorApis } from '@waybill/providers/registry'
import type { Recording } from './recording.ts'
import { requestOf } from './recorded-request.ts'
import { callThroughSdk } from './sdk-call.ts'
import { selfSigned } from './self-signed.ts'

const nothing: Recording = {
  id: 'none',
  api: 'none',
  path: '',
  kinds: [],
  isSuspect: false,
  request: {},
  status: 200,
  headers: {},
  body: {},
}

type Use = (port: number) => Promise<void>

/** A server that does as it is told once a request has come; and its address. */
async function serving(answer: (socket: Socket) => void, use: Use): Promise<void> {
  await used(
    createServer((socket) => void socket.once('data', () => answer(socket))),
    use,
  )
}

const servingTls = (use: Use): Promise<void> =>
  used(
    createTlsServer(selfSigned(), () => assert.fail('trusted')),
    use,
  )

async function used(server: Server, use: Use): Promise<void> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address: AddressInfo | string | null = server.address()
  assert.ok(address !== null && typeof address !== 'string')
  try {
    await use(address.port)
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

async function failureAt(api: string, url: string, deadlineMs = 5_000): Promise<Failure> {
  const target = {
    id: api,
    provider: vendorApis[api]?.provider ?? '',
    api,
    model: 'm',
    tier: 't',
    account: 'default',
    regions: [],
    serviceTier: null,
  }
  const made = vendorApis[api]?.request(requestOf(nothing), target, { maxOutputTokens: 100 })
  assert.ok(made?.kind === 'prepared')
  const signal = AbortSignal.timeout(deadlineMs)
  let at: 'request' | 'body' = 'request'
  const onHeaders = (): void => {
    at = 'body'
  }
  try {
    await callThroughSdk(api, made.prepared.body, url, { signal, onHeaders })
  } catch (error) {
    return transportFailure(error, { at, deadlinePassed: signal.aborted })
  }
  return assert.fail(`${api} did not fail`)
}

const half = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"choices":'
const silent = (): void => undefined

for (const api of Object.keys(vendorApis)) {
  test(`${api}: nobody listens`, async () => {
    let port = 0
    await serving(silent, async (open) => {
      port = open
      await Promise.resolve()
    })
    const { failure, unbilled } = await failureAt(api, `http://127.0.0.1:${port}`)
    assert.deepEqual([failure, unbilled], ['connect_failed', true])
  })

  test(`${api}: no such host`, async () => {
    const { failure, unbilled } = await failureAt(api, 'http://no-such-host.invalid')
    assert.deepEqual([failure, unbilled], ['connect_failed', true])
  })

  test(`${api}: no TLS where TLS was expected`, async () => {
    await serving(
      (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      async (port) => {
        const { failure, unbilled } = await failureAt(api, `https://127.0.0.1:${port}`)
        assert.deepEqual([failure, unbilled], ['tls_failed', true])
      },
    )
  })

  test(`${api}: reset after the request was sent`, async () => {
    await serving(
      (socket) => socket.resetAndDestroy(),
      async (port) => {
        const { failure, unbilled } = await failureAt(api, `http://127.0.0.1:${port}`)
        assert.deepEqual([failure, unbilled], ['connection_reset', false])
      },
    )
  })

  test(`${api}: closed without an answer`, async () => {
    await serving(
      (socket) => socket.end(),
      async (port) => {
        const { failure, unbilled } = await failureAt(api, `http://127.0.0.1:${port}`)
        assert.deepEqual([failure, unbilled], ['connection_reset', false])
      },
    )
  })

  test(`${api}: the answer is cut`, async () => {
    await serving(
      (socket) => socket.end(half),
      async (port) => {
        const { failure, unbilled } = await failureAt(api, `http://127.0.0.1:${port}`)
        assert.deepEqual([failure, unbilled], ['body_cut', false])
      },
    )
  })

  test(`${api}: reset within the answer`, async () => {
    await serving(
      (socket) => {
        // What was written is read before the reset is heard.
        socket.write(half, () => setTimeout(() => socket.resetAndDestroy(), 50))
      },
      async (port) => {
        const { failure, unbilled } = await failureAt(api, `http://127.0.0.1:${port}`)
        assert.deepEqual([failure, unbilled], ['body_cut', false])
      },
    )
  })

  test(`${api}: a certificate that nobody has signed`, async () => {
    await servingTls(async (port) => {
      const { failure, unbilled } = await failureAt(api, `https://127.0.0.1:${port}`)
      assert.deepEqual([failure, unbilled], ['tls_failed', true])
    })
  })

  test(`${api}: no answer before the deadline`, async () => {
    await serving(silent, async (port) => {
      const { failure, unbilled } = await failureAt(api, `http://127.0.0.1:${port}`, 60)
      assert.deepEqual([failure, unbilled], ['timeout', false])
    })
  })

  test(`${api}: half an answer before the deadline`, async () => {
    await serving(
      (socket) => socket.write(half),
      async (port) => {
        const { failure, unbilled } = await failureAt(api, `http://127.0.0.1:${port}`, 60)
        assert.deepEqual([failure, unbilled], ['timeout', false])
      },
    )
  })
}
