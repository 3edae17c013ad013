// What a vendor, or whoever stands in its place, may send to break who reads it.
import type { RequestListener, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { ApiName } from '@waybill/providers/conformance/given'
import { bodyOf } from '@waybill/providers/conformance/spoken'

export const megabyte = 1_024 * 1_024
const bomb = gzipSync(Buffer.alloc(100 * megabyte, ' '))
const bombInBomb = gzipSync(bomb)

/** Writes for as long as somebody reads. */
function flood(response: ServerResponse, bytes: number): void {
  const piece = Buffer.alloc(megabyte, ' ')
  let left = bytes
  const write = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= piece.length
      if (response.write(piece)) continue
      response.once('drain', write)
      return
    }
    response.end()
  }
  write()
}

const headers = (count: number, characters: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`x-ratelimit-${index}`, 'y'.repeat(characters)] as const),
  )

/** null: no failure. */
export const floods: readonly (readonly [what: string, answer: RequestListener, failure: string | null])[] = [
  ['100 MB', (_, response) => flood(response.writeHead(200), 100 * megabyte), 'body_too_large'],
  ['100 MB behind an error', (_, response) => flood(response.writeHead(500), 100 * megabyte), 'body_too_large'],
  ['a gzip bomb', (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb), 'body_too_large'],
  [
    'a gzip bomb in a gzip bomb',
    (_, response) => response.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end(bombInBomb),
    'body_too_large',
  ],
  ['10,000 headers', (_, response) => response.writeHead(200, headers(10_000, 100)).end('{}'), 'connection_reset'],
  [
    'a header of a megabyte',
    (_, response) => response.writeHead(200, headers(1, megabyte)).end('{}'),
    'connection_reset',
  ],
  ['200 headers', (_, response) => response.writeHead(200, headers(200, 20)).end('{}'), null],
]

const deep = (opening: string, closing: string): string => `${opening.repeat(200_000)}1${closing.repeat(200_000)}`

/** Bodies as a worker passes them on: of any four mebibytes. */
export const bodies: readonly (readonly [what: string, of: (api: ApiName) => string | Buffer, expected: string])[] = [
  ['no UTF-8', () => Buffer.from('{"a":"\xff\xfe"}', 'latin1'), 'ambiguous unreadable_answer'],
  ['half a character', () => Buffer.from('{"a":"\xe2\x82', 'latin1'), 'ambiguous unreadable_answer'],
  ['200,000 levels of lists', () => deep('[', ']'), 'ambiguous unreadable_answer'],
  ['200,000 levels of objects', () => deep('{"a":', '}'), 'ambiguous unreadable_answer'],
  ['200,000 levels that nobody closes', () => '{"a":'.repeat(200_000), 'ambiguous unreadable_answer'],
  [
    '200,000 levels in a text',
    (api) => JSON.stringify(bodyOf(api, { text: [deep('[', ']')] })),
    'unusable schema_mismatch',
  ],
  [
    'nothing but opened braces in a text',
    (api) => JSON.stringify(bodyOf(api, { text: ['{'.repeat(2_000_000)] })),
    'unusable schema_mismatch',
  ],
  [
    'nothing but backslashes in a text',
    (api) => JSON.stringify(bodyOf(api, { text: [`{"${'\\'.repeat(900_000)}`] })),
    'unusable schema_mismatch',
  ],
  ['a million calls', millionCalls, 'unusable malformed_call'],
  ['__proto__', (api) => withProto(JSON.stringify(bodyOf(api, { text: ['{"__proto__":{"polluted":1}}'] }))), 'answer'],
  ['zeroes', () => Buffer.alloc(4 * megabyte), 'ambiguous unreadable_answer'],
  ['white space', () => ' '.repeat(4 * megabyte), 'ambiguous unreadable_answer'],
]

/** The shortest that may stand for a call, a million times, where the vendor's calls stand. */
function millionCalls(api: ApiName): string {
  const body = JSON.stringify(bodyOf(api, { calls: [{ name: 'weather', arguments: {} }], end: 'calls' }))
  return body.replace(opening[api], `${`${shortest[api]},`.repeat(1_000_000)}${opening[api]}`)
}
const shortest = {
  chatCompletions: '{}',
  responses: '{"type":"function_call"}',
  messages: '{"type":"tool_use"}',
  generateContent: '{"functionCall":{}}',
} as const

const opening = {
  chatCompletions: '{"id":"call_0"',
  responses: '{"type":"function_call"',
  messages: '{"type":"tool_use"',
  generateContent: '{"functionCall"',
} as const

const withProto = (body: string): string =>
  `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},${body.slice(1)}`
