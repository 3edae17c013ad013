// Each rule that can put a target out, by an example: what the request asks, what the target lacks, what is said.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unlimited } from '../catalogue/declared.ts'
import { decide } from '../decide.ts'
import type { Given, Sketch } from '../given.ts'
import { given, now } from '../given.ts'
import { plainPart, says } from '../hash/plain-request.ts'
import { rules } from './rules.ts'

const good: Sketch = { id: 'other/good', usd: 9, p95Ms: 100 }
const tool = { name: 'f', description: null, parameters: '{}' }
const noSampling = {
  temperature: null,
  topP: null,
  topK: null,
  seed: null,
  frequencyPenalty: null,
  presencePenalty: null,
  stop: [],
  required: [],
}

interface Example {
  readonly rule: string
  readonly lacking: Partial<Sketch>
  readonly world?: Omit<Given, 'targets'>
  readonly detail: RegExp
}

const picture = { ...plainPart, kind: 'image', media: { mimeType: 'image/png', data: new Uint8Array(8), uri: null } }

const examples: readonly Example[] = [
  {
    rule: 'capability',
    lacking: { can: { images: false } },
    world: { request: { messages: [{ role: 'user', parts: [picture] }] } },
    detail: /takes no images/u,
  },
  {
    rule: 'capability',
    lacking: { can: { tools: false } },
    world: { request: { tools: [tool] } },
    detail: /takes no tools/u,
  },
  {
    rule: 'capability',
    lacking: { can: { forcedTool: false } },
    world: { request: { tools: [tool], toolChoice: { kind: 'required', name: null } } },
    detail: /cannot be told to call a tool/u,
  },
  {
    rule: 'capability',
    lacking: { can: { singleTool: false } },
    world: { request: { tools: [tool], parallelToolCalls: false } },
    detail: /cannot be kept to one tool call/u,
  },
  {
    rule: 'capability',
    lacking: { can: { parallelTools: false } },
    world: { request: { tools: [tool], parallelToolCalls: true } },
    detail: /one tool call at a time/u,
  },
  {
    rule: 'capability',
    lacking: { can: { sampling: [] } },
    world: { request: { sampling: { ...noSampling, seed: 1, required: ['seed'] } } },
    detail: /does not take seed, which is required/u,
  },
  {
    rule: 'capability',
    lacking: { can: { efforts: [] } },
    world: { request: { reasoning: { effort: 'high', maxTokens: null } } },
    detail: /does not reason/u,
  },
  {
    rule: 'limits',
    lacking: { can: { limits: { ...unlimited, tools: 1 } } },
    world: { request: { tools: [tool, { ...tool, name: 'g' }] } },
    detail: /takes at most 1 tools/u,
  },
  {
    rule: 'limits',
    lacking: { can: { sampling: ['stop'], limits: { ...unlimited, stops: 2 } } },
    world: { request: { sampling: { ...noSampling, stop: ['a', 'b', 'c'] } } },
    detail: /takes at most 2 stop sequences/u,
  },
  {
    rule: 'limits',
    lacking: { can: { sampling: ['stop'], limits: { ...unlimited, blankStops: false } } },
    world: { request: { sampling: { ...noSampling, stop: ['\n\n'] } } },
    detail: /no stop sequence of white space/u,
  },
  {
    rule: 'limits',
    lacking: { can: { limits: { ...unlimited, imageTypes: ['image/heic'] } } },
    world: { request: { messages: [{ role: 'user', parts: [picture] }] } },
    detail: /does not read such images/u,
  },
  {
    rule: 'limits',
    lacking: { can: { limits: { ...unlimited, assistantImages: false } } },
    world: { request: { messages: [{ role: 'assistant', parts: [picture] }, says('user', 'And now?')] } },
    detail: /no images in the turns of the assistant/u,
  },
  {
    rule: 'limits',
    lacking: { can: { limits: { ...unlimited, prefill: false } } },
    world: { request: { messages: [says('user', 'Begin.'), says('assistant', 'Once')] } },
    detail: /does not go on with an assistant's turn/u,
  },
  {
    rule: 'schema',
    lacking: {},
    world: { request: { outputSchema: '{}' }, input: { schemaSupport: { lacking: 'unsupported' } } },
    detail: /does not take such a schema/u,
  },
  {
    rule: 'schema',
    lacking: { can: { jsonSchema: 'none' } },
    world: { request: { outputSchema: '{}' } },
    detail: /does not take such a schema/u,
  },
  {
    rule: 'schema',
    lacking: { can: { schemaWithTools: false } },
    world: { request: { outputSchema: '{}', tools: [tool] } },
    detail: /takes no output schema beside tools/u,
  },
  {
    rule: 'constraints',
    lacking: {},
    world: { request: { constraints: { providers: ['other'], accounts: [], regions: [], retention: null } } },
    detail: /provider lacking is not one of other/u,
  },
  {
    rule: 'constraints',
    lacking: { target: { regions: ['us', 'eu'] } },
    world: { terms: { constraints: { providers: [], accounts: [], regions: ['us'], retention: null } } },
    detail: /works in us, eu, not only in us/u,
  },
  {
    rule: 'constraints',
    lacking: { target: { retention: '55d' } },
    world: {
      request: { constraints: { providers: [], accounts: [], regions: [], retention: 'short' } },
      policy: { retention: new Map([['short', ['none', '30d']]]) },
    },
    detail: /keeps data for 55d, and short is asked for/u,
  },
  {
    rule: 'affinity',
    lacking: {},
    world: {
      request: {
        messages: [
          {
            role: 'assistant',
            parts: [{ ...plainPart, kind: 'opaque', opaque: '{"provider":"other","api":"chatCompletions"}' }],
          },
        ],
      },
    },
    detail: /holds parts of an unknown provider/u,
  },
  { rule: 'retired', lacking: { target: { retiresAt: now + 20_000 } }, detail: /has retired it/u },
  { rule: 'retired', lacking: { target: { retiresAt: now - 86_400_000 } }, detail: /has retired it/u },
  { rule: 'price', lacking: { target: { prices: [] } }, detail: /nobody knows its price/u },
  {
    rule: 'context',
    lacking: { target: { contextTokens: 1_000 } },
    world: { request: { messages: [says('user', 'x'.repeat(20_000))] } },
    detail: /tokens, it takes 1000/u,
  },
  {
    rule: 'context',
    lacking: { target: { maxOutputTokens: 100 } },
    world: { request: { maxOutputTokens: 101 } },
    detail: /writes at most 100 tokens/u,
  },
  {
    rule: 'cost_ceiling',
    lacking: { usd: 100 },
    world: { request: { maxOutputTokens: 1_000, costCeilingMicroUsd: 50_000 } },
    detail: /^up to \$0\.100\d+, the ceiling is \$0\.05$/u,
  },
  { rule: 'cooling_down', lacking: { stats: { coolDownUntil: now + 5_000 } }, detail: /^for \d+ ms more/u },
]

for (const { rule, lacking, world, detail } of examples)
  test(`${rule}: ${detail.source}`, () => {
    const lack: Sketch = { id: 'lacking/target', usd: 1, p95Ms: 50, ...lacking }
    const outcome = decide(given({ targets: [lack, good], ...world }))
    assert.equal(outcome.kind === 'routed' && outcome.target.id, good.id)
    const looked = outcome.candidates.find(({ target }) => target === lack.id)
    assert.deepEqual([looked?.eligible, looked?.rank, looked?.rule], [false, 0, rule])
    assert.match(looked?.detail ?? '', detail)

    const alone = decide(given({ targets: [lack], ...world }))
    assert.equal(alone.kind === 'rejected' && alone.reason, rule, 'alone, it is rejected for that reason')
  })

test('every rule has a name of its own and, if it can put a target out, an example', () => {
  const names = rules.map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
  const exampled = new Set(examples.map(({ rule }) => rule))
  assert.deepEqual(
    names.filter((name) => !exampled.has(name)),
    ['latency', 'failing', 'headroom'],
  )
})

test('stop sequences that a target does not take at all are no limit of it: it ignores them', () => {
  const lack: Sketch = { id: 'lacking/target', usd: 1, can: { sampling: [], limits: { ...unlimited, stops: 0 } } }
  const outcome = decide(given({ targets: [lack], request: { sampling: { ...noSampling, stop: ['a'] } } }))
  assert.equal(outcome.kind, 'routed')
})

test('a ceiling cuts the output that is asked for before it excludes a target', () => {
  const request = { costCeilingMicroUsd: 20_000 }
  const outcome = decide(given({ targets: [{ ...good, usd: 10 }], request }))
  assert.ok(outcome.kind === 'routed' && outcome.maxOutputTokens < 2_000 && outcome.maxOutputTokens >= 750)
  assert.ok(outcome.ceilingPicoUsd <= 20_000e6)
  assert.equal(decide(given({ targets: [good], request: { costCeilingMicroUsd: 100 } })).kind, 'rejected')
})

test("the policy's own ceiling holds where the request's is higher", () => {
  const outcome = decide(
    given({
      targets: [good],
      request: { maxOutputTokens: 8_000, costCeilingMicroUsd: 1e9 },
      terms: { costCeilingMicroUsd: 100 },
    }),
  )
  assert.equal(outcome.kind === 'rejected' && outcome.reason, 'cost_ceiling')
})

test('a schema that a vendor takes in part will do, and the candidate says so', () => {
  const outcome = decide(
    given({ targets: [good], request: { outputSchema: '{}' }, input: { schemaSupport: { other: 'lossy' } } }),
  )
  assert.match(outcome.candidates[0]?.detail ?? '', /validated against the original/u)
})

test('a contract says where a target works, what it keeps and what it costs', () => {
  const contracts = new Map([['other', { price: 0.5, retention: 'none', regions: ['eu'] }]])
  const constraints = { providers: [], accounts: [], regions: ['eu'], retention: 'none' }
  const agreed = decide(given({ targets: [good], policy: { contracts }, request: { constraints } }))
  assert.equal(agreed.kind, 'routed')
  const [list, contract] = [decide(given({ targets: [good] })), agreed].map(
    ({ candidates }) => candidates[0]?.expectedPicoUsd ?? 0,
  )
  assert.equal(contract, (list ?? 0) / 2)
  assert.equal(decide(given({ targets: [good], request: { constraints } })).kind, 'rejected')
})
