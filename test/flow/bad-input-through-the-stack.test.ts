// What is made to break a reader, from the vendor's socket through worker and normaliser to the reply.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { after, test } from 'node:test'
import { startEmbedded } from '@waybill/cli/platform/embedded'
import type { ApiName } from '@waybill/providers/conformance/given'
import { apiNames } from '@waybill/providers/conformance/given'
import { bodyOf } from '@waybill/providers/conformance/spoken'
import { openLogger } from '@waybill/runtime/observability/logger'
import { bodies, floods, megabyte } from './bad-bodies.ts'
import { boundTo } from './bound.ts'

function apiOf(path: string): ApiName {
  if (path.startsWith('/v1/chat/')) return 'chatCompletions'
  if (path.startsWith('/v1/responses')) return 'responses'
  return path.startsWith('/v1/messages') ? 'messages' : 'generateContent'
}

const json = { 'content-type': 'application/json' }

/** By the number that the prompt brings: of a flood, of a body after them, or beyond both a good answer. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(request, 'end')
  const api = apiOf(request.url ?? '')
  const number = Number(/course (\d+)\./u.exec(Buffer.concat(chunks).toString())?.[1])
  const [flood, body] = [floods[number], bodies[number - floods.length]]
  if (flood !== undefined) flood[1](request, response)
  else response.writeHead(200, json).end(body?.[1](api) ?? JSON.stringify(bodyOf(api, { text: ['{"a":1}'] })))
}

const server = createServer((request, response) => void answer(request, response))
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
const settings = { WAYBILL_OPENAI_URL: `${url}/v1`, WAYBILL_ANTHROPIC_URL: url, WAYBILL_GEMINI_URL: url }
const arena = await startEmbedded({ latencyScale: 0, seed: '1', settings, logger: openLogger('error', {}) })
after(async () => {
  await arena.stop()
  server.closeAllConnections()
  server.close()
})

async function reasonOf(api: ApiName, number: number): Promise<string> {
  const reply = await arena.client.request(
    boundTo(api, {
      tenant: 'bad',
      id: `${api} ${number}`,
      latencyBudgetMs: 20_000,
      messages: [{ role: 'user', text: `Go, course ${number}.` }],
      tools: [{ name: 'weather', parameters: '{"type":"object"}' }],
      outputSchema: '{"type":"object"}',
    }),
  )
  return reply.reason ?? reply.status
}

/** A worker reads no more than four mebibytes of a body, and a million calls are more than that in most words. */
const expectedOf = (api: ApiName, what: string, expected: string): string => {
  if (what === 'a million calls' && api !== 'chatCompletions') return 'body_too_large'
  return expected === 'answer' ? 'completed' : (expected.split(' ')[1] ?? '')
}

for (const api of apiNames)
  test(`${api}: each has one class, and after it the next is served`, async (context) => {
    const before = process.memoryUsage().rss
    const all = [
      // An empty object is no answer of anyone's.
      ...floods.map(([what, , failure]) => [what, failure ?? 'unreadable_answer'] as const),
      ...bodies.map(([what, , expected]) => [what, expectedOf(api, what, expected)] as const),
      ['a good answer', 'completed'] as const,
    ]
    const seen: unknown[] = []
    for (const number of all.keys()) seen.push([all[number]?.[0], await reasonOf(api, number)])
    assert.deepEqual(seen, all)
    assert.equal(Reflect.get({}, 'polluted'), undefined)
    const grown = (process.memoryUsage().rss - before) / megabyte
    context.diagnostic(`memory has grown by ${grown.toFixed(0)} MiB`)
    // The floods are of gigabytes, and other tests share this process.
    assert.ok(grown < 1_000)
  })
