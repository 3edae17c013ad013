// What a vendor, or whoever stands in its place, may send: capped, one clear class each, and the next answer is served.
import assert from 'node:assert/strict'
import type { RequestListener, ServerResponse } from 'node:http'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { ApiName } from '@waybill/providers/conformance/given'
import { apiNames, requestWith, targetFor, toolNamed } from '@waybill/providers/conformance/given'
import { bodyOf } from '@waybill/providers/conformance/spoken'
import type { Outcome } from '@waybill/schemas/generated/outcome'
import type { Request } from '@waybill/schemas/generated/request'
import { systemClock } from '@waybill/runtime/clock'
import { resultOf } from '@waybill/normaliser/given'
import { judge } from '@waybill/normaliser/judging'
import { validationThread } from '@waybill/normaliser/service'
import { validating } from '@waybill/normaliser/validating'
import { workerBench } from './worker-bench.ts'

const megabyte = 1_024 * 1_024
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

const floods: readonly (readonly [what: string, answer: RequestListener, failure: string | null])[] = [
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

const isCapped = ({ body, headers: kept }: Outcome): boolean =>
  (body ?? '').length <= 4 * megabyte && Object.keys(kept).length <= 64

for (const api of apiNames)
  test(`${api}: what floods a worker is cut off, and the next call is made`, async (t) => {
    const answers = floods.values()
    const { start, order, read } = await workerBench(t, api, (request, response) => {
      const { value } = answers.next()
      if (value === undefined) response.writeHead(200).end('{"good":true}')
      else value[1](request, response)
    })
    await start()
    const before = process.memoryUsage().rss
    for (const [index, [what, , failure]] of [...floods, ['the next', null, null] as const].entries()) {
      await order({ claim: `requests/0/${index}` })
      const [{ outcome } = assert.fail(what)] = (await read(index + 1)).slice(index)
      assert.deepEqual([outcome.failure, isCapped(outcome)], [failure, true], what)
      if (index === floods.length) assert.equal(String(outcome.body), '{"good":true}')
    }
    assert.ok(process.memoryUsage().rss - before < 300 * megabyte)
  })

const thread = validationThread()
after(() => thread.close())
const validate = validating((check) => thread.ask(check), systemClock)
const tools = [toolNamed('weather', { type: 'object' })]
const deep = (opening: string, closing: string): string => `${opening.repeat(200_000)}1${closing.repeat(200_000)}`

/** Bodies as a worker passes them on: of any four mebibytes. */
const bodies: readonly (readonly [what: string, of: (api: ApiName) => string | Buffer, expected: string])[] = [
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

/** Work of all threads: how long it takes depends on what else the machine has to do. */
function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

const judged = async (api: ApiName, body: string | Buffer, request: Request): Promise<string> => {
  const result = resultOf({ dispatch: { target: targetFor(api) }, outcome: { body: Buffer.from(body) } })
  const judgement = await judge(result, request, validate)
  return 'failure' in judgement ? `${judgement.kind} ${judgement.failure}` : judgement.kind
}

for (const api of apiNames)
  test(`${api}: what is made to break a reader has one class, in a moment, and the next answer is served`, async () => {
    const request = requestWith({ tools, outputSchema: '{"type":"object"}' })
    for (const [what, of, expected] of bodies) {
      const body = of(api)
      const before = process.cpuUsage()
      assert.equal(await judged(api, body, request), expected, what)
      assert.ok(cpuMsSince(before) < 3_000, `${what} took ${cpuMsSince(before)} ms`)
      assert.equal(Reflect.get({}, 'polluted'), undefined)
    }
    const good = JSON.stringify(bodyOf(api, { text: ['{"a":1}'] }))
    assert.equal(await judged(api, good, request), 'answer')
  })
