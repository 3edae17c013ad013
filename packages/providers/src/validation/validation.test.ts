import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkSchema } from './check-schema.ts'
import { runnable } from './patterns.ts'
import { handle } from './thread.ts'
import { validate } from './validate.ts'

const draft = (name: string, schema: object): string => JSON.stringify({ $schema: name, ...schema })

test('a schema counts by the draft that it declares', () => {
  const bound = { minimum: 3, exclusiveMinimum: true }
  assert.equal(validate(draft('http://json-schema.org/draft-04/schema#', bound), '3'), 'invalid')
  assert.equal(validate(draft('http://json-schema.org/draft-07/schema#', { exclusiveMinimum: 3 }), '3'), 'invalid')
  assert.equal(validate(draft('http://json-schema.org/draft-06/schema#', { const: 3 }), '3'), 'valid')
  const siblings = { $ref: '#/definitions/a', maxLength: 1, definitions: { a: { type: 'string' } } }
  assert.equal(validate(draft('http://json-schema.org/draft-07/schema#', siblings), '"long"'), 'valid')
  assert.equal(validate(draft('https://json-schema.org/draft/2019-09/schema', siblings), '"long"'), 'invalid')
  assert.equal(
    validate(draft('https://json-schema.org/draft/2020-12/schema', { prefixItems: [{ type: 'string' }] }), '[1]'),
    'invalid',
  )
  assert.equal(validate(JSON.stringify({ dependentRequired: { a: ['b'] } }), '{"a":1}'), 'invalid')
  const tree = { $recursiveAnchor: true, type: 'object', properties: { child: { $recursiveRef: '#' } } }
  assert.equal(
    validate(draft('https://json-schema.org/draft/2019-09/schema', tree), '{"child":{"child":3}}'),
    'invalid',
  )
})

test('booleans are schemas, and a text that is no JSON satisfies none', () => {
  assert.deepEqual(
    [validate('true', '1'), validate('false', '1'), validate('true', '{')],
    ['valid', 'invalid', 'invalid'],
  )
})

test('two parts of one id, and names that every object has, are no trouble', () => {
  const twice = { properties: { a: { $id: 'x', type: 'string' }, b: { $id: 'x', type: 'string' } } }
  assert.equal(validate(JSON.stringify(twice), '{"a":"1","b":"2"}'), 'valid')
  const inherited = '{"type":"object","properties":{"__proto__":{"type":"string"}},"required":["constructor"]}'
  assert.equal(validate(inherited, '{}'), 'invalid')
  assert.equal(validate(inherited, '{"constructor":1,"__proto__":2}'), 'invalid')
})

test('patterns that the u flag forbids run all the same', () => {
  assert.equal(runnable('^[a-z]+$'), '^[a-z]+$')
  assert.equal(validate(JSON.stringify({ pattern: String.raw`^a\-b\_c\"$` }), '"a-b_c\\""'), 'valid')
  assert.equal(runnable('('), null)
})

test('what nobody can tell is not valid', () => {
  assert.equal(validate('{"$ref":"https://example.org/x"}', '1'), 'unverifiable')
  assert.equal(validate('{"$ref":"#"}', '1'), 'unverifiable')
  assert.equal(validate('{"pattern":"("}', '"x"'), 'unverifiable')
  assert.equal(validate('7', '1'), 'unverifiable')
})

test('a thread takes the first candidate that holds', () => {
  const schema = '{"type":"object","required":["a"]}'
  assert.equal(handle({ schema, candidates: ['[]', '{"a":1}', '{"a":2}'] }), 1)
  assert.equal(handle({ schema, candidates: ['[]'] }), null)
})

test('what is no JSON Schema is named with its place and rule', () => {
  const cases: readonly [string, string, string][] = [
    ['{', '', 'JSON'],
    ['7', '', 'an object or a boolean'],
    ['{"type":5}', '', 'the value of type'],
    ['{"type":"text"}', '', 'the value of type'],
    ['{"properties":{"a":{"required":true}}}', '/properties/a', 'the value of required'],
    ['{"items":{"anyOf":[{},{"enum":"x"}]}}', '/items/anyOf/1', 'the value of enum'],
    ['{"properties":{"a":7}}', '', 'the value of properties'],
    ['{"pattern":"("}', '', 'the value of pattern'],
    ['{"minLength":-1}', '', 'the value of minLength'],
    ['{"$ref":"https://example.org/x"}', '', 'a $ref that leads to a schema of the same document'],
    ['{"$ref":"#/definitions/__proto__"}', '', 'a $ref that leads to a schema of the same document'],
    ['{"$ref":"#"}', '', 'a $ref that leads to more than references'],
  ]
  for (const [text, path, rule] of cases) assert.deepEqual(checkSchema(text), { path, rule }, text)
  for (const text of [
    'true',
    '{}',
    '{"enum":[{"type":5}],"default":{"type":5}}',
    '{"properties":{"type":{"type":"string"}}}',
  ])
    assert.equal(checkSchema(text), undefined, text)
})

test('a schema of a stranger is looked at in a moment, whatever it is', () => {
  const start = process.cpuUsage().user
  const many = Array.from({ length: 20_000 }, (_, index) => `"p${index}":{}`).join()
  const hostile = [
    '['.repeat(200_000),
    `${'{"not":'.repeat(200_000)}{}${'}'.repeat(200_000)}`,
    `{"properties":{${many}}}`,
    `{"allOf":[${Array.from({ length: 20_000 }, () => '{"$ref":"#/a"}').join()}]}`,
    `{"pattern":"${'('.repeat(100_000)}"}`,
    '{"__proto__":{"type":5},"type":"object"}',
    ' '.repeat(5_000_000),
  ]
  for (const text of hostile) checkSchema(text)
  assert.equal(checkSchema('{"__proto__":{"type":5},"type":"object"}'), undefined)
  assert.ok(process.cpuUsage().user - start < 5_000_000)
})
