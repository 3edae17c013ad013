// What people write, what models answer, and keys: in no log line, no error text, no decision and no cost, whatever
// goes wrong.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { DeadLetter } from '@waybill/schemas/generated/dead-letter'
import {
  deadLetters,
  dispatches,
  late,
  providers,
  rekeyed,
  requests,
  responses,
  results,
  topics,
} from '@waybill/schemas/topics'
import type { MessageInput, RequestInput } from '@waybill/client/complete'
import { until } from '@waybill/runtime/conformance/observe'
import { gather } from '@waybill/cli/explain/gather'
import { storyOf } from '@waybill/cli/explain/story'
import { scan } from '@waybill/cli/scan'
import { canaries, canariesIn, canaryNames } from './canaries.ts'
import type { Course } from './hostile-vendor.ts'
import { courses, startHostileVendor } from './hostile-vendor.ts'
import { startOverheard, textOf } from './overheard.ts'

const vendor = await startHostileVendor()
const { arena, said, metrics, logger } = await startOverheard({
  WAYBILL_OPENAI_URL: `${vendor.url}/v1`,
  WAYBILL_ANTHROPIC_URL: vendor.url,
  WAYBILL_GEMINI_URL: vendor.url,
})
const { partitions } = arena.settings
const everywhere = Array.from({ length: partitions }, (_, partition) => partition)

const schemaWith = (canary: string): string =>
  JSON.stringify({
    type: 'object',
    properties: { city: { type: 'string', description: canary }, [canary]: { enum: [canary] } },
    required: ['city'],
    additionalProperties: false,
  })

const conversation = (course: string): readonly MessageInput[] => {
  const call = { id: 'call-1', name: canaries.toolName, arguments: { city: canaries.toolCall } }
  const result = { callId: 'call-1', isError: false }
  return [
    { role: 'system', text: canaries.system },
    { role: 'user', text: `${canaries.prompt}, course ${course}.` },
    { role: 'assistant', parts: [{ kind: 'toolCall', json: JSON.stringify(call) }] },
    { role: 'tool', parts: [{ kind: 'toolResult', text: canaries.toolResult, json: JSON.stringify(result) }] },
  ]
}

const requestOf = (id: string, rest: Partial<RequestInput> = {}): RequestInput => ({
  tenant: 'leaks',
  id,
  latencyBudgetMs: 8_000,
  messages: conversation(id),
  tools: [{ name: canaries.toolName, description: canaries.toolText, parameters: schemaWith(canaries.toolSchema) }],
  metadata: { note: canaries.metadata },
  idempotency: 'key',
  idempotencyKey: `${canaries.idempotencyKey} ${id}`,
  ...rest,
})

const withOutput: ReadonlySet<Course> = new Set(['no-json', 'wrong-output'])
const outputSchema = schemaWith(canaries.outputSchema)
const opaque = JSON.stringify({ provider: canaries.opaque, api: canaries.opaque, value: canaries.opaque })

const courseAt = (course: Course, given: readonly string[]): RequestInput =>
  requestOf([course, ...given].join(' at '), {
    messages: conversation(course),
    constraints: { providers: given },
    ...(withOutput.has(course) ? { outputSchema } : {}),
  })

/** Each way that a call can go, at each provider and from one to the next, and what is refused before a call is made. */
const requestsToSend: readonly RequestInput[] = [
  ...courses.flatMap((course) => [[], ...providers.map((each) => [each])].map((given) => courseAt(course, given))),
  requestOf('opaque', {
    messages: [...conversation('in-order'), { role: 'assistant', parts: [{ kind: canaries.opaque, opaque }] }],
  }),
  requestOf('required', { sampling: { required: [canaries.required] } }),
  requestOf('no-schema', { outputSchema: `{"type": "${canaries.outputSchema}"` }),
  requestOf('bad-schema', { outputSchema: `{"properties": {"a": {"type": "${canaries.outputSchema}"}}}` }),
  requestOf('bad-choice', { toolChoice: { kind: 'tool', name: canaries.toolName.toLowerCase() } }),
  requestOf('bad-part', { messages: [{ role: 'user', parts: [{ kind: 'toolCall', json: canaries.toolCall }] }] }),
]

const inputs = [
  requests,
  rekeyed,
  results,
  responses,
  ...providers.flatMap((provider) => [dispatches(provider), late(provider)]),
]
/** Bytes that are no record: without a frame, and behind the frame of some schema. */
const unreadables = [
  Buffer.from(canaries.unreadable),
  ...[1, 2, 3].map((id) => Buffer.from(`\0\0\0\0${String.fromCharCode(id)}${canaries.unreadable}`)),
]

async function lettersWithoutBytes(): Promise<readonly Partial<DeadLetter>[]> {
  const found: Partial<DeadLetter>[] = []
  await scan(await arena.reader(), deadLetters, {
    partitions: everywhere,
    take: ({ value: { key: _key, value: _value, headers: _headers, ...rest } }) => found.push(rest),
  })
  return found
}

const countIn = (line: string): number => Number(/"code":"dead_letter".*?"count":(\d+)/u.exec(line)?.[1] ?? 0)
const deadLettersSaid = (): number => said.reduce((sum, line) => sum + countIn(line), 0)

async function sendEverything(): Promise<void> {
  const { log } = await arena.reader()
  for (const { name } of inputs)
    await log.append({ topic: name, partition: 0, records: unreadables.map((value) => ({ key: 'key', value })) })
  const sent = requestsToSend.map((request) => arena.client.request(request))
  for (const { reason } of await Promise.all(sent)) said.push(reason ?? '')
  await until(() => deadLettersSaid() === inputs.length * unreadables.length)
}

async function stories(): Promise<string> {
  const reading = { ...(await arena.reader()), partitions }
  const told = requestsToSend.map(async ({ id, tenant }) => {
    const [evidence] = await gather(reading, id, tenant)
    return evidence === undefined ? '' : storyOf(evidence, Date.now())
  })
  return (await Promise.all(told)).join('\n')
}

try {
  await sendEverything()
} catch (error) {
  await arena.stop()
  vendor.close()
  throw error
}
const { text: scraped } = await metrics.scrape()
await arena.stop()
const contents = await Promise.all(
  topics()
    .filter(({ content }) => content)
    .map(({ name }) => textOf(arena, name)),
)

// Not before: the tests of another file may end while this one loads.
after(() => {
  vendor.close()
})

test('every course was taken, and every canary went in', () => {
  assert.deepEqual([...vendor.taken].toSorted(), courses.toSorted())
  const inside = new Set(canariesIn([...contents, vendor.heard()].join('\n')))
  assert.deepEqual(
    canaryNames.filter((name) => !inside.has(name)),
    ['vendorHeader'],
    'headers of a vendor are kept only where they are known',
  )
})

test('no log line, warning or error text holds content or a key', () => {
  assert.ok(said.some((line) => line.includes('"code":"dead_letter"')))
  assert.deepEqual(
    said.filter((line) => canariesIn(line).length > 0),
    [],
  )
})

test('no topic that is kept for long holds content or a key', async () => {
  for (const topic of topics().filter(({ content }) => !content))
    assert.deepEqual([topic.name, canariesIn(await textOf(arena, topic.name))], [topic.name, []])
})

test('dead letters say why in our own words', async () => {
  const letters = await lettersWithoutBytes()
  assert.ok(letters.length > 0)
  assert.deepEqual(canariesIn(JSON.stringify(letters)), [])
})

test('no metric holds content or a key', () => {
  assert.match(scraped, /waybill_worker_calls_total\{.*class="schema_mismatch"|waybill_normaliser_answers_total\{/u)
  assert.deepEqual(canariesIn(scraped), [])
})

test('the story of a request shows no content', async () => {
  const told = await stories()
  assert.ok(told.includes('What happened'))
  assert.deepEqual(canariesIn(told), [])
})

test('a leak that is planted is found, in whatever shape', () => {
  const from = said.length
  logger.debug({ code: 'planted', problem: `400: ${canaries.vendorError}` })
  logger.debug({ code: 'planted', body: Buffer.from(`{"${canaries.answer}"}`) })
  logger.debug({ code: 'planted', key: Buffer.from(`key ${canaries.geminiKey}`).toString('base64') })
  assert.deepEqual(said.slice(from).map(canariesIn), [['vendorError'], ['answer'], ['geminiKey']])
})
