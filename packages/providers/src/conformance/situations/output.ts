import { requestWith, toolNamed } from '../given.ts'
import type { Situation } from '../situation.ts'

const schema = {
  type: 'object',
  properties: {
    city: { type: 'string', minLength: 2 },
    population: { type: 'integer' },
    mayor: { type: 'object', properties: { name: { type: 'string' }, party: { type: 'string' } }, required: ['name'] },
  },
  required: ['city'],
}
const asked = requestWith({ outputSchema: JSON.stringify(schema) })
const withTools = requestWith({ outputSchema: JSON.stringify(schema), tools: [toolNamed('weather')] })
const list = requestWith({ outputSchema: JSON.stringify({ type: 'array', items: { type: 'string' } }) })
const map = { type: 'object', additionalProperties: { type: 'integer' } }
const paris = '{"city":"Paris","population":2102650}'

export const outputSituations: readonly Situation[] = [
  {
    name: 'output that satisfies the schema',
    request: asked,
    spoken: { text: [paris] },
    expected: 'completed/stop',
    holds: ({ output, text }) => output === paris && text === paris,
  },
  {
    name: 'output although there are tools',
    request: withTools,
    spoken: { text: [paris] },
    expected: 'completed/stop',
    holds: ({ output }) => output === paris,
  },
  {
    name: 'a tool call although there is a schema',
    request: withTools,
    spoken: { text: ['First:'], calls: [{ name: 'weather', arguments: { city: 'Paris' } }], end: 'calls' },
    expected: 'completed/toolCalls',
    holds: ({ output }) => output === null,
  },
  {
    name: 'nulls for what is absent',
    request: asked,
    spoken: { text: ['{"city":"Paris","population":null,"mayor":{"name":"Anne","party":null}}'] },
    expected: 'completed/stop',
    holds: ({ output }) => output === '{"city":"Paris","mayor":{"name":"Anne"}}',
  },
  {
    name: 'output in a code fence',
    request: asked,
    spoken: { text: [`\`\`\`json\n${paris}\n\`\`\``] },
    expected: 'completed/stop, repaired',
    holds: ({ output }) => output === paris,
  },
  {
    name: 'output with prose around it',
    request: asked,
    spoken: { text: [`Here you are: ${paris} Anything else?`] },
    expected: 'completed/stop, repaired',
    holds: ({ output }) => output === paris,
  },
  {
    name: 'output that breaks a rule which the vendor does not know',
    request: asked,
    spoken: { text: ['{"city":"P"}'] },
    expected: 'unusable/schema_mismatch',
  },
  {
    name: 'output that is no JSON',
    request: asked,
    spoken: { text: ['Paris, of course.'] },
    expected: 'unusable/schema_mismatch',
  },
  {
    name: 'output that is cut off',
    request: asked,
    spoken: { text: ['{"city":"Par'], end: 'length' },
    expected: 'truncated/length',
    holds: ({ output }) => output === null,
  },
  {
    name: 'output under a schema whose root is a list',
    request: list,
    spoken: { text: ['["Paris"]'] },
    sent: {
      chatCompletions: { body: { choices: [{ message: { content: '{"value":["Paris"]}' }, finish_reason: 'stop' }] } },
    },
    expected: 'completed/stop',
    holds: ({ output }) => output === '["Paris"]',
  },
  {
    name: 'a schema that the vendor can be bound to',
    request: asked,
    expected: 'prepared',
    prepares: (body) => /json_schema|responseJsonSchema/u.test(JSON.stringify(body)),
  },
  {
    name: 'a schema that only some vendors can be bound to',
    request: requestWith({ outputSchema: JSON.stringify(map) }),
    expected: 'prepared',
    prepares: (body, api) =>
      JSON.stringify(body).includes(
        api === 'generateContent' ? 'responseJsonSchema' : api === 'messages' ? 'tool_choice' : '"strict":false',
      ),
  },
  {
    name: 'output by a forced tool',
    request: requestWith({ outputSchema: JSON.stringify(map) }),
    spoken: { calls: [{ name: 'structured_output', arguments: { a: 1 } }], end: 'calls' },
    sent: { chatCompletions: null, responses: null, generateContent: null },
    expected: 'completed/stop',
    holds: ({ output, toolCalls }) => output === '{"a":1}' && toolCalls.length === 0,
  },
]
