// Faults of the bytes on the wire, and of everything between a vendor's server and a caller.
import { gzipSync } from 'node:zlib'
import type { Delivery, Fault, FaultContext, Parameters, Reply } from './fault.ts'
import { everywhere, numberIn } from './fault.ts'

type Change = (reply: Reply, context: FaultContext) => Reply

function wire(name: string, about: string, change: Change, parameters: Parameters = {}): Fault {
  return { name, about, apis: everywhere, parameters, billed: true, effect: { on: 'reply', change } }
}

const delivered =
  (delivery: Delivery): Change =>
  (reply) => ({ ...reply, delivery })
const withBody = (reply: Reply, body: Uint8Array | string): Reply => ({ ...reply, body: Buffer.from(body) })

function page(status: number, title: string): Change {
  const body = `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n`
  const headers = { 'content-type': 'text/html', server: 'cloudflare' }
  return () => ({ status, headers, body: Buffer.from(body), delivery: { kind: 'whole' } })
}

function errorBody(reply: Reply, context: FaultContext): Reply {
  const failure = context.failure('overloaded') ?? context.failure('serverError')
  return withBody(reply, JSON.stringify(failure?.body ?? {}))
}

const megabyte = 1_048_576
const spaces = Buffer.alloc(megabyte, ' ')

/** Whitespace before the answer, so that what arrives is valid all the same. */
function huge(reply: Reply, { parameters }: FaultContext): Reply {
  const count = numberIn(parameters, 'megabytes')
  const { 'content-encoding': _, ...headers } = reply.headers
  return { ...reply, headers, delivery: { kind: 'stream', chunks: () => repeated(spaces, count, reply.body) } }
}

/** A gzip stream may have several members: the same megabyte again and again, and the answer last. */
function bomb(reply: Reply, { parameters }: FaultContext): Reply {
  const count = numberIn(parameters, 'megabytes')
  const chunks = (): Iterable<Uint8Array> => repeated(gzipSync(spaces), count, gzipSync(reply.body))
  return { ...reply, headers: { ...reply.headers, 'content-encoding': 'gzip' }, delivery: { kind: 'stream', chunks } }
}

function* repeated(chunk: Uint8Array, count: number, last: Uint8Array): Iterable<Uint8Array> {
  for (let index = 0; index < count; index++) yield chunk
  yield last
}

/** In the middle of a string, where a reader that is not strict would not notice. */
function invalidUtf8(reply: Reply): Reply {
  const body = Buffer.from(reply.body)
  const at = body.indexOf('":"') + 3
  return withBody(
    reply,
    Buffer.concat([body.subarray(0, at), Buffer.from([0xff, 0xfe, 0xc3, 0x28]), body.subarray(at)]),
  )
}

function flood(reply: Reply, { parameters }: FaultContext): Reply {
  const values = Array.from({ length: numberIn(parameters, 'count') }, (_, index) => `${index}`.padEnd(64, 'x'))
  return { ...reply, headers: { ...reply.headers, 'x-flood': values } }
}

function deep(reply: Reply, { parameters }: FaultContext): Reply {
  const depth = numberIn(parameters, 'depth')
  return withBody(reply, `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)
}

const zipped = (reply: Reply): Reply => ({
  ...withBody(reply, gzipSync(reply.body)),
  headers: { ...reply.headers, 'content-encoding': 'gzip' },
})
const half = (reply: Reply): Uint8Array => reply.body.subarray(0, Math.floor(reply.body.length / 2))
const headed = (headers: Readonly<Record<string, string>>): Change => {
  return (reply) => ({ ...reply, headers: { ...reply.headers, ...headers } })
}

export const wireFaults: readonly Fault[] = [
  wire('gateway-502', '502 with an HTML page of a gateway: the call may have been billed', page(502, 'Bad Gateway')),
  wire('gateway-503', '503 with an HTML page', page(503, 'Service Temporarily Unavailable')),
  wire('gateway-504', '504 with an HTML page', page(504, 'Gateway Time-out')),
  wire('error-body-200', "200 with the vendor's error body", errorBody),
  wire('html-200', '200 with an HTML page', page(200, 'Just a moment...')),
  wire('empty-200', '200 with an empty body', (reply) => withBody(reply, '')),
  wire('null-200', '200 with the body `null`', (reply) => withBody(reply, 'null')),
  wire('cut-json', '200 with half of the JSON, its length right', (reply) => withBody(reply, half(reply))),
  wire(
    'cut-body',
    'the connection is closed after half of the body',
    delivered({ kind: 'broken', sent: 'half', rst: false }),
  ),
  wire(
    'disconnect',
    'the connection is closed before headers',
    delivered({ kind: 'broken', sent: 'nothing', rst: false }),
  ),
  wire('reset', 'the connection is reset before headers', delivered({ kind: 'broken', sent: 'nothing', rst: true })),
  wire(
    'reset-after-headers',
    'the connection is reset after the headers',
    delivered({ kind: 'broken', sent: 'headers', rst: true }),
  ),
  wire(
    'reset-mid-body',
    'the connection is reset after half of the body',
    delivered({ kind: 'broken', sent: 'half', rst: true }),
  ),
  wire('hang', 'nothing ever comes', delivered({ kind: 'hang', sent: 'nothing' })),
  wire('hang-after-headers', 'headers come, a body never', delivered({ kind: 'hang', sent: 'headers' })),
  wire('hang-mid-body', 'half of the body comes, the rest never', delivered({ kind: 'hang', sent: 'half' })),
  wire(
    'slow-drip',
    'the body comes a few bytes at a time',
    (reply, { parameters }) => {
      const delivery = {
        kind: 'drip',
        bytes: numberIn(parameters, 'bytes'),
        everyMs: numberIn(parameters, 'every-ms'),
      } as const
      return { ...reply, delivery }
    },
    { bytes: '16', 'every-ms': '50' },
  ),
  wire('gzip', 'the body is compressed', zipped),
  wire('gzip-lie', 'the header says gzip, the body is plain', headed({ 'content-encoding': 'gzip' })),
  wire('gzip-bomb', 'a small body that unpacks to `megabytes` of white space and the answer', bomb, {
    megabytes: '100',
  }),
  wire('huge-body', '`megabytes` of white space before the answer', huge, { megabytes: '100' }),
  wire('deep-body', 'JSON nested `depth` deep', deep, { depth: '200000' }),
  wire('invalid-utf8', 'bytes that are no UTF-8 within a string', invalidUtf8),
  wire('header-flood', '`count` headers of 64 bytes', flood, { count: '1000' }),
  wire('wrong-content-type', 'the answer, called text/plain', headed({ 'content-type': 'text/plain' })),
  wire('retry-after-200', '`retry-after` on a success, as Anthropic does at times', headed({ 'retry-after': '25' })),
]
