import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Reply } from '@waybill/schemas/generated/reply'
import { accountOf, isClean } from '@waybill/cli/demo/account'
import { gather } from '@waybill/cli/demo/evidence'
import { startEmbedded } from '@waybill/cli/platform/embedded'
import { functionPrompts, schemaOf } from './function-prompts.ts'

const prompts = functionPrompts()
const offered = new Map((prompts ?? []).map(({ id, tools = [] }) => [id, new Set(tools.map(({ name }) => name))]))

function countedBy(replies: readonly Reply[]): ReadonlyMap<string, number> {
  const statuses = new Map<string, number>()
  for (const { status, reason } of replies) {
    const name = reason === null ? status : `${status} ${reason}`
    statuses.set(name, (statuses.get(name) ?? 0) + 1)
  }
  return statuses
}

/** Every call names a tool as its caller does, and its arguments are an object. */
function checkCalls({ id, answer }: Reply): void {
  for (const { name, arguments: given } of answer?.toolCalls ?? []) {
    assert.ok(offered.get(id)?.has(name), `${id}: ${name}`)
    assert.equal(typeof JSON.parse(given), 'object')
  }
}

const skip =
  prompts === undefined ? 'The public prompts are not beside this repository: real input is NOT tested.' : false

test('types of other languages become JSON Schema', () => {
  assert.deepEqual(
    schemaOf({ type: 'dict', properties: { a: { type: 'tuple', items: { type: 'float' } }, b: { type: 'any' } } }),
    { type: 'object', properties: { a: { type: 'array', items: { type: 'number' } }, b: {} } },
  )
})

test('838 real prompts with real functions come back once each, names of tools as they were', { skip }, async (t) => {
  const arena = await startEmbedded({ latencyScale: 0.05, seed: '1' })
  after(() => arena.stop())
  const { client, settings, simulatorUrl = '' } = arena
  const replies = await Promise.all((prompts ?? []).map((request) => client.request(request)))
  const statuses = countedBy(replies)
  t.diagnostic(JSON.stringify([...statuses]))
  assert.ok((statuses.get('completed') ?? 0) >= 830, JSON.stringify([...statuses]))
  for (const reply of replies) checkCalls(reply)
  const account = accountOf(await gather({ ...(await arena.reader()), partitions: settings.partitions, simulatorUrl }))
  assert.ok(isClean(account), JSON.stringify(account))
  assert.equal(account.replies, 838)
})
