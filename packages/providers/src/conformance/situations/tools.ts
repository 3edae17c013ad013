import { requestWith, toolNamed, turn } from '../given.ts'
import type { Situation } from '../situation.ts'

const cities = requestWith({ tools: [toolNamed('weather'), toolNamed('time', { type: 'object', properties: {} })] })
const forced = requestWith({ tools: [toolNamed('weather')], toolChoice: { kind: 'tool', name: 'weather' } })
const paris = { name: 'weather', arguments: { city: 'Paris' } }

export const toolSituations: readonly Situation[] = [
  {
    name: 'one tool call',
    request: cities,
    spoken: { calls: [paris], end: 'calls' },
    expected: 'completed/toolCalls',
    holds: ({ toolCalls, text }) => text === null && toolCalls[0]?.arguments === '{"city":"Paris"}',
  },
  {
    name: 'text and a tool call together',
    request: cities,
    spoken: { text: ['Let me see.'], calls: [paris], end: 'calls' },
    expected: 'completed/toolCalls',
    holds: ({ text, toolCalls }) => text === 'Let me see.' && toolCalls.length === 1,
  },
  {
    name: 'several tool calls at once, each with an id of its own',
    request: cities,
    spoken: { calls: [paris, { name: 'weather', arguments: { city: 'Rome' } }], end: 'calls' },
    expected: 'completed/toolCalls',
    holds: ({ toolCalls }) => new Set(toolCalls.map((call) => call.id)).size === 2,
  },
  {
    name: 'a forced tool, which vendors end with stop',
    request: forced,
    spoken: { calls: [paris], end: 'stop' },
    expected: 'completed/toolCalls',
  },
  {
    name: 'a call without arguments',
    request: cities,
    spoken: { calls: [{ name: 'time', arguments: undefined }], end: 'calls' },
    expected: 'completed/toolCalls',
    holds: ({ toolCalls }) => toolCalls[0]?.arguments === '{}',
  },
  {
    name: 'a call with empty text for arguments',
    request: cities,
    spoken: { calls: [{ name: 'time', arguments: '' }], end: 'calls' },
    expected: 'completed/toolCalls',
    holds: ({ toolCalls }) => toolCalls[0]?.arguments === '{}',
  },
  {
    name: 'arguments that do not parse',
    request: cities,
    spoken: { calls: [{ name: 'weather', arguments: '{"city":"Par' }], end: 'calls' },
    expected: 'unusable/tool_args_invalid',
  },
  {
    name: 'arguments that are no object',
    request: cities,
    spoken: { calls: [{ name: 'weather', arguments: ['Paris'] }], end: 'calls' },
    expected: 'unusable/tool_args_invalid',
  },
  {
    name: 'arguments that break the schema',
    request: cities,
    spoken: { calls: [{ name: 'weather', arguments: { city: 75 } }], end: 'calls' },
    expected: 'unusable/tool_args_invalid',
  },
  {
    name: 'an argument that the closed schema does not list',
    request: cities,
    spoken: { calls: [{ name: 'weather', arguments: { city: 'Paris', mood: 'fine' } }], end: 'calls' },
    expected: 'completed/toolCalls, repaired',
    holds: ({ toolCalls, message }) =>
      toolCalls[0]?.arguments === '{"city":"Paris"}' && !JSON.stringify(message).includes('mood'),
  },
  {
    name: 'an optional argument as null',
    request: cities,
    spoken: { calls: [{ name: 'weather', arguments: { city: 'Paris', unit: null } }], end: 'calls' },
    expected: 'completed/toolCalls',
    holds: ({ toolCalls }) => toolCalls[0]?.arguments === '{"city":"Paris"}',
  },
  {
    name: 'a call of a tool that was not given',
    request: cities,
    spoken: { calls: [{ name: 'list_files', arguments: {} }], end: 'calls' },
    expected: 'unusable/unknown_tool',
  },
  {
    name: 'a tool whose name the vendor does not take',
    request: requestWith({ tools: [toolNamed('weather of städte'), toolNamed('weather_of_st_dte')] }),
    spoken: { calls: [{ name: 'weather_of_st_dte_2', arguments: { city: 'Paris' } }], end: 'calls' },
    expected: 'completed/toolCalls',
    holds: ({ toolCalls }) => toolCalls[0]?.name === 'weather of städte',
  },
  {
    name: 'several calls wrapped in one of a tool called parallel',
    request: cities,
    spoken: {
      calls: [
        {
          name: 'multi_tool_use.parallel',
          arguments: {
            tool_uses: [
              { recipient_name: 'functions.weather', parameters: { city: 'Paris' } },
              { recipient_name: 'functions.time', parameters: {} },
            ],
          },
        },
      ],
      end: 'calls',
    },
    sent: { messages: null, generateContent: null },
    expected: 'completed/toolCalls',
    holds: ({ toolCalls }) => toolCalls.map((call) => call.name).join() === 'weather,time',
  },
  {
    name: 'more calls than anyone runs',
    request: cities,
    spoken: { calls: Array.from({ length: 1_001 }, () => paris), end: 'calls' },
    expected: 'unusable/malformed_call',
  },
  {
    name: 'a call that the model could not finish',
    request: cities,
    sent: {
      chatCompletions: null,
      responses: null,
      messages: null,
      generateContent: {
        body: { candidates: [{ content: {}, finishReason: 'MALFORMED_FUNCTION_CALL' }], usageMetadata: {} },
      },
    },
    expected: 'unusable/malformed_call',
  },
  {
    name: 'a named tool that the request does not bring',
    request: requestWith({ tools: [toolNamed('weather')], toolChoice: { kind: 'tool', name: 'time' } }),
    expected: 'rejected/tool_choice',
  },
  {
    name: 'one call at a time',
    request: requestWith({ tools: [toolNamed('weather')], parallelToolCalls: false, messages: [turn('user', 'Hi')] }),
    expected: {
      chatCompletions: 'prepared',
      responses: 'prepared',
      messages: 'prepared',
      generateContent: 'rejected/parallel_switch',
    },
  },
]
