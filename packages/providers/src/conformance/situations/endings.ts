import { requestWith, toolNamed } from '../given.ts'
import type { SentByApi, Situation } from '../situation.ts'

const cities = requestWith({ tools: [toolNamed('weather')] })
const paris = { name: 'weather', arguments: { city: 'Paris' } }
const everyApi = (body: unknown): SentByApi => ({
  chatCompletions: { body },
  responses: { body },
  messages: { body },
  generateContent: { body },
})
const page = '<html><body>Bad gateway</body></html>'

export const endingSituations: readonly Situation[] = [
  {
    name: 'plain text',
    spoken: { text: ['Hello.'] },
    expected: 'completed/stop',
    holds: ({ text }) => text === 'Hello.',
  },
  {
    name: 'text in several pieces',
    spoken: { text: ['Hel', 'lo.'] },
    expected: 'completed/stop',
    holds: ({ text }) => text === 'Hello.',
  },
  {
    name: 'thoughts beside text',
    spoken: { thoughts: 'I should greet.', text: ['Hello.'] },
    sent: { chatCompletions: null },
    expected: 'completed/stop',
    holds: ({ text, message }) =>
      text === 'Hello.' && message.parts[0]?.kind === 'reasoning' && message.parts[0].opaque !== null,
  },
  { name: 'nothing said', spoken: { text: [] }, expected: 'unusable/empty_answer' },
  { name: 'nothing but empty text', spoken: { text: [''] }, expected: 'unusable/empty_answer' },
  { name: 'text cut off', spoken: { text: ['Hel'], end: 'length' }, expected: 'truncated/length' },
  {
    name: 'cut off before a word was said',
    spoken: { text: [], end: 'length' },
    expected: 'truncated/length',
    holds: ({ text, usage }) => text === null && usage.outputTokens === 30,
  },
  {
    name: 'cut off within a tool call',
    request: cities,
    spoken: { text: ['Let me see.'], calls: [paris, { name: 'weather', arguments: {} }], end: 'length' },
    expected: 'truncated/length',
    holds: ({ toolCalls }) => toolCalls.length === 1,
  },
  {
    name: 'paused half-way with something said',
    spoken: { text: ['So far'], end: 'pause' },
    sent: { chatCompletions: null },
    expected: 'truncated/incomplete',
  },
  {
    name: 'paused half-way with nothing said',
    spoken: { text: [], end: 'pause' },
    sent: { chatCompletions: null },
    expected: 'unusable/incomplete_answer',
  },
  {
    name: 'an ending that nobody has heard of',
    spoken: { text: ['Hello.'], end: 'unheard-of' },
    expected: 'completed/other',
  },
  {
    name: 'the model refuses',
    spoken: { text: [], refusal: 'I will not.' },
    sent: { generateContent: null },
    expected: 'refused/refusal',
    holds: ({ refusal }) => refusal?.kind === 'model' && refusal.message === 'I will not.',
  },
  {
    name: 'a filter stops the answer',
    spoken: { text: [], end: 'filter' },
    sent: { messages: null },
    expected: 'refused/contentFilter',
    holds: ({ refusal }) => refusal?.kind === 'outputFilter',
  },
  {
    name: 'a filter stops the prompt, with status 200',
    sent: {
      chatCompletions: null,
      responses: { body: { status: 'failed', error: { code: 'bio_policy', message: '' }, output: [], usage: null } },
      messages: null,
      generateContent: {
        body: { promptFeedback: { blockReason: 'MODEL_ARMOR' }, usageMetadata: { promptTokenCount: 9 } },
      },
    },
    expected: 'refused/contentFilter',
    holds: ({ refusal }) => refusal?.kind === 'inputFilter' && refusal.category !== null,
  },
  {
    name: 'an error of the vendor with status 200',
    sent: everyApi({ type: 'error', error: { type: 'overloaded_error', code: 'server_error', message: 'busy' } }),
    expected: 'ambiguous/provider_error',
  },
  {
    name: 'a failure of the model with status 200',
    sent: {
      chatCompletions: null,
      responses: { body: { status: 'failed', error: { code: 'server_error', message: '' }, output: [], usage: null } },
      messages: null,
      generateContent: { body: { candidates: [{ finishReason: 'OTHER' }], usageMetadata: { promptTokenCount: 9 } } },
    },
    expected: { responses: 'ambiguous/server_error', generateContent: 'unusable/provider_error' },
  },
  { name: 'a page of a gateway with status 200', sent: everyApi(page), expected: 'ambiguous/unreadable_answer' },
  { name: 'an empty body with status 200', sent: everyApi(''), expected: 'ambiguous/unreadable_answer' },
  {
    name: 'JSON of another shape with status 200',
    sent: everyApi([1, null, 'x']),
    expected: 'ambiguous/unreadable_answer',
  },
  {
    name: 'a body that is cut off',
    sent: everyApi('{"choices":[{"message":{"content":"Hel'),
    expected: 'ambiguous/unreadable_answer',
  },
  {
    name: 'a body that is no UTF-8',
    sent: everyApi(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])),
    expected: 'ambiguous/unreadable_answer',
  },
  {
    name: 'a body nested without end',
    sent: everyApi('['.repeat(200_000) + ']'.repeat(200_000)),
    expected: 'ambiguous/unreadable_answer',
  },
]
