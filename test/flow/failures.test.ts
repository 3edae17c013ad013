// Every failure that a vendor can answer with, through its own SDK: the matrix again, with real sockets.
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import type { ApiName } from '@waybill/providers/conformance/given'
import { apiNames } from '@waybill/providers/conformance/given'
import type { Sent, Situation } from '@waybill/providers/conformance/situation'
import { situations } from '@waybill/providers/conformance/situations'
import type { Outcome } from '@waybill/schemas/generated/outcome'
import { workerBench } from './worker-bench.ts'

interface Sending {
  readonly name: string
  readonly sent: Sent
  readonly expected: string
}

/** Of all situations those in which the vendor sends another status than 200. */
const sendings = (api: ApiName): readonly Sending[] =>
  Object.values(situations)
    .flat()
    .flatMap(({ name, sent, expected }: Situation): Sending[] => {
      const own = sent?.[api] ?? null
      if (own === null || (own.status ?? 200) === 200) return []
      return [{ name, sent: own, expected: (typeof expected === 'string' ? expected : expected[api]) ?? '' }]
    })

const isText = (body: unknown): body is string | Uint8Array => typeof body === 'string' || body instanceof Uint8Array

function send(response: ServerResponse, { status = 200, headers = {}, body }: Sent): void {
  const json = isText(body) ? {} : { 'content-type': 'application/json' }
  response.writeHead(status, { ...json, ...headers }).end(isText(body) ? body : JSON.stringify(body))
}

/** In the words of the matrix. */
function told({ kind, failure, retryAfterMs }: Outcome): string {
  const wait = retryAfterMs === null ? '' : `, wait ${retryAfterMs} ms`
  return `failure/${failure} (${kind}${wait})`
}

for (const api of apiNames)
  test(`${api}: each failure has the class at the SDK’s surface that it has in the matrix, and is called for once`, async (t) => {
    const all = sendings(api)
    assert.ok(all.length >= 15)
    const next = all.values()
    const { seen, start, order, read } = await workerBench(t, api, (_, response) => {
      const { value } = next.next()
      if (value !== undefined) send(response, value.sent)
    })
    await start()
    const heard: string[] = []
    for (const [index, { name }] of all.entries()) {
      await order({ claim: `requests/0/${index}` })
      const [result = assert.fail(name)] = (await read(index + 1)).slice(index)
      heard.push(`${name}: ${told(result.outcome)}`)
    }
    assert.deepEqual(
      heard,
      all.map(({ name, expected }) => `${name}: ${expected}`),
    )
    assert.equal(seen.length, all.length)
  })
