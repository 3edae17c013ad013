import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prepared, vendorApi } from '../conformance/read.ts'
import { requestWith, toolNamed } from '../conformance/given.ts'
import { schemaSupport } from './support.ts'
import type { Transformed } from './transform.ts'

function given(api: 'chatCompletions' | 'messages' | 'generateContent', schema: unknown): Transformed {
  const made = vendorApi(api).outputSchema(JSON.stringify(schema))
  assert.ok(made !== null)
  return made
}
const support = (schema: unknown): readonly string[] => Object.values(schemaSupport(JSON.stringify(schema)))
const fields = (count: number, schema: object): object =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, schema]))
const object = (properties: object, more = {}): object => ({ type: 'object', properties, ...more })

test('OpenAI: closed, everything required, null for absent, a root that is no object wrapped', () => {
  const { schema, lossy } = given(
    'chatCompletions',
    object({ a: { type: 'string' }, b: { enum: ['x'] } }, { required: ['a'] }),
  )
  assert.deepEqual(schema, {
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: ['string', 'null'], enum: ['x', null] } },
    required: ['a', 'b'],
    additionalProperties: false,
  })
  assert.deepEqual(lossy, [])
  const list = given('chatCompletions', { type: 'array', items: { type: 'string' } })
  assert.deepEqual(list.undo({ value: ['x'] }), ['x'])
})

test('OpenAI: what it has no word for stands in the description, and is named', () => {
  const { schema, lossy } = given('chatCompletions', object({ a: { type: 'string', minLength: 3, pattern: '^(?=x)' } }))
  assert.deepEqual([...lossy].toSorted(), ['minLength', 'pattern'])
  assert.match(JSON.stringify(schema), /minLength: 3/u)
})

test('OpenAI: maps and free objects cannot be bound, so they are a hint', () => {
  for (const schema of [
    { type: 'object', additionalProperties: { type: 'string' } },
    { type: 'object' },
    {},
    object({ a: {} }),
    object({ a: { type: 'array' } }),
  ])
    assert.equal(given('chatCompletions', schema).isEnforced, false, JSON.stringify(schema))
  const body = JSON.stringify(prepared('chatCompletions', requestWith({ outputSchema: '{"type":"object"}' })).body)
  assert.match(body, /"strict":false/u)
})

test('OpenAI: limits on depth, properties and enum values', () => {
  const nested = (depth: number): object => (depth === 0 ? { type: 'string' } : object({ a: nested(depth - 1) }))
  assert.equal(given('chatCompletions', nested(10)).isEnforced, true)
  assert.equal(given('chatCompletions', nested(11)).isEnforced, false)
  const many = Object.fromEntries(Array.from({ length: 5_001 }, (_, index) => [`p${index}`, { type: 'null' }]))
  assert.equal(given('chatCompletions', object(many)).isEnforced, false)
  assert.equal(
    given('chatCompletions', object({ a: { enum: Array.from({ length: 1_001 }, (_, index) => index) } })).isEnforced,
    false,
  )
})

test('references of every kind, recursion included, become definitions', () => {
  const tree = object(
    { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#' } } },
    { required: ['name', 'children'] },
  )
  const { schema, isEnforced } = given('chatCompletions', { $id: 'https://example.org/tree', ...tree })
  assert.equal(isEnforced, true)
  assert.match(JSON.stringify(schema), /"\$ref":"#\/\$defs\/root"/u)
  assert.equal(given('messages', tree).isEnforced, false, 'Anthropic takes no recursion')
  assert.equal(given('generateContent', tree).isEnforced, false, 'Gemini takes it only through optional properties')
  assert.equal(given('generateContent', { ...tree, required: ['name'] }).isEnforced, true)
  const anchored = object({ a: { $ref: '#word' } }, { $defs: { w: { $anchor: 'word', type: 'string' } } })
  assert.equal(given('messages', anchored).isEnforced, true)
})

test('allOf is put together, and left where that is impossible', () => {
  const parts = { allOf: [object({ a: { type: 'string' } }, { required: ['a'] }), object({ b: { type: 'integer' } })] }
  const { schema } = given('messages', parts)
  assert.deepEqual(schema['properties'], { a: { type: 'string' }, b: { type: 'integer' } })
  assert.deepEqual(schema['required'], ['a'])
  const closed = {
    allOf: [object({ a: { type: 'string' } }, { additionalProperties: false }), object({ b: { type: 'integer' } })],
  }
  assert.equal(given('messages', closed).isEnforced, false)
})

test('Anthropic: at most 16 unions and 24 optional parameters', () => {
  assert.equal(given('messages', object(fields(24, { type: 'string' }))).isEnforced, true)
  assert.equal(given('messages', object(fields(25, { type: 'string' }))).isEnforced, false)
  const unions = fields(17, { anyOf: [{ type: 'string' }, { type: 'integer' }] })
  assert.equal(given('messages', object(unions, { required: Object.keys(unions) })).isEnforced, false)
})

test('Gemini: const is an enum of one, mixed enums are split, siblings of a reference are merged', () => {
  const { schema } = given(
    'generateContent',
    object(
      { a: { const: 'x' }, b: { enum: ['y', null] }, c: { $ref: '#/$defs/w', description: 'A word.' } },
      { $defs: { w: { type: 'string' } } },
    ),
  )
  assert.deepEqual(schema['properties'], {
    a: { type: 'string', enum: ['x'] },
    b: { anyOf: [{ type: 'string', enum: ['y'] }, { type: 'null' }] },
    c: { type: 'string', description: 'A word.' },
  })
})

test('oneOf is anyOf to all of them, which is told', () => {
  const either = object({ a: { oneOf: [{ type: 'string' }, { type: 'integer' }] } }, { required: ['a'] })
  for (const api of ['chatCompletions', 'messages', 'generateContent'] as const)
    assert.deepEqual(given(api, either).lossy, ['oneOf'])
})

test('draft-04 is read as it was meant', () => {
  const old = {
    $schema: 'http://json-schema.org/draft-04/schema#',
    ...object({ a: { type: 'integer', minimum: 0, exclusiveMinimum: true } }),
  }
  assert.deepEqual(given('chatCompletions', old).schema['properties'], {
    a: { type: ['integer', 'null'], exclusiveMinimum: 0 },
  })
})

test('arguments of a tool are always an object', () => {
  for (const api of ['chatCompletions', 'messages', 'generateContent'] as const) {
    const body = JSON.stringify(
      prepared(api, requestWith({ tools: [toolNamed('now', {}), toolNamed('any', true)] })).body,
    )
    assert.match(body, /"(?:parameters|input_schema|parametersJsonSchema)":\{"type":"object"/u)
  }
})

test('how far each provider can be bound to a schema', () => {
  assert.deepEqual(support(object({ a: { type: 'string' } })), ['strict', 'strict', 'strict'])
  assert.deepEqual(support({ type: 'object', additionalProperties: { type: 'string' } }), ['lossy', 'lossy', 'strict'])
  assert.deepEqual(new Set(support({ $ref: 'https://example.org/a.json' })), new Set(['unsupported']))
})

test('a schema that is its own part, or doubles at every step, ends', () => {
  const doubling: Record<string, object> = { d0: { type: 'string' } }
  for (let step = 1; step < 40; step++)
    doubling[`d${step}`] = { allOf: [{ $ref: `#/$defs/d${step - 1}` }, { $ref: `#/$defs/d${step - 1}` }] }
  const cases = [
    { $ref: '#' },
    { allOf: [{ $ref: '#' }] },
    { anyOf: [{ $ref: '#' }, { type: 'null' }] },
    { $defs: doubling, $ref: '#/$defs/d39' },
    { $defs: { a: object({ b: { allOf: [{ $ref: '#/$defs/a' }, { required: ['c'] }] } }) }, $ref: '#/$defs/a' },
    { $defs: { a: { type: 'array', items: { allOf: [{ $ref: '#/$defs/a' }, { minItems: 1 }] } } }, $ref: '#/$defs/a' },
  ]
  const start = process.cpuUsage().user
  for (const schema of cases) schemaSupport(JSON.stringify(schema))
  assert.ok(process.cpuUsage().user - start < 5_000_000)
})
