// What vendors refuse in requests, one test a quirk.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schemaSupport } from '../schema/support.ts'
import type { Transformed } from '../schema/transform.ts'
import type { ApiName } from './given.ts'
import { noSampling, requestWith, turn } from './given.ts'
import { answer, prepared, vendorApi } from './read.ts'
import { bodyOf } from './spoken.ts'

const word = { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] }
const count = { type: 'object', properties: { count: { type: 'integer' } }, required: ['count'] }

/** Roots that are no plain object, and a value of each. */
const roots: readonly (readonly [schema: object, value: unknown])[] = [
  [{ anyOf: [word, count] }, { count: 3 }],
  [{ oneOf: [word, { type: 'array', items: { type: 'string' } }] }, ['a']],
  [{ type: 'object', anyOf: [word, count] }, { word: 'a' }],
  [{ type: 'object', properties: word.properties, oneOf: [{ not: count }, { allOf: [word, count] }] }, {}],
  [{ $ref: '#/$defs/either', $defs: { either: { anyOf: [word, count] } } }, { word: 'a' }],
  [{ type: ['object', 'null'], properties: word.properties }, null],
  [{ type: 'array', items: word }, [{ word: 'a' }]],
  [{ enum: ['a', 'b'] }, 'b'],
]

function outputSchemaAt(api: ApiName, schema: object): Transformed {
  const given = vendorApi(api).outputSchema(JSON.stringify(schema))
  assert.ok(given !== null)
  return given
}

test('OpenAI and Anthropic take no root but a plain object: any other is wrapped, and the answer unwrapped', () => {
  for (const api of ['chatCompletions', 'responses', 'messages'] as const)
    for (const [schema, value] of roots) {
      const { schema: given, undo } = outputSchemaAt(api, schema)
      const { type, anyOf, oneOf, allOf, enum: values } = given
      assert.deepEqual([type, anyOf ?? oneOf ?? allOf ?? values], ['object', undefined], JSON.stringify(given))
      assert.deepEqual(undo({ value }), value)
      const request = requestWith({ outputSchema: JSON.stringify(schema) })
      const { output } = answer(api, bodyOf(api, { text: [JSON.stringify({ value })] }), request)
      assert.deepEqual(JSON.parse(output ?? ''), value)
    }
})

test('a union of arguments is wrapped too, and the caller gets the arguments that were meant', () => {
  const tools = [{ name: 'say', description: null, parameters: JSON.stringify({ anyOf: [word, count] }) }]
  for (const api of ['chatCompletions', 'responses', 'messages'] as const) {
    const calls = [{ name: 'say', arguments: { value: { count: 3 } } }]
    const { toolCalls } = answer(api, bodyOf(api, { calls, end: 'calls' }), requestWith({ tools }))
    assert.equal(toolCalls[0]?.arguments, '{"count":3}', api)
  }
})

test('arguments are objects: a tool that allows none can be given to no vendor', () => {
  for (const schema of ['{"type":"array"}', '{"enum":["a"]}', '{"const":1}'])
    assert.deepEqual(
      schemaSupport(schema, 'arguments'),
      { openai: 'unsupported', anthropic: 'unsupported', gemini: 'unsupported' },
      schema,
    )
  assert.notEqual(schemaSupport('{"type":"array","items":{"type":"string"}}').openai, 'unsupported')
})

const lists = (depth: number): object => (depth === 0 ? { type: 'string' } : { type: 'array', items: lists(depth - 1) })

const within = (depth: number): object => ({ type: 'object', properties: { a: lists(depth) } })

test('OpenAI counts lists as levels too', () => {
  assert.equal(outputSchemaAt('chatCompletions', within(9)).isEnforced, true)
  assert.equal(outputSchemaAt('chatCompletions', within(10)).isEnforced, false)
})

const effortAt = (api: ApiName, effort: string, model: string): unknown => {
  const { body } = prepared(api, requestWith({ reasoning: { effort, maxTokens: null } }), model)
  return body['reasoning_effort'] ?? body['reasoning'] ?? body['config']
}

test('OpenAI: a model that always reasons is asked for little of it, never for none', () => {
  assert.deepEqual(effortAt('responses', 'none', 'gpt-6.1-sol'), { effort: 'low' })
  assert.deepEqual(effortAt('responses', 'none', 'gpt-6.1-terra'), { effort: 'none' })
  assert.equal(effortAt('chatCompletions', 'none', 'o4-mini'), 'low')
  assert.equal(effortAt('chatCompletions', 'none', 'gpt-5-mini'), 'minimal')
})

const thinkingAt = (model: string, effort: string | null, maxTokens: number | null): unknown => {
  const { config } = prepared('generateContent', requestWith({ reasoning: { effort, maxTokens } }), model).body
  return typeof config === 'object' && config !== null && 'thinkingConfig' in config ? config.thinkingConfig : null
}

test('Gemini: only the smallest models have a level below low, and the largest think in any case', () => {
  assert.deepEqual(thinkingAt('gemini-3.5-flash-lite', 'none', null), { thinkingLevel: 'MINIMAL' })
  for (const model of ['gemini-3.8-flash', 'gemini-4-argon'])
    assert.deepEqual(thinkingAt(model, 'minimal', null), { thinkingLevel: 'LOW' })
  assert.deepEqual(thinkingAt('gemini-4-argon', null, 0), { thinkingBudget: 128 })
  assert.deepEqual(thinkingAt('gemini-3.8-flash', null, 0), { thinkingBudget: 0 })
})

test('Gemini: flash models from 3.5 on take no temperature, which is ignored, or refused where it is required', () => {
  const sampling = { ...noSampling, temperature: 0.2, stop: ['END'] }
  const takes = (model: string): readonly [boolean, readonly string[]] => {
    const { body, ignored } = prepared('generateContent', requestWith({ sampling }), model)
    return [JSON.stringify(body).includes('"temperature":0.2'), ignored]
  }
  for (const model of ['gemini-3.5-flash-lite', 'gemini-3.8-flash'])
    assert.deepEqual(takes(model), [false, ['temperature']], model)
  for (const model of ['gemini-3-flash-preview', 'gemini-2.5-flash', 'gemini-4-argon'])
    assert.deepEqual(takes(model), [true, []], model)
  const required = requestWith({ sampling: { ...sampling, required: ['temperature'] } })
  assert.throws(() => prepared('generateContent', required, 'gemini-3.8-flash'), /sampling_required/u)
})

test('Anthropic: from 4.6 on a model does not go on with what it has begun, and older ones do', () => {
  const begun = requestWith({ messages: [turn('user', 'Begin.'), turn('assistant', 'Once')] })
  for (const model of ['claude-opus-5-5', 'claude-haiku-5-5', 'claude-sonnet-4-6'])
    assert.throws(() => prepared('messages', begun, model), /prefill/u)
  for (const model of ['claude-haiku-4-5-20251001', 'claude-sonnet-4-5'])
    assert.match(JSON.stringify(prepared('messages', begun, model).body), /"role":"assistant"/u)
})
