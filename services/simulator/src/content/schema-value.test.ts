import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { isArray, isObject } from '../json.ts'
import { randomOf } from '../random.ts'
import { realSchemas } from '../recorded.ts'
import { matching } from './pattern.ts'
import { valueFor } from './schema-value.ts'

/** Many values of one schema, since any single one may be right by chance. */
const values = (schema: unknown): readonly unknown[] =>
  Array.from({ length: 40 }, (_, index) => valueFor(schema, randomOf('seed', String(index))))
const every = (schema: unknown, holds: (value: unknown) => boolean): void => {
  for (const value of values(schema)) ok(holds(value), `${JSON.stringify(value)} for ${JSON.stringify(schema)}`)
}
const isNumber = (value: unknown): value is number => typeof value === 'number'

test('types, constants and enumerations', () => {
  every({ type: 'integer' }, Number.isInteger)
  every({ type: 'boolean' }, (value) => typeof value === 'boolean')
  every({ type: 'null' }, (value) => value === null)
  every({ type: ['string', 'null'] }, (value) => value === null || typeof value === 'string')
  every({ const: { a: 1 } }, (value) => JSON.stringify(value) === '{"a":1}')
  every({ enum: ['a', 'b', null] }, (value) => value === 'a' || value === 'b' || value === null)
  every({ type: 'string', enum: ['a', 1] }, (value) => value === 'a')
  equal(new Set(values({ enum: [1, 2, 3] })).size, 3)
})

test('numbers within bounds, of every draft', () => {
  every({ type: 'number', minimum: 3, maximum: 4 }, (value) => isNumber(value) && value >= 3 && value <= 4)
  every({ type: 'integer', exclusiveMinimum: 3, exclusiveMaximum: 5 }, (value) => value === 4)
  every({ type: 'integer', minimum: 3, exclusiveMinimum: true, maximum: 4 }, (value) => value === 4)
  every(
    { type: 'integer', multipleOf: 7, minimum: 10, maximum: 30 },
    (value) => isNumber(value) && value % 7 === 0 && value >= 10,
  )
  every({ type: 'integer', maximum: -5 }, (value) => isNumber(value) && value <= -5)
  every({ type: 'number', multipleOf: 0.01 }, (value) => isNumber(value) && Number(value.toFixed(2)) === value)
})

test('strings by length, format and pattern', () => {
  every({ type: 'string', minLength: 40, maxLength: 42 }, (value) => [40, 41, 42].includes(String(value).length))
  every({ type: 'string', format: 'date' }, (value) => /^\d{4}-\d\d-\d\d$/u.test(String(value)))
  every({ type: 'string', format: 'uuid' }, (value) =>
    /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/u.test(String(value)),
  )
  const patterns = [
    '^[A-Z]{2}\\d{3,5}$',
    '^(?:cat|dog)s?$',
    '\\w+@\\w+\\.com',
    '^[^,]+,[^,]+$',
    '^#?[a-fA-F0-9]{6}$',
    '^\\u0041[\\-x]*$',
  ]
  for (const pattern of patterns)
    every({ type: 'string', pattern }, (value) => new RegExp(pattern, 'u').test(String(value)))
  every({ type: 'string', pattern: '^\\d+$', minLength: 20, maxLength: 25 }, (value) =>
    /^\d{20,25}$/u.test(String(value)),
  )
  equal(matching('^(?=a)b', randomOf('s', 'p'), 0, 9), null)
  equal(matching('(a', randomOf('s', 'p'), 0, 9), null)
})

test('objects with what is required, nested and referred to', () => {
  const schema = {
    type: 'object',
    properties: {
      person: { $ref: '#/$defs/person' },
      tags: { type: 'array', items: { type: 'string' }, minItems: 2, uniqueItems: true },
    },
    required: ['person', 'tags'],
    $defs: {
      person: {
        type: 'object',
        properties: { name: { type: 'string' }, boss: { $ref: '#/$defs/person' } },
        required: ['name'],
      },
    },
  }
  every(schema, (value) => {
    if (!isObject(value) || !isObject(value['person']) || !isArray(value['tags'])) return false
    return typeof value['person']['name'] === 'string' && new Set(value['tags']).size >= 2
  })
  every(
    { type: 'object', additionalProperties: { type: 'integer' }, minProperties: 3 },
    (value) => isObject(value) && Object.values(value).length >= 3 && Object.values(value).every(Number.isInteger),
  )
  const proto = values({
    type: 'object',
    properties: JSON.parse('{"__proto__":{"type":"integer"}}'),
    required: ['__proto__'],
  })[0]
  match(JSON.stringify(proto), /^\{"__proto__":\d+\}$/u)
})

test('arrays by number and place', () => {
  every(
    { type: 'array', items: { type: 'integer' }, minItems: 4, maxItems: 4 },
    (value) => isArray(value) && value.length === 4,
  )
  every(
    { type: 'array', prefixItems: [{ const: 'a' }, { const: 'b' }], items: false, minItems: 2 },
    (value) => JSON.stringify(value) === '["a","b"]',
  )
  every({ type: 'array', items: [{ const: 1 }], additionalItems: { const: 2 }, minItems: 3 }, (value) =>
    JSON.stringify(value).startsWith('[1,2,2'),
  )
  every({ type: 'array', maxItems: 0 }, (value) => isArray(value) && value.length === 0)
})

test('alternatives and conjunctions', () => {
  every(
    { anyOf: [{ type: 'integer' }, { type: 'boolean' }] },
    (value) => Number.isInteger(value) || typeof value === 'boolean',
  )
  every({ oneOf: [{ const: 1 }, { const: 2 }] }, (value) => value === 1 || value === 2)
  const both = {
    allOf: [
      { type: 'object', properties: { a: { const: 1 } }, required: ['a'] },
      { properties: { b: { const: 2 } }, required: ['b'] },
    ],
  }
  every(both, (value) => JSON.stringify(value) === '{"a":1,"b":2}')
  every(
    { type: 'object', properties: { a: { type: 'integer' } }, anyOf: [{ required: ['a'] }] },
    (value) => isObject(value) && Number.isInteger(value['a']),
  )
})

test('recursion, nonsense and demands without end are answered with something small', () => {
  const endless = { $ref: '#' }
  const required = {
    type: 'object',
    properties: { next: { $ref: '#' }, other: { $ref: '#' } },
    required: ['next', 'other'],
  }
  const greedy = { type: 'array', minItems: 1e9, items: { type: 'string', minLength: 1e9 } }
  const odd = [
    true,
    false,
    null,
    3,
    {},
    { type: 'strange' },
    { $ref: '#/nowhere' },
    { $ref: 'https://example.com/x' },
    { enum: [] },
    { pattern: '(((' },
  ]
  for (const schema of [endless, required, greedy, ...odd])
    ok(JSON.stringify(valueFor(schema, randomOf('s', 'x'))).length < 5_000_000)
})

test('the same seed makes the same value', () => {
  const schema = { type: 'object', additionalProperties: { type: 'string' }, minProperties: 2 }
  deepEqual(valueFor(schema, randomOf('a', 'b')), valueFor(schema, randomOf('a', 'b')))
})

const schemas = realSchemas()
test(
  '9,307 schemas of real software: a value each, none slow',
  { skip: schemas === null && 'no schemas beside the repository' },
  () => {
    let slowest = 0
    for (const [index, schema] of (schemas ?? []).entries()) {
      const started = performance.now()
      JSON.stringify(valueFor(schema, randomOf('real', String(index))))
      slowest = Math.max(slowest, performance.now() - started)
    }
    equal(schemas?.length, 9_307)
    ok(slowest < 1_500, `${slowest} ms`)
  },
)
