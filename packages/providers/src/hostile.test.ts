// What a vendor, or whoever stands in its place, may send: one clear class each, nothing thrown, nothing polluted.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apiNames, requestWith, targetFor, toolNamed } from './conformance/given.ts'
import { answer, bytes, failure, outcome, prepared, settled, vendorApi } from './conformance/read.ts'
import { bodyOf } from './conformance/spoken.ts'
import fc from 'fast-check'

const tools = requestWith({ tools: [toolNamed('weather', { type: 'object' })], outputSchema: '{"type":"object"}' })

test('bodies of any JSON are classified by every API', () => {
  const names = [
    'choices',
    'message',
    'content',
    'candidates',
    'parts',
    'output',
    'usage',
    'error',
    'stop_reason',
    'tool_calls',
  ]
  const key = fc.oneof(fc.constantFrom(...names, '__proto__', 'constructor', 'type', 'functionCall'), fc.string())
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 6 }, fc.jsonValue(), fc.array(tie('tree')), fc.dictionary(key, tie('tree'))),
  }))
  fc.assert(
    fc.property(tree, fc.constantFrom(...apiNames), fc.constantFrom(200, 400, 429, 503), (body, api, status) => {
      const read = outcome(api, body ?? null, tools)
      assert.ok(['answer', 'unusable', 'unbilled', 'ambiguous'].includes(read.kind))
      assert.ok(failure(api, status === 200 ? 500 : status, body ?? null).failure.length > 0)
    }),
    { numRuns: 150 },
  )
})

test('whatever a vendor counts, no part is more than its total', () => {
  const count = fc.oneof(fc.integer({ min: -10, max: 1_000 }), fc.double(), fc.constant(1e300))
  const counts = fc.record({ input: count, cached: count, output: count, reasoning: count })
  fc.assert(
    fc.property(counts, fc.constantFrom(...apiNames), (usage, api) => {
      const { inputTokens, cachedInputTokens, cacheWriteInputTokens, outputTokens, reasoningTokens } = answer(
        api,
        bodyOf(api, { text: ['Hello.'], usage }),
      ).usage
      const [input, output] = [inputTokens ?? Infinity, outputTokens ?? Infinity]
      assert.ok((cachedInputTokens ?? 0) + (cacheWriteInputTokens ?? 0) <= input)
      assert.ok((reasoningTokens ?? 0) <= output)
      for (const each of [inputTokens, cachedInputTokens, outputTokens, reasoningTokens])
        assert.ok(each === null || (Number.isSafeInteger(each) && each >= 0))
    }),
    { numRuns: 500 },
  )
})

test('__proto__ is a name like any other', () => {
  const input = JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}')
  const body = { content: [{ type: 'tool_use', id: 't', name: 'weather', input }], stop_reason: 'tool_use' }
  const end = settled('messages', body, tools)
  assert.ok(end.kind === 'answer')
  assert.equal(
    end.answer.toolCalls[0]?.arguments,
    '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}',
  )
  assert.equal(Reflect.get({}, 'admin'), undefined)
  const again = prepared('messages', { ...tools, messages: [...tools.messages, end.answer.message] })
  assert.ok(JSON.stringify(again.body).includes('"__proto__"'))
  const schema = '{"type":"object","properties":{"__proto__":{"type":"string"}},"required":["__proto__"]}'
  for (const api of apiNames)
    assert.ok(JSON.stringify(prepared(api, requestWith({ outputSchema: schema })).body).includes('__proto__'))
  assert.equal(Reflect.get({}, 'type'), undefined)
})

test('a hundred thousand tool calls are one class, in a moment', () => {
  const start = process.cpuUsage().user
  const calls = Array.from({ length: 100_000 }, () => ({ function: { name: 'weather', arguments: '{}' } }))
  const read = outcome('chatCompletions', { choices: [{ message: { tool_calls: calls } }] }, tools)
  assert.equal(read.kind === 'unusable' && read.failure, 'malformed_call')
  assert.ok(process.cpuUsage().user - start < 5_000_000)
})

test('arguments and output nested without end are refused', () => {
  const deep = `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`
  const call = { function: { name: 'weather', arguments: deep } }
  const read = outcome('chatCompletions', { choices: [{ message: { tool_calls: [call] } }] }, tools)
  assert.equal(read.kind === 'unusable' && read.failure, 'tool_args_invalid')
  const output = settled('chatCompletions', { choices: [{ message: { content: deep }, finish_reason: 'stop' }] }, tools)
  assert.equal(output.kind === 'unusable' && output.failure, 'schema_mismatch')
})

test('bytes that are no text, and headers without end, are classified', () => {
  const headers = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`x-${index}`, 'y'.repeat(100)]))
  for (const api of apiNames)
    for (const body of [
      new Uint8Array([0xff]),
      new Uint8Array(0),
      new Uint8Array(1_000_000),
      bytes('null'),
      bytes('"x"'),
      bytes('7'),
    ]) {
      const read = vendorApi(api).answer(body, { request: tools, target: targetFor(api), headers })
      assert.equal(read.kind === 'ambiguous' && read.failure.failure, 'unreadable_answer', api)
      assert.equal(vendorApi(api).failure({ status: 500, headers, body }).failure, 'gateway_error')
    }
})
