// One test for each quirk of answers that the vendors are known for, on bodies in their own words.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callPart, citySchema, requestWith, resultPart, toolNamed, turn } from './given.ts'
import { answer, outcome, prepared, settled } from './read.ts'
import { call, chat, claude, gemini, openai, said } from './worded.ts'

const cities = requestWith({ tools: [toolNamed('weather'), toolNamed('now', { type: 'object', properties: {} })] })
test('text: null and empty are no text, pieces are joined, commentary and thoughts are not the answer', () => {
  assert.equal(answer('chatCompletions', chat({ content: null, tool_calls: [call('now', '{}')] }), cities).text, null)
  assert.equal(answer('chatCompletions', chat({ content: '', tool_calls: [call('now', '{}')] }), cities).text, null)
  const blocks = [
    { type: 'text', text: 'a' },
    { type: 'thinking', thinking: 'x', signature: 's' },
    { type: 'text', text: 'b' },
  ]
  assert.equal(answer('messages', claude(blocks)).text, 'ab')
  const output = [
    said('hm', { phase: 'commentary' }),
    said('a', { phase: 'final_answer' }),
    said('b', { phase: 'final_answer' }),
  ]
  assert.equal(answer('responses', openai(output)).text, 'ab')
  const parts = [{ text: 'hm', thought: true }, { text: 'a' }, { text: '', thoughtSignature: 's' }, { text: 'b' }]
  assert.equal(answer('generateContent', gemini(parts)).text, 'ab')
})

test('tool args: always an object that parses', () => {
  for (const given of ['', '  ', '{}'])
    assert.equal(
      answer('chatCompletions', chat({ tool_calls: [call('now', given)] }), cities).toolCalls[0]?.arguments,
      '{}',
    )
  const absent = gemini([{ functionCall: { name: 'now' } }])
  assert.equal(answer('generateContent', absent, cities).toolCalls[0]?.arguments, '{}')
  const broken = outcome('chatCompletions', chat({ tool_calls: [call('weather', '{"city":')] }), cities)
  assert.equal(broken.kind === 'unusable' && broken.failure, 'tool_args_invalid')
})

test('long numbers: digits that no number of ours can hold are not changed', () => {
  const body =
    '{"content":[{"type":"tool_use","id":"t","name":"now","input":{"id":1234567890123456789,"x":null}}],"stop_reason":"tool_use"}'
  const request = requestWith({
    tools: [toolNamed('now', { type: 'object', properties: { id: { type: 'integer' }, x: { type: 'string' } } })],
  })
  const { toolCalls, message } = answer('messages', body, request)
  assert.equal(toolCalls[0]?.arguments, '{"id":1234567890123456789}')
  const next = prepared('generateContent', { ...request, messages: [...request.messages, message] })
  assert.ok(JSON.stringify(next.body).includes('1234567890123456789'))
})

test('tool id: the vendor’s own, call_id and not id, else one of ours that is unique and never sent back', () => {
  const item = { type: 'function_call', id: 'fc_1', call_id: 'call_9', name: 'now', arguments: '{}' }
  assert.equal(answer('responses', openai([item]), cities).toolCalls[0]?.id, 'call_9')
  const two = [{ functionCall: { name: 'now', args: {} } }, { functionCall: { name: 'now', args: {} } }]
  const { toolCalls, message } = answer('generateContent', gemini(two), cities)
  assert.deepEqual(
    toolCalls.map((each) => each.id),
    ['gen-1:0', 'gen-1:1'],
  )
  const next = prepared('generateContent', { ...cities, messages: [...cities.messages, message] })
  assert.ok(!JSON.stringify(next.body).includes('gen-1:'))
  const native = answer('generateContent', gemini([{ functionCall: { id: 'abc123', name: 'now', args: {} } }]), cities)
  const echoed = prepared('generateContent', { ...cities, messages: [...cities.messages, native.message] })
  assert.ok(JSON.stringify(echoed.body).includes('"id":"abc123"'))
})

test('tool id: one that stands twice, or is empty, is made unique, and both calls can be answered', () => {
  const bodies = [
    ['chatCompletions', (id: string) => chat({ tool_calls: [1, 2].map(() => ({ ...call('now', '{}'), id })) })],
    ['responses', (id: string) => openai([1, 2].map(() => ({ type: 'function_call', call_id: id, name: 'now' })))],
    ['messages', (id: string) => claude([1, 2].map(() => ({ type: 'tool_use', id, name: 'now', input: {} })))],
    ['generateContent', (id: string) => gemini([1, 2].map(() => ({ functionCall: { id, name: 'now' } })))],
  ] as const
  for (const [api, body] of bodies)
    for (const id of ['same', '']) {
      const { toolCalls, message } = answer(api, body(id), cities)
      const ids = toolCalls.map((each) => each.id)
      assert.deepEqual([ids.length, new Set(ids).size, ids.includes('')], [2, 2, false], `${api} ${id}`)
      const results = turn('tool', ...ids.map((each) => resultPart(each, 'x')))
      const next = JSON.stringify(prepared(api, { ...cities, messages: [...cities.messages, message, results] }).body)
      const sent = [...next.matchAll(/"(?:id|call_id|tool_call_id|tool_use_id)":"([^"]+)"/gu)].map((match) => match[1])
      assert.deepEqual([sent.length, new Set(sent).size], [4, 2], next)
    }
})

test('finish with tools: what was called decides, not the vendor’s reason', () => {
  assert.equal(
    answer('chatCompletions', chat({ tool_calls: [call('now', '{}')] }, 'stop'), cities).finishReason,
    'toolCalls',
  )
  const one = [{ functionCall: { name: 'now', args: {} } }]
  assert.equal(answer('generateContent', gemini(one, 'STOP'), cities).finishReason, 'toolCalls')
  assert.equal(answer('messages', claude([{ type: 'text', text: 'a' }], 'tool_use')).finishReason, 'stop')
})

test('structured-output channel: a forced tool’s arguments are the output, and it ends as stop', () => {
  const schema = { type: 'object', additionalProperties: { type: 'integer' } }
  const request = requestWith({ outputSchema: JSON.stringify(schema) })
  const { tools, tool_choice: choice } = prepared('messages', request).body
  assert.ok(JSON.stringify(tools).includes('structured_output') && JSON.stringify(choice).includes('structured_output'))
  const used = claude([{ type: 'tool_use', id: 'toolu_1', name: 'structured_output', input: { a: 1 } }], 'tool_use')
  const { output, finishReason, toolCalls } = answer('messages', used, request)
  assert.deepEqual([output, finishReason, toolCalls.length], ['{"a":1}', 'stop', 0])
})

test('text + tool call together: both are carried', () => {
  const both = claude(
    [
      { type: 'text', text: 'Let me see.' },
      { type: 'tool_use', id: 't', name: 'now', input: {} },
    ],
    'tool_use',
  )
  const { text, toolCalls } = answer('messages', both, cities)
  assert.deepEqual([text, toolCalls.length], ['Let me see.', 1])
})

test('tool name: one that only earlier turns know is a tool that was not given', () => {
  const earlier = turn('assistant', callPart('c', 'gone', {}))
  const request = { ...cities, messages: [...cities.messages, earlier, turn('tool', resultPart('c', 'x'))] }
  const read = outcome('chatCompletions', chat({ tool_calls: [call('gone', '{}')] }), request)
  assert.equal(read.kind === 'unusable' && read.failure, 'unknown_tool')
})

test('parallel wrapper: opened, unless a tool is really called so', () => {
  const uses = JSON.stringify({ tool_uses: [{ recipient_name: 'functions.now', parameters: {} }] })
  assert.equal(
    answer('chatCompletions', chat({ tool_calls: [call('parallel', uses)] }), cities).toolCalls[0]?.name,
    'now',
  )
  const own = requestWith({ tools: [toolNamed('parallel', { type: 'object' })] })
  assert.equal(
    answer('chatCompletions', chat({ tool_calls: [call('parallel', uses)] }), own).toolCalls[0]?.name,
    'parallel',
  )
})

test('truncation: told from an empty answer, and never taken for a success', () => {
  const schema = requestWith({ outputSchema: JSON.stringify(citySchema) })
  const cut = answer('chatCompletions', chat({ content: '{"city":"Paris"}' }, 'length'), schema)
  assert.deepEqual([cut.status, cut.output], ['truncated', null])
  const reasons = [
    answer('chatCompletions', chat({ content: '' }, 'length')),
    answer('responses', openai([], { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } })),
    answer('messages', claude([], 'model_context_window_exceeded')),
    answer('generateContent', { candidates: [{ content: { role: 'model' }, finishReason: 'MAX_TOKENS' }] }),
  ]
  assert.deepEqual(
    reasons.map(({ status, text }) => [status, text]),
    reasons.map(() => ['truncated', null]),
  )
})

const callsIn = (api: 'chatCompletions' | 'messages', body: object): readonly unknown[] => {
  const { status, toolCalls, message } = answer(api, body, cities)
  const parts = message.parts.filter(({ kind }) => kind === 'toolCall')
  assert.equal(parts.length, toolCalls.length)
  return [status, toolCalls.map((each) => each.name)]
}

const cut = (...made: readonly object[]): object => chat({ tool_calls: made }, 'length')

test('truncation: what may be half a call is none, whole ones before it stay; and a filter stops calls, too', () => {
  const [whole, half] = [call('weather', '{"city":"Paris"}'), { ...call('now', '{"a'), id: 'call_2' }]
  assert.deepEqual(callsIn('chatCompletions', cut(whole, half)), ['truncated', ['weather']])
  assert.deepEqual(callsIn('chatCompletions', cut(half, whole)), ['truncated', []])
  assert.deepEqual(callsIn('chatCompletions', cut(whole)), ['truncated', []])
  const paused = claude(
    [
      { type: 'text', text: 'a' },
      { type: 'tool_use', id: 't', name: 'now', input: {} },
    ],
    'pause_turn',
  )
  assert.deepEqual(callsIn('messages', paused), ['truncated', []])
  assert.deepEqual(callsIn('chatCompletions', chat({ tool_calls: [whole] }, 'content_filter')), ['refused', []])
})

test('refusal: the model’s, a filter’s of the prompt and of the answer; an unknown ending is never stop', () => {
  assert.equal(answer('chatCompletions', chat({ content: null, refusal: 'No.' })).refusal?.message, 'No.')
  const part = { type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }
  assert.equal(answer('responses', openai([part])).refusal?.kind, 'model')
  const stopped = claude([], 'refusal', { stop_details: { category: 'cyber', explanation: null } })
  assert.equal(answer('messages', stopped).refusal?.category, 'cyber')
  const prompt = { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: { promptTokenCount: 3 } }
  assert.equal(answer('generateContent', prompt).refusal?.kind, 'inputFilter')
  for (const reason of ['SAFETY', 'RECITATION', 'BLOCKLIST', 'SPII', 'LANGUAGE', 'IMAGE_SAFETY', 'MODEL_ARMOR'])
    assert.equal(answer('generateContent', gemini([], reason)).refusal?.category, reason)
  assert.equal(answer('generateContent', gemini([{ text: 'a' }], 'NEW_REASON')).finishReason, 'other')
})

test('refusal: OpenAI’s filters, by whatever word and at whatever place', () => {
  const filtered = answer('chatCompletions', chat({ content: 'Half' }, 'content_filter'))
  assert.deepEqual([filtered.status, filtered.refusal?.kind], ['refused', 'outputFilter'])
  const incomplete = openai([said('Half')], { status: 'incomplete', incomplete_details: { reason: 'content_filter' } })
  assert.equal(answer('responses', incomplete).refusal?.kind, 'outputFilter')
  for (const code of ['bio_policy', 'misalignment_policy_violation', 'image_content_policy_violation']) {
    const { status, refusal } = answer('responses', openai([], { status: 'failed', error: { code } }))
    assert.deepEqual([status, refusal?.kind, refusal?.category], ['refused', 'inputFilter', code])
  }
})

test('refusal: in plain text, or as a string of the output, it is what the model said', () => {
  assert.equal(answer('messages', claude([{ type: 'text', text: 'I cannot help.' }])).status, 'completed')
  const request = requestWith({ outputSchema: JSON.stringify(citySchema) })
  assert.equal(answer('generateContent', gemini([{ text: '{"city":"I cannot help."}' }]), request).status, 'completed')
})

test('finish: a word that nobody knows is other, at every vendor, and a call among it is still a call', () => {
  const text = [{ type: 'text', text: 'a' }]
  const endings = [
    answer('chatCompletions', chat({ content: 'a' }, 'brand_new')),
    answer('responses', openai([said('a')], { status: 'brand_new' })),
    answer('messages', claude(text, 'brand_new')),
    answer('generateContent', gemini([{ text: 'a' }], 'BRAND_NEW')),
  ]
  assert.deepEqual([...new Set(endings.map(({ finishReason }) => finishReason))], ['other'])
  assert.equal(
    answer('chatCompletions', chat({ tool_calls: [call('now', '{}')] }, 'new'), cities).finishReason,
    'toolCalls',
  )
})

test('pause / continue: incomplete, and of a queued response nobody knows what it will cost', () => {
  assert.equal(answer('messages', claude([{ type: 'text', text: 'a' }], 'pause_turn')).finishReason, 'incomplete')
  assert.equal(answer('generateContent', gemini([{ text: 'a' }], 'CONTINUATION')).finishReason, 'incomplete')
  const queued = outcome('responses', { status: 'queued', output: [], usage: null })
  assert.equal(queued.kind === 'ambiguous' && queued.failure.failure, 'incomplete_answer')
})

test('model failure with HTTP 200: by what the body says', () => {
  const failed = outcome('responses', {
    status: 'failed',
    error: { code: 'rate_limit_exceeded' },
    output: [],
    usage: null,
  })
  assert.equal(failed.kind === 'ambiguous' && failed.failure.failure, 'rate_limited')
  assert.equal(failed.kind === 'ambiguous' && failed.failure.unbilled, false)
  const error = outcome('messages', { type: 'error', error: { type: 'overloaded_error' } })
  assert.equal(error.kind === 'ambiguous' && error.failure.unbilled, false)
  const malformed = [
    'MALFORMED_FUNCTION_CALL',
    'UNEXPECTED_TOOL_CALL',
    'TOO_MANY_TOOL_CALLS',
    'MALFORMED_RESPONSE',
    'OTHER',
  ]
  for (const reason of malformed)
    assert.equal(
      outcome('generateContent', gemini([{ functionCall: { name: 'now' } }], reason), cities).kind,
      'unusable',
    )
  assert.equal(outcome('generateContent', { candidates: [], usageMetadata: {} }).kind, 'unusable')
})

test('JSON strictness: one fence, or the first whole value in prose; flagged, and checked against the original', () => {
  const request = requestWith({ outputSchema: JSON.stringify(citySchema) })
  for (const text of [
    '```json\n{"city":"Paris"}\n```',
    '```\n{"city":"Paris"}```',
    'So: {"city":"Paris"}.',
    'A {b} is {"city":"Paris"}',
  ])
    assert.deepEqual(
      [answer('messages', claude([{ type: 'text', text }]), request)].map((each) => [each.output, each.repaired]),
      [['{"city":"Paris"}', true]],
    )
  const wrong = settled('messages', claude([{ type: 'text', text: '```\n{"town":"Paris"}\n```' }]), request)
  assert.equal(wrong.kind === 'unusable' && wrong.failure, 'schema_mismatch')
})

test('invented nulls: those that our schema asked for go, those that the caller’s allows stay', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' }, b: { type: ['string', 'null'] } } }
  const request = requestWith({ outputSchema: JSON.stringify(schema) })
  assert.equal(answer('chatCompletions', chat({ content: '{"a":null,"b":null}' }), request).output, '{"b":null}')
})
