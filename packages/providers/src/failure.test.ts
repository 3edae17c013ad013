import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureOf, failures, transportFailure } from './failure.ts'

const early = { at: 'request', deadlinePassed: false } as const
const coded = (code: string, more = {}): Error => Object.assign(new Error(code), { code, ...more })
const fetchFailed = (cause: unknown): Error => new TypeError('fetch failed', { cause })

test('a connection that was never made is known to be unbilled', () => {
  const errors = [
    fetchFailed(coded('ECONNREFUSED', { syscall: 'connect' })),
    fetchFailed(coded('ETIMEDOUT', { syscall: 'connect' })),
    fetchFailed(coded('ENOTFOUND', { syscall: 'getaddrinfo' })),
    fetchFailed(coded('EAI_AGAIN', { syscall: 'getaddrinfo' })),
    fetchFailed(coded('UND_ERR_CONNECT_TIMEOUT')),
    fetchFailed(new AggregateError([coded('ECONNREFUSED', { syscall: 'connect' })])),
    new Error('Connection error.', { cause: fetchFailed(coded('EHOSTUNREACH', { syscall: 'connect' })) }),
  ]
  for (const error of errors)
    assert.deepEqual(transportFailure(error, early), failureOf('connect_failed'), String(error.cause))
  assert.equal(failureOf('connect_failed').unbilled, true)
})

test('a certificate that is refused is known to be unbilled', () => {
  for (const code of [
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'EPROTO',
  ])
    assert.deepEqual(transportFailure(fetchFailed(coded(code)), early), failureOf('tls_failed'), code)
})

test('whatever broke after bytes may have left is ambiguous', () => {
  const broken: readonly [Error, string][] = [
    [fetchFailed(coded('ECONNRESET', { syscall: 'read' })), 'connection_reset'],
    [fetchFailed(coded('UND_ERR_SOCKET')), 'connection_reset'],
    [fetchFailed(coded('EPIPE', { syscall: 'write' })), 'connection_reset'],
    [fetchFailed(coded('UND_ERR_HEADERS_TIMEOUT')), 'timeout'],
    [fetchFailed(undefined), 'connection_reset'],
    [Object.assign(new Error('x'), { name: 'APIConnectionTimeoutError' }), 'timeout'],
  ]
  for (const [error, failure] of broken) {
    const found = transportFailure(error, early)
    assert.deepEqual([found.failure, found.unbilled], [failure, false])
  }
})

test('in the body nothing is unbilled, whatever the code says', () => {
  const error = fetchFailed(coded('ECONNREFUSED', { syscall: 'connect' }))
  assert.deepEqual(transportFailure(error, { at: 'body', deadlinePassed: false }), failureOf('body_cut'))
  assert.equal(transportFailure(error, { at: 'body', deadlinePassed: true }).failure, 'timeout')
})

test('an error that is its own cause, or no error at all, has a class too', () => {
  const ring = new Error('ring')
  ring.cause = ring
  for (const error of [ring, null, undefined, 'text', 7, Object.create(null), []])
    assert.equal(transportFailure(error, early).unbilled, false)
})

test('only what is certain costs nothing: every class says why it thinks so', () => {
  for (const [name, { unbilled, basis, checkedOn }] of Object.entries(failures)) {
    assert.match(checkedOn, /^\d{4}-\d{2}-\d{2}$/u, name)
    assert.ok(unbilled || basis !== 'contract', name)
  }
})
