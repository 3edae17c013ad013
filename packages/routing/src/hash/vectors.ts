// The requests of docs/hash-vectors.json: what an implementation in another language has to get right.
import type { Request } from '@waybill/schemas/generated/request'
import type { Sampling } from '@waybill/schemas/generated/sampling'
import { plainPart, plainRequest, says } from './plain-request.ts'

export interface VectorCase {
  readonly name: string
  /** What it shows. */
  readonly shows: string
  readonly request: Request
  /** Written out with its nulls, empty lists and defaults; else without them. */
  readonly inFull?: boolean
}

const encoder = new TextEncoder()

const noSampling: Sampling = {
  temperature: null,
  topP: null,
  topK: null,
  seed: null,
  frequencyPenalty: null,
  presencePenalty: null,
  stop: [],
  required: [],
}

const weather = { name: 'weather', description: 'Today', parameters: '{"type":"object","properties":{}}' }
const clock = { name: 'clock', description: null, parameters: '{}' }

const make = (name: string, shows: string, change: Partial<Request> = {}): VectorCase => ({
  name,
  shows,
  request: { ...plainRequest, ...change },
})
const sampled = (name: string, shows: string, sampling: Partial<Sampling>): VectorCase =>
  make(name, shows, { sampling: { ...noSampling, ...sampling } })
const said = (name: string, shows: string, text: string): VectorCase =>
  make(name, shows, { messages: [says('user', text)] })

const texts: readonly VectorCase[] = [
  make('smallest', 'a request with nothing but its text'),
  { ...make('in full', 'absent, null and default are the same: equal to smallest'), inFull: true },
  make('not hashed', 'fields that do not change the work: equal to smallest', {
    id: 'r-2',
    latencyBudgetMs: 1_000,
    costCeilingMicroUsd: 9_007_199_254_740_991,
    replyTo: 'acme.replies',
    priority: 'background',
    labels: { team: 'billing' },
    metadata: { trace: 'abc' },
    affinity: 'w1.1200.1764115200000.openai/gpt-6-sol',
    createdAt: 1_764_115_200_000,
  }),
  make('another tenant', 'tenants never share work', { tenant: 'globex' }),
  said('unicode', 'characters stand for themselves, beyond the basic plane too', 'Grüße, 世界, 👩‍👩‍👧 und 𝄞'),
  said('composed', 'é as one character', 'caf\u00E9'),
  said('decomposed', 'no normalisation: é as two characters is another text', 'cafe\u0301'),
  said(
    'escapes',
    'control characters, quotes and backslashes as RFC 8785 has them',
    '\u0000\u001f\b\t\n\f\r"\\/\u007f\u2028\u2029',
  ),
  said('empty text', 'a text that is there, and empty', ''),
  make('no parts', 'a turn without parts', { messages: [{ role: 'user', parts: [] }] }),
  make('two parts', 'parts are not joined', {
    messages: [
      {
        role: 'user',
        parts: [
          { ...plainPart, text: 'Hel' },
          { ...plainPart, text: 'lo' },
        ],
      },
    ],
  }),
  make('conversation', 'roles and their order', {
    messages: [
      says('system', 'Be brief.'),
      says('user', 'Weather?'),
      {
        role: 'assistant',
        parts: [{ ...plainPart, kind: 'toolCall', json: '{"id":"c1","name":"weather","arguments":{}}' }],
      },
      { role: 'tool', parts: [{ ...plainPart, kind: 'toolResult', text: '21 °C', json: '{"callId":"c1"}' }] },
    ],
  }),
  make('developer', 'another role for the same text', { messages: [says('developer', 'Hello')] }),
]

const tools: readonly VectorCase[] = [
  make('two tools', 'tools in one order', { tools: [weather, clock] }),
  make('two tools, turned', 'and in the other: another request', { tools: [clock, weather] }),
  make('tool schema, keys in order', 'embedded JSON is hashed as the text it came in', {
    tools: [{ ...clock, parameters: '{"a":1,"b":2}' }],
  }),
  make('tool schema, keys turned', 'so its key order counts', { tools: [{ ...clock, parameters: '{"b":2,"a":1}' }] }),
  make('tool schema, spaced', 'and its white space', { tools: [{ ...clock, parameters: '{ "a": 1, "b": 2 }' }] }),
  make('tool schema, large number', 'a number beyond 2^53 in embedded JSON keeps its digits', {
    tools: [{ ...clock, parameters: '{"maximum":9007199254740993}' }],
  }),
  make('tool choice', 'how tools may be used', { tools: [weather], toolChoice: { kind: 'auto', name: null } }),
  make('named tool', 'which tool must be used', { tools: [weather], toolChoice: { kind: 'tool', name: 'weather' } }),
  make('one call at a time', 'false is not absent', { tools: [weather], parallelToolCalls: false }),
  make('output schema', 'the schema of the answer', { outputSchema: '{"type":"object","required":["a"]}' }),
]

const numbers: readonly VectorCase[] = [
  sampled('empty sampling', 'a record that is there, and empty, is not null', {}),
  sampled('zero', 'zero is no default here', { temperature: 0 }),
  sampled('minus zero', 'minus zero is zero', { temperature: -0 }),
  sampled('one', 'a whole double has no fraction', { temperature: 1 }),
  sampled('sum', 'shortest digits that read back: 0.1 + 0.2', { temperature: 0.1 + 0.2 }),
  sampled('small', 'the exponent begins below 10^-6', { topP: 1e-7, temperature: 0.000001 }),
  sampled('large', 'and at 10^21', { temperature: 1e21, frequencyPenalty: 1e20 }),
  sampled('beyond 2^53', 'a double beyond 2^53 is the nearest double', { temperature: 9_007_199_254_740_994 }),
  sampled('largest seed', 'the largest whole number that every language reads exactly', {
    seed: 9_007_199_254_740_991,
  }),
  sampled('stop', 'lists keep their order', { stop: ['b', 'a'], required: ['stop'], topK: 40 }),
  make('second sample', 'independent samples differ by their index', { sampleIndex: 1 }),
  make('cache points', 'indexes of stable prefixes', { cachePoints: [0, 2] }),
  make('most output', 'the length that is asked for', { maxOutputTokens: 100 }),
]

const options: readonly VectorCase[] = [
  make('constraints', 'where the work may be done', {
    constraints: { providers: ['openai'], accounts: [], regions: [], retention: 'none' },
  }),
  make('reasoning', 'how much the model may think', { reasoning: { effort: 'high', maxTokens: null } }),
  make('task class', 'the class as declared', { taskClass: 'extraction' }),
  make('requested model', 'the model that was asked for', { requestedModel: 'gpt-5.4' }),
  make('image', 'bytes stand by their own SHA-256 in hex', {
    messages: [
      {
        role: 'user',
        parts: [
          {
            ...plainPart,
            kind: 'image',
            media: { mimeType: 'image/png', data: encoder.encode('\u0089PNG'), uri: null },
          },
        ],
      },
    ],
  }),
  make('empty image', 'no bytes are bytes too', {
    messages: [
      {
        role: 'user',
        parts: [{ ...plainPart, kind: 'image', media: { mimeType: 'image/png', data: new Uint8Array(), uri: null } }],
      },
    ],
  }),
  make('image elsewhere', 'a reference by its address', {
    messages: [
      {
        role: 'user',
        parts: [
          {
            ...plainPart,
            kind: 'image',
            media: { mimeType: 'image/png', data: null, uri: 'https://example.com/a.png' },
          },
        ],
      },
    ],
  }),
  make('opaque', 'what only a vendor understands, as it came', {
    messages: [
      { role: 'assistant', parts: [{ ...plainPart, kind: 'opaque', opaque: '{"provider":"gemini","value":"c2ln"}' }] },
    ],
  }),
]

const idempotency: readonly VectorCase[] = [
  make('none', 'by tenant and id', { idempotency: 'none' }),
  make('none, other text', 'and by nothing else: equal to none', {
    idempotency: 'none',
    messages: [says('user', 'Bye')],
  }),
  make('none, other id', 'another id is other work', { idempotency: 'none', id: 'r-2' }),
  make('key is the id', 'without a key, the id is it', { idempotency: 'key' }),
  make('key', 'by tenant and key: equal to key is the id', { idempotency: 'key', idempotencyKey: 'r-1', id: 'r-7' }),
  make('key, other text', 'one key lives on one partition, so its bodies can be compared: only bodyHash differs', {
    idempotency: 'key',
    idempotencyKey: 'r-1',
    messages: [says('user', 'Bye')],
  }),
  make('key of another tenant', 'keys belong to a tenant', {
    idempotency: 'key',
    idempotencyKey: 'r-1',
    tenant: 'globex',
  }),
  make('unused key', 'a key beside content is hashed: in doubt, distinct', { idempotencyKey: 'r-1' }),
]

export const vectorCases: readonly VectorCase[] = [...texts, ...tools, ...numbers, ...options, ...idempotency]
