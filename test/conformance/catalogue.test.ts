// The catalogue, what we write for each of its targets, and what a vendor takes: no two of them disagree.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Part } from '@waybill/schemas/generated/part'
import type { Request } from '@waybill/schemas/generated/request'
import type { Target } from '@waybill/schemas/generated/target'
import type { ApiName } from '@waybill/providers/conformance/given'
import {
  apiNames,
  callPart,
  imagePart,
  noSampling,
  opaquePart,
  requestWith,
  resultPart,
  targetFor,
  turn,
} from '@waybill/providers/conformance/given'
import { arrayAt, memberOf } from '@waybill/providers/json'
import { vendorApis } from '@waybill/providers/registry'
import { samplingSettings } from '@waybill/providers/sampling'
import type { RequestOutcome } from '@waybill/providers/vendor-api'
import { catalogue, priceAt } from '@waybill/routing/catalogue/catalogue'
import type { CatalogueTarget } from '@waybill/routing/catalogue/target'
import { decide } from '@waybill/routing/decide'
import { given } from '@waybill/routing/given'
import { costOf } from '@waybill/routing/price'
import { supportOf } from '@waybill/router/schema-support'
import { startSimulator } from '@waybill/simulator/server'
import { loadVendor } from '@waybill/worker/vendors/load'

const simulator = await startSimulator({ latencyScale: 0 })
after(() => simulator.close())
const targets = [...catalogue.targets.values()]

const namedOf = ({ id, provider, api, model, account, regions, serviceTier }: CatalogueTarget): Target => ({
  id,
  provider,
  api,
  model,
  tier: 'any',
  account,
  regions,
  serviceTier,
})

function written(target: CatalogueTarget, request: Request): RequestOutcome {
  const made = vendorApis[target.api]?.request(request, namedOf(target), { maxOutputTokens: 4_000 })
  if (made === undefined) throw new Error(`There is no API ${target.api}.`)
  return made
}

interface Told {
  readonly status: number
  readonly body: Uint8Array
}

/** What the request gets through the vendor's SDK, as a worker uses it. */
async function toldBy({ provider, api }: CatalogueTarget, body: Readonly<Record<string, unknown>>): Promise<Told> {
  const { url } = simulator
  const vendor = await loadVendor(provider, { apiKey: 'any', baseUrl: provider === 'openai' ? `${url}/v1` : url })
  let told: Told = { status: 0, body: new Uint8Array() }
  const capture: typeof fetch = async (...wanted) => {
    const response = await fetch(...wanted)
    told = { status: response.status, body: new Uint8Array(await response.clone().arrayBuffer()) }
    return response
  }
  const { signal } = new AbortController()
  await vendor.call({ api, body, fetch: capture, signal, headers: {}, timeoutMs: 60_000 }).catch(() => undefined)
  return told
}

async function isTaken(what: string, request: Request): Promise<void> {
  for (const target of targets) {
    const made = written(target, request)
    if (made.kind === 'prepared')
      assert.equal((await toldBy(target, made.prepared.body)).status, 200, `${target.id}: ${what}`)
  }
}

const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max', 'unheard of']
const values = {
  temperature: 0.3,
  topP: 0.9,
  topK: 20,
  seed: 3,
  frequencyPenalty: 0.1,
  presencePenalty: 0.1,
  stop: ['x'],
}
const word = { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] }
const count = { type: 'object', properties: { count: { type: 'integer' } } }
const schemas: readonly object[] = [
  word,
  { anyOf: [word, count] },
  { type: 'object', anyOf: [word, count] },
  { type: 'object', properties: word.properties, oneOf: [{ not: count }, { allOf: [word, count] }] },
  { type: 'object', properties: { a: {}, b: {} }, anyOf: [{ required: ['a'] }, { required: ['b'] }] },
  { type: ['object', 'null'], properties: word.properties },
  { type: 'array', items: word },
  { type: 'string' },
  { enum: ['a', 'b'] },
  { const: { a: 1 } },
  { type: 'object', additionalProperties: word },
  { type: 'object', properties: { next: { $ref: '#' } } },
  { type: 'array', prefixItems: [word, count] },
  {},
]

test('every effort, and every limit to thinking, is taken by every target', async () => {
  for (const effort of efforts) await isTaken(effort, requestWith({ reasoning: { effort, maxTokens: null } }))
  for (const maxTokens of [0, 100, 1_024, 5_000])
    await isTaken(`${maxTokens} tokens`, requestWith({ reasoning: { effort: null, maxTokens } }))
})

test('every sampling setting is taken, or left out', async () => {
  for (const effort of [null, 'none', 'high'])
    for (const name of samplingSettings)
      await isTaken(
        `${name}, ${effort ?? 'no'} effort`,
        requestWith({ sampling: { ...noSampling, [name]: values[name] }, reasoning: { effort, maxTokens: null } }),
      )
})

test('every kind of schema is taken, for output and for arguments', async () => {
  for (const schema of schemas.map((each) => JSON.stringify(each))) {
    await isTaken(`output ${schema}`, requestWith({ outputSchema: schema }))
    const tools = [{ name: 'say', description: null, parameters: schema }]
    await isTaken(`arguments ${schema}`, requestWith({ tools }))
    await isTaken(`both ${schema}`, requestWith({ tools, outputSchema: schema }))
  }
})

test('what the decision leaves in is taken by the vendor too', async () => {
  for (const [what, changes] of Object.entries(questions)) {
    const request = requestWith(changes)
    const left = leftIn(request)
    for (const target of targets.filter(({ id }) => left.has(id))) {
      const made = written(target, request)
      assert.ok(made.kind === 'prepared')
      assert.equal((await toldBy(target, made.prepared.body)).status, 200, `${target.id}: ${what}`)
    }
  }
})

test('a target takes the sampling settings that the catalogue says, and no others', () => {
  for (const target of targets)
    for (const name of samplingSettings) {
      const sampling = { ...noSampling, [name]: values[name], required: [name] }
      const { kind } = written(target, requestWith({ sampling }))
      assert.equal(kind === 'prepared', target.capabilities.sampling.includes(name), `${target.id}: ${name}`)
    }
})

const tool = { name: 'say', description: null, parameters: JSON.stringify(word) }
const odd = (kind: string): Partial<Request> => ({ tools: [{ ...tool, parameters: `{"type":"${kind}"}` }] })
const picture = imagePart({ mimeType: 'image/png', data: new Uint8Array(8), uri: null })
const typed = (mimeType: string): Part => imagePart({ mimeType, data: new Uint8Array(8), uri: null })
const owned = (api: ApiName): Partial<Request> => {
  const { provider } = targetFor(api)
  const opaque = JSON.stringify({ provider, api, value: { type: 'web_search_call', id: 'w', status: 'completed' } })
  return { messages: [turn('user', 'Hello?'), turn('assistant', { ...opaquePart('opaque', provider, 0), opaque })] }
}

/** What some targets can do and others cannot. */
const questions: Readonly<Record<string, Partial<Request>>> = {
  'a tool that must be called': { tools: [tool], toolChoice: { kind: 'required', name: null } },
  'one tool that must be called': { tools: [tool], toolChoice: { kind: 'tool', name: 'say' } },
  'one call at a time': { tools: [tool], parallelToolCalls: false },
  'calls in parallel': { tools: [tool], parallelToolCalls: true },
  'output beside tools': { tools: [tool], outputSchema: JSON.stringify(word) },
  'output beside a tool that must be called': {
    tools: [tool],
    outputSchema: JSON.stringify(word),
    toolChoice: { kind: 'required', name: null },
  },
  'arguments that are lists': odd('array'),
  'arguments of any kind': { tools: [{ ...tool, parameters: '{}' }] },
  'an image': { messages: [turn('user', picture)] },
  'an image that few read': { messages: [turn('user', typed('image/heic'))] },
  'an image that nearly all read': { messages: [turn('user', typed('image/gif'))] },
  'an image that nobody reads': { messages: [turn('user', typed('image/tiff'))] },
  'an image of the assistant': { messages: [turn('assistant', picture), turn('user', 'And now?')] },
  'a turn that the assistant is to go on with': { messages: [turn('user', 'Begin.'), turn('assistant', 'Once')] },
  'instructions alone': { messages: [turn('system', 'Say hello.')] },
  'more tools than one vendor takes': { tools: Array.from({ length: 129 }, (_, at) => ({ ...tool, name: `t${at}` })) },
  'more stop sequences than one vendor takes': { sampling: { ...noSampling, stop: ['a', 'b', 'c', 'd', 'e', 'f'] } },
  'a stop sequence of white space': { sampling: { ...noSampling, stop: ['\n'] } },
  'a seed of more than 32 bits': { sampling: { ...noSampling, seed: 2 ** 40 } },
  'a result that failed': {
    tools: [tool],
    messages: [
      turn('user', 'Go.'),
      turn('assistant', callPart('c', 'say', {})),
      turn('tool', resultPart('c', 'no', true)),
    ],
  },
  ...Object.fromEntries(
    samplingSettings.map((name) => [
      `${name}, required`,
      { sampling: { ...noSampling, [name]: values[name], required: [name] } },
    ]),
  ),
  ...Object.fromEntries(efforts.map((effort) => [`effort ${effort}`, { reasoning: { effort, maxTokens: null } }])),
  // Chat completions have no parts of their own.
  ...Object.fromEntries(
    apiNames.filter((api) => api !== 'chatCompletions').map((api) => [`parts of ${api}`, owned(api)]),
  ),
}

/** The targets that the decision leaves in, of one tier with all there are. */
function leftIn(request: Request): ReadonlySet<string> {
  const input = given({ targets: targets.map(({ id }) => ({ id })), request })
  const { candidates } = decide({ ...input, catalogue, schemaSupport: supportOf(request) })
  return new Set(candidates.filter(({ eligible }) => eligible).map(({ target }) => target))
}

for (const [what, changes] of Object.entries(questions))
  test(`what the decision leaves in can be written: ${what}`, () => {
    const request = requestWith(changes)
    const left = leftIn(request)
    for (const target of targets) {
      const { kind } = written(target, request)
      assert.equal(left.has(target.id) && kind === 'rejected', false, `${target.id} cannot be given it`)
      assert.equal(!left.has(target.id) && kind === 'prepared', false, `${target.id} could have been given it`)
    }
  })

/** The word that the vendor gets, in its own place. */
function effortIn(body: unknown): unknown {
  const level = memberOf(memberOf(memberOf(body, 'config'), 'thinkingConfig'), 'thinkingLevel')
  const effort = memberOf(body, 'reasoning_effort') ?? memberOf(memberOf(body, 'reasoning'), 'effort')
  return effort ?? memberOf(memberOf(body, 'output_config'), 'effort') ?? level
}

test('a target is asked only for efforts that the catalogue says it has', () => {
  for (const target of targets)
    for (const effort of efforts) {
      const made = written(target, requestWith({ reasoning: { effort, maxTokens: null } }))
      assert.ok(made.kind === 'prepared')
      const asked = effortIn(made.prepared.body)
      if (typeof asked === 'string')
        assert.ok(target.capabilities.efforts.includes(asked.toLowerCase()), `${target.id}: ${effort} is ${asked}`)
    }
})

/** What the simulator has billed for its last call. */
async function lastBilled(): Promise<unknown> {
  const listed: unknown = await (await fetch(`${simulator.url}/ledger?limit=10000`)).json()
  return memberOf(arrayAt(listed, 'rows').at(-1), 'costPicoUsd')
}

test('an answer costs by our price what the vendor bills, at every service tier, and says which that was', async () => {
  const request = requestWith({ messages: [turn('user', 'Tell me of the sea. '.repeat(200))] })
  for (const target of targets) {
    const made = written(target, request)
    assert.ok(made.kind === 'prepared')
    const { body } = await toldBy(target, made.prepared.body)
    const read = vendorApis[target.api]?.answer(body, { request, target: namedOf(target), headers: {} })
    assert.ok(read?.kind === 'answer', target.id)
    const { answer, servedTier } = read.answer
    const price = priceAt(target, Date.now())
    assert.equal(price === undefined ? null : costOf(answer.usage, price), await lastBilled(), target.id)
    const asked = target.serviceTier ?? 'standard'
    assert.equal(servedTier, asked === 'standard_only' ? 'standard' : asked, target.id)
  }
})
