import { deepEqual, equal } from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { at, called, controlling, jsonIn, rowsOf, serving, smallModels } from '../given.ts'
import { arrayAt, isArray, numberAt } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { defaultModels } from '../prices.ts'
import type { ApiName } from '../apis/vendor.ts'
import { openLedger } from './ledger.ts'
import type { Row } from './row.ts'
import { noTokens } from './row.ts'

const call: Omit<Row, 'sequence' | 'outcome'> = {
  receivedAt: 1,
  provider: 'openai',
  api: 'openai-chat',
  endpoint: '/v1/chat/completions',
  model: 'gpt-4.1',
  status: 200,
  fault: null,
  billed: true,
  tokens: { ...noTokens, input: 10, output: 5 },
  costPicoUsd: 60,
  attempt: 'a-1',
  hash: 'h',
  claim: null,
  plannedMs: 3,
}

function fileFor(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-ledger-'))
  context.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'ledger.jsonl')
}

test('pages follow each other without gap or overlap', () => {
  const ledger = openLedger(100, null)
  for (let count = 0; count < 25; count++) ledger.open(call)
  const seen: number[] = []
  for (let after = 0, more = true; more;) {
    const page = ledger.page(after, 10)
    seen.push(...page.rows.map((row) => row.sequence))
    ;({ after, more } = page)
  }
  deepEqual(
    seen,
    Array.from({ length: 25 }, (_, index) => index + 1),
  )
  deepEqual(ledger.page(25, 10), { rows: [], after: 25, more: false, dropped: 0 })
})

test('rows beyond the limit are dropped, their sums are not', () => {
  const ledger = openLedger(100, null)
  for (let count = 0; count < 1_000; count++) ledger.end(ledger.open(call), 'answered')
  const { rows, dropped } = ledger.page(0, 1_000)
  equal(rows.length + dropped, 1_000)
  equal(rows.length <= 110 && rows.length >= 100, true)
  equal(rows.at(-1)?.outcome, 'answered')
  const { calls, costPicoUsd, byOutcome, tokens } = ledger.summary()
  deepEqual(
    [calls, costPicoUsd, byOutcome.answered, byOutcome.inFlight, tokens.input],
    [1_000, 60_000, 1_000, 0, 10_000],
  )
})

test('what was cleared stays cleared, though a call of before ends after', () => {
  const ledger = openLedger(100, null)
  const sequence = ledger.open(call)
  ledger.clear()
  ledger.end(sequence, 'answered')
  equal(ledger.summary().calls, 0)
  deepEqual(ledger.summary().byOutcome, {})
  equal(ledger.open(call), 2)
  equal(ledger.page(0, 10).rows[0]?.sequence, 2)
})

test('a ledger on disk outlives its process, and a line that a kill cut short', (context) => {
  const path = fileFor(context)
  const before = openLedger(100, path)
  before.end(before.open(call), 'answered')
  before.open({ ...call, attempt: 'a-2' })
  appendFileSync(path, '{"sequence":3,"rece')
  const after = openLedger(100, path)
  deepEqual(
    after.page(0, 10).rows.map(({ sequence, attempt, outcome }) => [sequence, attempt, outcome]),
    [
      [1, 'a-1', 'answered'],
      [2, 'a-2', 'killed'],
    ],
  )
  equal(after.summary().costPicoUsd, 120)
  equal(after.next(), 3)
})

test('a call is on disk before it is answered', async (context) => {
  const path = fileFor(context)
  const simulator = await serving(context, { ledgerFile: path, latencyFixedMs: 10_000 })
  const abandoned = called(simulator, 'openai-chat', {}, null, 300)
  while (openLedger(10, path).page(0, 1).rows.length === 0) await new Promise((resolve) => setImmediate(resolve))
  equal(openLedger(10, path).page(0, 1).rows[0]?.billed, true)
  await abandoned
})

const apis: readonly ApiName[] = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate-content']

/** What each vendor says, as a total of input with its parts and a total of output. */
const readers: Readonly<Record<ApiName, (usage: unknown) => readonly (number | null)[]>> = {
  'openai-chat': (usage) => [
    numberAt(usage, 'prompt_tokens'),
    numberAt(at(usage, 'prompt_tokens_details'), 'cached_tokens'),
    numberAt(usage, 'completion_tokens'),
    numberAt(at(usage, 'completion_tokens_details'), 'reasoning_tokens'),
  ],
  'openai-responses': (usage) => [
    numberAt(usage, 'input_tokens'),
    numberAt(at(usage, 'input_tokens_details'), 'cached_tokens'),
    numberAt(usage, 'output_tokens'),
    numberAt(at(usage, 'output_tokens_details'), 'reasoning_tokens'),
  ],
  'anthropic-messages': (usage) => {
    const [fresh, read, written] = ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'].map(
      (name) => numberAt(usage, name) ?? 0,
    )
    const thinking = numberAt(at(usage, 'output_tokens_details'), 'thinking_tokens') ?? 0
    return [(fresh ?? 0) + (read ?? 0) + (written ?? 0), read ?? 0, numberAt(usage, 'output_tokens'), thinking]
  },
  'gemini-generate-content': (usage) => {
    const thoughts = numberAt(usage, 'thoughtsTokenCount') ?? 0
    return [
      numberAt(usage, 'promptTokenCount'),
      numberAt(usage, 'cachedContentTokenCount') ?? 0,
      (numberAt(usage, 'candidatesTokenCount') ?? 0) + thoughts,
      thoughts,
    ]
  },
}

function priceOf(row: JsonObject): number {
  const model = defaultModels.find((each) => each.id === row['model'])
  const tokens = (name: string): number => numberAt(row['tokens'], name) ?? 0
  const fresh = tokens('input') - tokens('cachedInput') - tokens('cacheWrite')
  const input = fresh * (model?.input ?? 0) + tokens('cachedInput') * (model?.cachedInput ?? 0)
  return input + tokens('cacheWrite') * (model?.cacheWrite ?? 0) + tokens('output') * (model?.output ?? 0)
}

test('the ledger has what the answers said was used, and its costs are the prices of that', async (context) => {
  const simulator = await serving(context, { cachedShare: 0.5 })
  const said: (readonly (number | null)[])[] = []
  const models: Readonly<Record<ApiName, string>> = {
    ...smallModels,
    'openai-chat': 'gpt-5-mini',
    'openai-responses': 'gpt-5.6-sol',
    'gemini-generate-content': 'gemini-3.8-flash',
  }
  for (const api of apis)
    for (const text of ['Short.', 'Long. '.repeat(2_000), 'Longer. '.repeat(2_500)]) {
      const cached = { system: [{ type: 'text', text: text.repeat(2), cache_control: { type: 'ephemeral' } }] }
      const wish = { model: models[api], text, ...(api === 'anthropic-messages' ? { more: cached } : {}) }
      const body = jsonIn(await called(simulator, api, wish))
      said.push(readers[api](at(body, 'usage') ?? at(body, 'usageMetadata')))
    }
  const rows = await rowsOf(simulator)
  deepEqual(
    rows.map(({ tokens }) => ['input', 'cachedInput', 'output', 'reasoning'].map((name) => numberAt(tokens, name))),
    said,
  )
  equal(said.some(([, cached]) => (cached ?? 0) > 0) && said.some(([, , , reasoning]) => (reasoning ?? 0) > 0), true)
  for (const row of rows) equal(row['costPicoUsd'], priceOf(row))
  equal(
    at(await controlling(simulator, 'GET', '/ledger/summary'), 'costPicoUsd'),
    rows.reduce((sum, row) => sum + Number(row['costPicoUsd']), 0),
  )
})

test('the ledger is read in pages over HTTP and taken away', async (context) => {
  const simulator = await serving(context)
  for (const api of apis) await called(simulator, api)
  const page = await controlling(simulator, 'GET', '/ledger?after=1&limit=2')
  deepEqual(
    [arrayAt(page, 'rows').map((row) => numberAt(row, 'sequence')), at(page, 'after'), at(page, 'more')],
    [[2, 3], 3, true],
  )
  await controlling(simulator, 'DELETE', '/ledger')
  equal(at(await controlling(simulator, 'GET', '/ledger/summary'), 'calls'), 0)
  equal(isArray(at(await controlling(simulator, 'GET', '/ledger'), 'rows')), true)
})

test('what the caller says a call is for is written beside it', async (context) => {
  const simulator = await serving(context)
  const headers = { authorization: 'Bearer k', 'x-waybill-attempt': 'attempt-7', 'x-waybill-hash': 'ab12' }
  const body = JSON.stringify({ model: 'gpt-4.1', messages: [{ role: 'user', content: 'x' }] })
  await fetch(`${simulator.url}/v1/chat/completions`, { method: 'POST', headers, body })
  const [row] = await rowsOf(simulator)
  deepEqual([row?.['attempt'], row?.['hash'], row?.['claim']], ['attempt-7', 'ab12', null])
})
