// What a request needs is had by whatever serves it, in time or by the default route.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Request } from '@waybill/schemas/generated/request'
import fc from 'fast-check'
import type { Capabilities } from './catalogue/target.ts'
import { decide } from './decide.ts'
import type { Sketch } from './given.ts'
import { given, hashes } from './given.ts'
import { plainPart, plainRequest, says } from './hash/plain-request.ts'
import { rules as allRules } from './rules/rules.ts'

const picture: Request['messages'][number] = {
  role: 'user',
  parts: [{ ...plainPart, kind: 'image', media: { mimeType: 'image/png', data: new Uint8Array(7), uri: null } }],
}
const seeded = {
  temperature: null,
  topP: null,
  topK: null,
  seed: 7,
  frequencyPenalty: null,
  presencePenalty: null,
  stop: [],
  required: ['seed'],
}
const tools = [{ name: 'f', description: null, parameters: '{}' }]

interface Need {
  readonly request: Partial<Request>
  readonly isMet: (sketch: Sketch) => boolean
}

const can =
  (has: (capabilities: Partial<Capabilities>) => boolean | undefined): Need['isMet'] =>
  (sketch) =>
    has(sketch.can ?? {}) ?? false

const needs: Readonly<Record<string, Need>> = {
  images: { request: { messages: [says('user', 'Hi'), picture] }, isMet: can(({ images }) => images) },
  tools: { request: { tools }, isMet: can(({ tools: takes }) => takes) },
  'a tool call': {
    request: { tools, toolChoice: { kind: 'required', name: null } },
    isMet: can(({ tools: takes, forcedTool }) => takes && forcedTool),
  },
  'one call at a time': {
    request: { tools, parallelToolCalls: false },
    isMet: can(({ tools: takes, singleTool }) => takes && singleTool),
  },
  'several calls at once': {
    request: { tools, parallelToolCalls: true },
    isMet: can(({ tools: takes, parallelTools }) => takes && parallelTools),
  },
  'an output schema': { request: { outputSchema: '{}' }, isMet: can(({ jsonSchema }) => jsonSchema !== 'none') },
  'a seed': { request: { sampling: seeded }, isMet: can(({ sampling }) => sampling?.includes('seed')) },
  reasoning: {
    request: { reasoning: { effort: 'high', maxTokens: null } },
    isMet: can(({ efforts }) => (efforts ?? []).length > 0),
  },
  'a provider': {
    request: { constraints: { providers: ['a', 'b'], accounts: [], regions: [], retention: null } },
    isMet: ({ id }) => !id.startsWith('c/'),
  },
  'a region': {
    request: { constraints: { providers: [], accounts: [], regions: ['eu'], retention: null } },
    isMet: ({ target }) => target?.regions?.[0] === 'eu',
  },
  'no retention': {
    request: { constraints: { providers: [], accounts: [], regions: [], retention: 'none' } },
    isMet: ({ target }) => target?.retention === 'none',
  },
  'a long answer': { request: { maxOutputTokens: 600 }, isMet: ({ target }) => target?.maxOutputTokens !== 500 },
}

const capabilities = fc.record({
  tools: fc.boolean(),
  parallelTools: fc.boolean(),
  images: fc.boolean(),
  forcedTool: fc.boolean(),
  singleTool: fc.boolean(),
  jsonSchema: fc.constantFrom('strict', 'lossy', 'none'),
  sampling: fc.constantFrom([], ['seed'] as const),
  efforts: fc.constantFrom([], ['low', 'high']),
})
const targets = fc
  .array(
    fc.record({
      usd: fc.integer({ min: 1, max: 50 }),
      can: capabilities,
      target: fc.record({
        regions: fc.constantFrom(['us'], ['eu']),
        retention: fc.constantFrom('none', '30d'),
        maxOutputTokens: fc.constantFrom(500, 64_000),
      }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((drawn) => drawn.map((each, at): Sketch => ({ id: `${'abc'[at % 3]}/${at}`, p95Ms: 900, ...each })))

/** Each rule asked of every candidate, whether it says that it could object or not. */
const asking = allRules.map((rule) => (rule.concerns === undefined ? rule : { name: rule.name, judge: rule.judge }))

test('a rule that says that it could object to nothing objects to nothing', () => {
  const requests = fc.constantFrom(...Object.values(needs), { request: {} })
  const ceiling = fc.option(fc.integer({ min: 1, max: 50_000 }))
  fc.assert(
    fc.property(targets, requests, ceiling, (drawn, { request }, costCeilingMicroUsd) => {
      const input = given({ targets: drawn, request: { ...request, costCeilingMicroUsd } })
      assert.deepEqual(decide(input), decide({ ...input, rules: asking }))
    }),
    { numRuns: 300 },
  )
})

for (const [name, { request, isMet }] of Object.entries(needs))
  test(`a request that needs ${name} goes to nothing without it, and to something with it where there is any`, () => {
    fc.assert(
      fc.property(targets, fc.constantFrom(...hashes(16)), fc.boolean(), (drawn, hash, isLate) => {
        const asked = { ...plainRequest, ...request }
        const input = given({ targets: drawn, request: asked, input: { hash } })
        const outcome = decide({ ...input, ...(isLate ? { overran: true } : {}) })
        const fitting = drawn.filter(isMet).map(({ id }) => id)
        const taken = outcome.kind === 'rejected' ? [] : [outcome.target, ...outcome.backups].map(({ id }) => id)
        assert.deepEqual(
          taken.filter((id) => !fitting.includes(id)),
          [],
        )
        assert.equal(taken.length > 0, fitting.length > 0)
      }),
      { numRuns: 100 },
    )
  })
