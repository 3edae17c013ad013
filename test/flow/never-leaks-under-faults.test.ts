// The same as never-leaks, with everything that the simulator can do to a call, at each API that it can do it to.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { RequestInput } from '@waybill/client/complete'
import { gather } from '@waybill/cli/explain/gather'
import { isKnown } from '@waybill/cli/explain/reasons'
import { storyOf } from '@waybill/cli/explain/story'
import { arrayAt, numberAt, stringAt } from '@waybill/providers/json'
import type { Reply } from '@waybill/schemas/generated/reply'
import { topics } from '@waybill/schemas/topics'
import type { ApiName } from '@waybill/simulator/apis/vendor'
import type { Fault } from '@waybill/simulator/faults/fault'
import { faults } from '@waybill/simulator/faults/registry'
import type { ApiName as VendorApiName } from '@waybill/providers/conformance/given'
import { boundTo } from './bound.ts'
import { canaries, canariesIn } from './canaries.ts'
import { startOverheard, textOf } from './overheard.ts'

const { arena, said, metrics } = await startOverheard({ WAYBILL_PERMITS: '1000' })

/** What the simulator's APIs are called everywhere else. */
const names: Readonly<Record<ApiName, VendorApiName>> = {
  'openai-chat': 'chatCompletions',
  'openai-responses': 'responses',
  'anthropic-messages': 'messages',
  'gemini-generate-content': 'generateContent',
}
const isApi = (name: string): name is ApiName => Object.hasOwn(names, name)
const apis = Object.keys(names).filter(isApi)
const places = faults.flatMap((fault) => apis.filter((api) => fault.apis.includes(api)).map((api) => ({ fault, api })))

/** Smaller than by default, and after all decisions are made: a failure teaches the router to keep away. */
const commandOf = ({ name, parameters }: Fault): string =>
  [name, 'delay-ms=600', ...(parameters['megabytes'] === undefined ? [] : ['megabytes=6'])].join(';')

const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const answer = await fetch(`${arena.simulatorUrl}/control/${path}`, { method, ...sent })
  const told: unknown = await answer.json()
  assert.equal(answer.status, 200, JSON.stringify(told))
  return told
}

/** What the model fills in are canaries, too. */
const schema = JSON.stringify({
  type: 'object',
  properties: { city: { enum: [canaries.answerCall] }, note: { type: 'string', description: canaries.toolSchema } },
  required: ['city'],
})

/** Faults of calls need a tool; of the others every second asks for output in a schema. */
const requestAt = ({ fault, api }: (typeof places)[number], index: number): RequestInput =>
  boundTo(names[api], {
    tenant: 'leaks',
    id: `${fault.name} at ${api}`,
    latencyBudgetMs: 5_000,
    taskClass: 'summary',
    messages: [
      { role: 'system', text: canaries.system },
      { role: 'user', text: `${canaries.prompt}, fault ${fault.name}, of ${api}.` },
    ],
    ...(/json|schema|null/u.test(fault.name) || index % 2 === 0
      ? { outputSchema: schema }
      : { tools: [{ name: canaries.toolName, description: canaries.toolText, parameters: schema }] }),
    ...(/call|argument|tool|parallel|proto/u.test(fault.name)
      ? { tools: [{ name: canaries.toolName, parameters: schema }], toolChoice: { kind: 'auto' } }
      : {}),
    metadata: { note: canaries.metadata },
  })

async function replies(): Promise<readonly Reply[]> {
  for (const { fault, api } of places)
    await control('POST', 'faults', {
      fault: commandOf(fault),
      id: `${fault.name}-at-${api}`,
      api,
      contains: `fault ${fault.name}, of ${api}.`,
    })
  return Promise.all(places.map((place, index) => arena.client.request(requestAt(place, index))))
}

const all = await replies().catch(async (error: unknown) => {
  await arena.stop()
  throw error
})
// Not before: the tests of another file may end while this one loads.
after(() => arena.stop())

test('every fault struck, at each of its APIs', async (context) => {
  const standing = arrayAt(await control('GET', 'faults'), 'faults')
  assert.equal(standing.length, places.length)
  const idle = standing.filter((each) => numberAt(each, 'applied') === 0).map((each) => stringAt(each, 'id'))
  assert.deepEqual(idle, [])
  const counts = new Map<string, number>()
  for (const { status, reason } of all) {
    const outcome = reason === null ? status : `${status} ${reason}`
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  }
  context.diagnostic(`${places.length} requests: ${JSON.stringify([...counts])}`)
  assert.equal(
    (await arena.client.request({ tenant: 'leaks', id: 'next', messages: [{ role: 'user', text: 'Hi' }] })).id,
    'next',
  )
})

test('every reason is one of the closed list', () => {
  const unknown = all.filter(({ reason, status }) => reason !== null && !isKnown(reason, status))
  assert.deepEqual(
    unknown.map(({ reason, status }) => `${status} ${reason}`),
    [],
  )
})

test('what the models said was full of canaries', async () => {
  const inside = new Set(
    canariesIn(
      (
        await Promise.all(
          topics()
            .filter(({ content }) => content)
            .map(({ name }) => textOf(arena, name)),
        )
      ).join('\n'),
    ),
  )
  for (const name of ['prompt', 'system', 'toolName', 'toolSchema', 'answerCall', 'metadata'] as const)
    assert.ok(inside.has(name), name)
})

test('no log line, warning, reason, detail, metric, story, or topic that is kept for long holds any', async () => {
  assert.ok(said.length > 0)
  assert.deepEqual(
    said.filter((line) => canariesIn(line).length > 0),
    [],
  )
  for (const { id, reason, detail } of all) assert.deepEqual([id, canariesIn(`${reason} ${detail}`)], [id, []])
  assert.deepEqual(canariesIn((await metrics.scrape()).text), [])
  const reading = { ...(await arena.reader()), partitions: arena.settings.partitions }
  for (const { id, tenant } of all) {
    const [evidence] = await gather(reading, id, tenant)
    assert.ok(evidence !== undefined)
    assert.deepEqual([id, canariesIn(storyOf(evidence, Date.now()))], [id, []])
  }
  for (const { name } of topics().filter(({ content }) => !content))
    assert.deepEqual([name, canariesIn(await textOf(arena, name))], [name, []])
})
