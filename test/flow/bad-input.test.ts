// What a vendor, or whoever stands in its place, may send: capped, one clear class each, and the next answer is served.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
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
import { bodies, floods, megabyte } from './bad-bodies.ts'
import { workerBench } from './worker-bench.ts'

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
