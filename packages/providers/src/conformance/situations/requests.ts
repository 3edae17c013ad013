import { callPart, imagePart, noSampling, opaquePart, requestWith, resultPart, toolNamed, turn } from '../given.ts'
import type { Situation } from '../situation.ts'

const png = new Uint8Array([137, 80, 78, 71])
const holds = (body: unknown, text: string): boolean => JSON.stringify(body).includes(text)

export const requestSituations: readonly Situation[] = [
  {
    name: 'system and developer instructions',
    request: requestWith({
      messages: [turn('system', 'Be kind.'), turn('developer', 'Be brief.'), turn('user', 'Hi')],
    }),
    expected: 'prepared',
    prepares: (body) => holds(body, 'Be kind.') && holds(body, 'Be brief.'),
  },
  {
    name: 'an image, inline',
    request: requestWith({
      messages: [turn('user', 'What is it?', imagePart({ mimeType: 'image/png', data: png, uri: null }))],
    }),
    expected: 'prepared',
    prepares: (body) => holds(body, 'iVBORw=='),
  },
  {
    name: 'an image by reference',
    request: requestWith({
      messages: [
        turn('user', 'What is it?', imagePart({ mimeType: 'image/png', data: null, uri: 'https://example.org/a.png' })),
      ],
    }),
    expected: 'prepared',
    prepares: (body) => holds(body, 'https://example.org/a.png'),
  },
  {
    name: 'an image that only some vendors read',
    request: requestWith({
      messages: [turn('user', 'What is it?', imagePart({ mimeType: 'image/heic', data: png, uri: null }))],
    }),
    expected: {
      chatCompletions: 'rejected/unsupported_media',
      responses: 'rejected/unsupported_media',
      messages: 'rejected/unsupported_media',
      generateContent: 'prepared',
    },
  },
  {
    name: 'more stop sequences than some vendors take',
    request: requestWith({ sampling: { ...noSampling, stop: ['a', 'b', 'c', 'd', 'e', 'f'] } }),
    expected: {
      chatCompletions: 'prepared, ignores stop',
      responses: 'prepared, ignores stop',
      messages: 'prepared',
      generateContent: 'rejected/too_many_stops',
    },
  },
  {
    name: 'a stop sequence of white space',
    request: requestWith({ sampling: { ...noSampling, stop: ['\n'] } }),
    expected: {
      chatCompletions: 'prepared, ignores stop',
      responses: 'prepared, ignores stop',
      messages: 'rejected/blank_stop',
      generateContent: 'prepared',
    },
  },
  {
    name: 'more tools than some vendors take',
    request: requestWith({ tools: Array.from({ length: 129 }, (_, at) => toolNamed(`tool-${at}`)) }),
    expected: {
      chatCompletions: 'rejected/too_many_tools',
      responses: 'rejected/too_many_tools',
      messages: 'prepared',
      generateContent: 'prepared',
    },
  },
  {
    name: 'instructions alone',
    request: requestWith({ messages: [turn('system', 'Be kind.'), turn('system', 'Say hello.')] }),
    expected: 'prepared',
    prepares: (body, api) =>
      holds(body, 'Be kind.') &&
      (api !== 'messages' || holds(body, '"role":"user","content":[{"type":"text","text":"Say hello."')),
  },
  {
    name: 'nothing but an empty text',
    request: requestWith({ messages: [turn('user', '')] }),
    expected: {
      chatCompletions: 'prepared',
      responses: 'prepared',
      messages: 'rejected/empty_conversation',
      generateContent: 'rejected/empty_conversation',
    },
  },
  {
    name: 'a seed of more than 32 bits',
    request: requestWith({ sampling: { ...noSampling, seed: 2 ** 40 + 7 } }),
    expected: {
      chatCompletions: 'prepared',
      responses: 'prepared, ignores seed',
      messages: 'prepared, ignores seed',
      generateContent: 'prepared',
    },
    prepares: (body, api) => api !== 'generateContent' || holds(body, '"seed":7'),
  },
  {
    name: 'calls and their results',
    request: requestWith({
      tools: [toolNamed('weather')],
      messages: [
        turn('user', 'Weather?'),
        turn(
          'assistant',
          callPart('call:1', 'weather', { city: 'Paris' }),
          callPart('call:2', 'weather', '{"city":"Rome"}'),
        ),
        turn('tool', resultPart('call:1', '{"celsius":9}')),
        turn('tool', resultPart('call:2', 'unknown city', true)),
      ],
    }),
    expected: 'prepared',
    prepares: (body) => holds(body, 'celsius') && holds(body, 'unknown city') && holds(body, 'Rome'),
  },
  {
    name: 'the vendor’s own parts go back as they came',
    request: requestWith({
      messages: [
        turn('user', 'Hi'),
        turn('assistant', opaquePart('opaque', 'anthropic', { type: 'redacted_thinking', data: 'x' })),
        turn('user', 'Go on'),
      ],
    }),
    expected: {
      chatCompletions: 'rejected/foreign_part',
      responses: 'rejected/foreign_part',
      messages: 'prepared',
      generateContent: 'rejected/foreign_part',
    },
    prepares: (body) => holds(body, '{"type":"redacted_thinking","data":"x"}'),
  },
  {
    name: 'a part of a kind that nobody knows',
    request: requestWith({
      messages: [turn('user', { kind: 'smell', text: null, json: null, media: null, opaque: null })],
    }),
    expected: 'rejected/unknown_part',
  },
  {
    name: 'a speaker that nobody knows',
    request: requestWith({ messages: [turn('other', 'Hi')] }),
    expected: 'rejected/unknown_role',
  },
  {
    name: 'a call whose JSON is broken',
    request: requestWith({
      messages: [turn('assistant', { kind: 'toolCall', text: null, json: '{"id":', media: null, opaque: null })],
    }),
    expected: 'rejected/part_malformed',
  },
  {
    name: 'sampling settings',
    request: requestWith({ sampling: { ...noSampling, temperature: 0.2, topK: 40, seed: 7, stop: ['END'] } }),
    expected: {
      chatCompletions: 'prepared, ignores temperature, topK, stop',
      responses: 'prepared, ignores temperature, topK, seed, stop',
      messages: 'prepared, ignores temperature, topK, seed',
      generateContent: 'prepared, ignores temperature, topK',
    },
  },
  {
    name: 'a sampling setting that is required',
    request: requestWith({ sampling: { ...noSampling, temperature: 0.2, required: ['temperature'] } }),
    expected: 'rejected/sampling_required',
  },
  {
    name: 'an effort to think with',
    request: requestWith({ reasoning: { effort: 'high', maxTokens: null } }),
    expected: 'prepared',
    prepares: (body) =>
      /"reasoning_effort":"high"|"effort":"high"|"budget_tokens":4095|"thinkingLevel":"HIGH"/u.test(
        JSON.stringify(body),
      ),
  },
  {
    name: 'a limit of tokens to think with',
    request: requestWith({ reasoning: { effort: null, maxTokens: 2_000 } }),
    expected: {
      chatCompletions: 'prepared, ignores reasoning.maxTokens',
      responses: 'prepared, ignores reasoning.maxTokens',
      messages: 'prepared',
      generateContent: 'prepared',
    },
  },
  {
    name: 'a stable prefix worth caching',
    request: requestWith({ messages: [turn('system', 'A long text.'), turn('user', 'Hi')], cachePoints: [0] }),
    expected: 'prepared',
    prepares: (body, api) => holds(body, 'cache_control') === (api === 'messages'),
  },
  {
    name: 'the most tokens of output',
    request: requestWith(),
    expected: 'prepared',
    prepares: (body) => holds(body, '4096'),
  },
]
