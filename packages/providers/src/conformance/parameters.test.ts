// What of a request stands where in the parameters that each vendor gets.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Request } from '@waybill/schemas/generated/request'
import type { ApiName } from './given.ts'
import { apiNames, callPart, noSampling, requestWith, resultPart, toolNamed, turn } from './given.ts'
import { answer, prepared } from './read.ts'
import { bodyOf } from './spoken.ts'

type Each = Readonly<Partial<Record<ApiName, unknown>>>

/** For each API that is named: what the parameters hold. */
function holds(request: Request, expected: Each): void {
  for (const api of apiNames)
    if (expected[api] !== undefined) {
      const written = JSON.stringify(prepared(api, request).body)
      assert.ok(written.includes(JSON.stringify(expected[api]).slice(1, -1)), `${api}: ${written}`)
    }
}

const two = [toolNamed('look'), toolNamed('search it')]

test('one call at a time, or several, in each vendor’s way', () => {
  holds(requestWith({ tools: two, parallelToolCalls: false }), {
    chatCompletions: { parallel_tool_calls: false },
    responses: { parallel_tool_calls: false },
    messages: { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
  })
  holds(requestWith({ tools: two, parallelToolCalls: true }), {
    chatCompletions: { parallel_tool_calls: true },
    responses: { parallel_tool_calls: true },
    messages: { tool_choice: { type: 'auto', disable_parallel_tool_use: false } },
  })
  for (const api of apiNames)
    assert.doesNotMatch(JSON.stringify(prepared(api, requestWith({ tools: two })).body), /parallel/u)
})

test('a tool that must be called, by the name that the vendor knows it by', () => {
  holds(requestWith({ tools: two, toolChoice: { kind: 'tool', name: 'search it' } }), {
    chatCompletions: { tool_choice: { type: 'function', function: { name: 'search_it' } } },
    responses: { tool_choice: { type: 'function', name: 'search_it' } },
    messages: { tool_choice: { type: 'tool', name: 'search_it' } },
    generateContent: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['search_it'] } },
  })
  holds(requestWith({ tools: two, toolChoice: { kind: 'required', name: null } }), {
    chatCompletions: { tool_choice: 'required' },
    responses: { tool_choice: 'required' },
    messages: { tool_choice: { type: 'any' } },
    generateContent: { functionCallingConfig: { mode: 'ANY' } },
  })
  holds(requestWith({ tools: two, toolChoice: { kind: 'none', name: null } }), {
    chatCompletions: { tool_choice: 'none' },
    responses: { tool_choice: 'none' },
    messages: { tool_choice: { type: 'none' } },
    generateContent: { functionCallingConfig: { mode: 'NONE' } },
  })
})

test('a tool choice without tools: auto and none say nothing, required is rejected', () => {
  for (const api of apiNames) {
    for (const kind of ['auto', 'none'] as const)
      assert.doesNotMatch(
        JSON.stringify(prepared(api, requestWith({ toolChoice: { kind, name: null } })).body),
        /tool_?choice|toolConfig/iu,
      )
    assert.throws(() => prepared(api, requestWith({ toolChoice: { kind: 'required', name: null } })), /no tools/u)
  }
})

test('calls of earlier turns keep one name and one id with their results, whatever the vendor takes', () => {
  const request = requestWith({
    messages: [
      turn('user', 'Where?'),
      turn('assistant', callPart('a b/c', 'gone away', { x: 1 })),
      turn('tool', resultPart('a b/c', 'No.', true)),
    ],
    tools: two,
  })
  holds(request, {
    chatCompletions: { tool_call_id: 'a_b_c', content: 'No.' },
    responses: { call_id: 'a_b_c', output: 'No.' },
    messages: { type: 'tool_result', tool_use_id: 'a_b_c', content: 'No.', is_error: true },
    generateContent: { functionResponse: { id: 'a b/c', name: 'gone_away', response: { error: 'No.' } } },
  })
  for (const api of apiNames) {
    const written = JSON.stringify(prepared(api, request).body)
    assert.match(written, /"name":"gone_away"/u)
    const ids = [...written.matchAll(/"(?:id|call_id|tool_call_id|tool_use_id)":"([^"]+)"/gu)].map((match) => match[1])
    assert.deepEqual([ids.length, new Set(ids).size], [2, 1], written)
  }
  const fine = { ...request, messages: request.messages.with(2, turn('tool', resultPart('a b/c', 'Yes.'))) }
  assert.doesNotMatch(JSON.stringify(prepared('messages', fine).body), /is_error/u)
  holds(fine, { generateContent: { response: { output: 'Yes.' } } })
})

test('what is worth caching ends with the last block of its turn, and at most four are marked', () => {
  const messages = [1, 2, 3, 4, 5].flatMap((number) => [
    turn('user', `first ${number}`, `last ${number}`),
    turn('assistant', 'Well.'),
  ])
  const request = requestWith({ messages: [...messages, turn('user', 'And?')], cachePoints: [0, 2, 4, 6, 8] })
  const written = JSON.stringify(prepared('messages', request).body)
  const marked = [...written.matchAll(/"text":"([a-z]+ \d)","cache_control"/gu)].map((match) => match[1])
  assert.deepEqual(marked, ['last 2', 'last 3', 'last 4', 'last 5'])
})

const stopping = (count: number): Request =>
  requestWith({ sampling: { ...noSampling, stop: Array.from({ length: count }, (_, index) => `END${index}`) } })

test('as many stop sequences as a vendor takes, and what a tool does', () => {
  assert.match(JSON.stringify(prepared('chatCompletions', stopping(4), 'gpt-4.1').body), /END3/u)
  assert.throws(() => prepared('chatCompletions', stopping(5), 'gpt-4.1'), /at most 4/u)
  assert.match(JSON.stringify(prepared('generateContent', stopping(5)).body), /END4/u)
  assert.throws(() => prepared('generateContent', stopping(6)), /at most 5/u)
  for (const api of apiNames)
    assert.match(JSON.stringify(prepared(api, requestWith({ tools: two })).body), /"description":"Does look\."/u)
})

test('what a request does not say is not said: no seed, no limit to one call where there are no tools', () => {
  assert.doesNotMatch(JSON.stringify(prepared('generateContent', requestWith()).body), /seed/u)
  assert.doesNotMatch(
    JSON.stringify(prepared('generateContent', requestWith({ parallelToolCalls: false })).body),
    /tool/iu,
  )
})

test('Anthropic: where it thinks no tool can stand for the output, so words ask for it', () => {
  const outputSchema = JSON.stringify({ type: 'object', additionalProperties: { type: 'integer' } })
  const request = requestWith({ outputSchema, reasoning: { effort: 'low', maxTokens: null } })
  const { body, ignored } = prepared('messages', request)
  assert.deepEqual([body['tools'], body['tool_choice'], ignored], [undefined, undefined, []])
  assert.match(JSON.stringify(body['system']), /integer/u)
})

test('Anthropic: what of the wishes for thinking a model does not take is said', () => {
  const both = requestWith({ reasoning: { effort: 'high', maxTokens: 3_000 } })
  assert.deepEqual(prepared('messages', both, 'claude-haiku-5-5').ignored, ['reasoning.maxTokens'])
  const strange = requestWith({ reasoning: { effort: 'somewhat', maxTokens: null } })
  assert.deepEqual(prepared('messages', strange, 'claude-haiku-5-5').ignored, ['reasoning.effort'])
})

test('nothing is stored at OpenAI, and Gemini does not go on by itself', () => {
  holds(requestWith(), {
    chatCompletions: { store: false },
    responses: { store: false },
    generateContent: { automaticContinuation: false },
  })
})

test('Anthropic: the tool that stands for the output is called once', () => {
  const map = JSON.stringify({ type: 'object', additionalProperties: { type: 'integer' } })
  holds(requestWith({ outputSchema: map }), {
    messages: { tool_choice: { type: 'tool', name: 'structured_output', disable_parallel_tool_use: true } },
  })
})

test('counts: what was written to the cache is no more than what was not read from it', () => {
  const usage = { input_tokens: 0, cache_read_input_tokens: 6, cache_creation_input_tokens: 4, output_tokens: 1 }
  const body = bodyOf('messages', { text: ['a'] })
  const fine = answer('messages', { ...body, usage }).usage
  assert.deepEqual([fine.inputTokens, fine.cachedInputTokens, fine.cacheWriteInputTokens], [10, 6, 4])
  const chat = {
    prompt_tokens: 10,
    prompt_tokens_details: { cached_tokens: 6, cache_write_tokens: 5 },
    completion_tokens: 1,
  }
  const odd = answer('chatCompletions', { ...bodyOf('chatCompletions', { text: ['a'] }), usage: chat }).usage
  assert.deepEqual([odd.inputTokens, odd.cachedInputTokens, odd.cacheWriteInputTokens], [10, 6, null])
})
