// What can go wrong with a call, in one closed list: what to do about it are fields, never string matching.
import { isObject, memberOf } from './json.ts'

/** Where the knowledge that a failure costs nothing comes from. */
type Basis = 'contract' | 'documentation' | 'assumption'

type CoolDown = 'key' | 'model' | 'provider'

interface FailureRow {
  /** Another target may do what this one could not. */
  readonly retryable: boolean
  /** Known to be unbilled. What is not known may have been billed. */
  readonly unbilled: boolean
  readonly basis: Basis
  readonly checkedOn: string
  /** What should be left alone for a while. */
  readonly coolDown: CoolDown | null
}

const checkedOn = '2026-11-23'
const row = (retryable: boolean, unbilled: boolean, basis: Basis, coolDown: CoolDown | null): FailureRow => ({
  retryable,
  unbilled,
  basis,
  checkedOn,
  coolDown,
})

export const failures = {
  /** Too many requests or tokens; the vendor may say how long to wait. */
  rate_limited: row(true, true, 'documentation', 'model'),
  /** A 429 or 402 that is about money: waiting does not help. */
  quota: row(true, true, 'documentation', 'key'),
  /** The key is wrong, or may not do this. */
  auth: row(true, true, 'documentation', 'key'),
  /** The vendor does not know the model: our catalogue is wrong. */
  config: row(true, true, 'documentation', 'model'),
  /** The prompt is longer than the model takes. */
  input_too_long: row(true, true, 'documentation', null),
  /** Another request that the vendor refuses to run. */
  invalid_request: row(true, true, 'documentation', null),
  /** An input filter refused before the model ran. Another vendor is not a way around a filter. */
  content_filter: row(false, true, 'assumption', null),
  /** The vendor says that it has no capacity. */
  overloaded: row(true, true, 'assumption', 'model'),
  /** 5xx with the vendor's own error body. */
  server_error: row(true, true, 'assumption', 'model'),
  /** 5xx without it: something in between answered, and the call behind it may have run. */
  gateway_error: row(true, false, 'assumption', 'provider'),
  /** A status that none of the above covers. */
  unexpected_status: row(true, false, 'assumption', null),
  /** No connection was made: DNS, TCP. */
  connect_failed: row(true, true, 'contract', 'provider'),
  /** No secure connection was made, so no byte of the request was sent. */
  tls_failed: row(true, true, 'contract', 'provider'),
  /** Our deadline passed while the call was under way. */
  timeout: row(true, false, 'assumption', null),
  /** The connection broke before an answer came. */
  connection_reset: row(true, false, 'assumption', null),
  /** The connection broke in the middle of the answer. */
  body_cut: row(true, false, 'assumption', null),
  /** The answer is larger than we take. */
  body_too_large: row(true, false, 'assumption', null),
  /** Status 200, and what came is no JSON, not of the vendor's shape, or nested without end. */
  unreadable_answer: row(true, false, 'assumption', null),
  /** Status 200 with an error of the vendor inside. */
  provider_error: row(true, false, 'assumption', 'model'),
  /** The model began a tool call that is none, or asked for more of them than anyone can run. */
  malformed_call: row(true, false, 'documentation', null),
  /** The model asked for a tool that it was not given. */
  unknown_tool: row(true, false, 'documentation', null),
  /** Arguments that do not parse, or break the tool's schema. */
  tool_args_invalid: row(true, false, 'documentation', null),
  /** The model stopped without saying anything. */
  empty_answer: row(true, false, 'documentation', null),
  /** The vendor stopped half-way without an answer to show. */
  incomplete_answer: row(true, false, 'documentation', null),
  /** The output is no JSON, or breaks the caller's schema. */
  schema_mismatch: row(true, false, 'documentation', null),
  /** The output could not be checked within the deadline of a check. */
  schema_timeout: row(false, false, 'documentation', null),
} as const satisfies Readonly<Record<string, FailureRow>>

export type FailureClass = keyof typeof failures

export interface Failure {
  readonly failure: FailureClass
  readonly unbilled: boolean
  readonly retryAfterMs: number | null
  readonly coolDown: CoolDown | null
}

export function failureOf(failure: FailureClass, retryAfterMs: number | null = null): Failure {
  const { unbilled, coolDown } = failures[failure]
  return { failure, unbilled, retryAfterMs, coolDown }
}

/** How far a call had come when it broke. */
export interface Phase {
  /** body: the status and headers had arrived. */
  readonly at: 'request' | 'body'
  /** Whether our own deadline has passed: a bare AbortError does not say who aborted. */
  readonly deadlinePassed: boolean
}

/** Codes of Node and undici that mean no byte of the request has left. */
const notConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
  'ENETDOWN',
  'EHOSTDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
])
const tlsCode =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|ERR_OSSL_|EPROTO$|CRL_|INVALID_CA|PATH_LENGTH|HOSTNAME_MISMATCH)/u
const timeoutCodes = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT', 'ABORT_ERR'])
const timeoutNames = new Set(['AbortError', 'TimeoutError', 'APIUserAbortError', 'APIConnectionTimeoutError'])

/** The error and what it says caused it; bounded, because a cause may be its own. */
function chainOf(error: unknown): readonly unknown[] {
  const chain: unknown[] = []
  const open = [error]
  while (open.length > 0 && chain.length < 16) {
    const next = open.shift()
    if (!isObject(next)) continue
    chain.push(next)
    open.push(read(next, 'cause'))
    const several = read(next, 'errors')
    if (Array.isArray(several)) open.push(...several.slice(0, 8))
  }
  return chain
}

/** Names and codes of an error may be inherited, so not only own members count. */
function read(error: unknown, name: 'cause' | 'errors' | 'code' | 'name' | 'syscall'): unknown {
  return isObject(error) && name in error ? error[name] : memberOf(error, name)
}

const word = (error: unknown, name: 'code' | 'name' | 'syscall'): string => {
  const value = read(error, name)
  return typeof value === 'string' ? value : ''
}

function classOf(error: unknown): FailureClass | null {
  const code = word(error, 'code')
  if (word(error, 'syscall') === 'connect' || notConnected.has(code)) return 'connect_failed'
  if (word(error, 'syscall').startsWith('getaddrinfo')) return 'connect_failed'
  if (tlsCode.test(code)) return 'tls_failed'
  return null
}

/**
 * What an error that fetch or an SDK threw means. Matched by code and name, because SDKs wrap and realms differ.
 * Certain about "not sent" only where the error says so; everything else may have been billed.
 */
export function transportFailure(error: unknown, phase: Phase): Failure {
  const chain = chainOf(error)
  if (phase.at === 'request') {
    const unsent = chain.map(classOf).find((found) => found !== null)
    if (unsent !== undefined) return failureOf(unsent)
  }
  const timedOut = chain.some((each) => timeoutCodes.has(word(each, 'code')) || timeoutNames.has(word(each, 'name')))
  if (phase.deadlinePassed || timedOut) return failureOf('timeout')
  return failureOf(phase.at === 'body' ? 'body_cut' : 'connection_reset')
}
