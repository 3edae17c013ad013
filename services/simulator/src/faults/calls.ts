// Faults of tool calls, and of what an answer says it used.
import type { Answer, Call, Usage } from '../content/answer.ts'
import { parseJson } from '../json.ts'
import type { ApiName } from '../apis/vendor.ts'
import type { AnswerContext, Fault, Parameters } from './fault.ts'
import { everywhere } from './fault.ts'
import { calling, eachCall, jsonOf, saying, withNulls } from './rewriting.ts'

type Change = (answer: Answer, context: AnswerContext) => Answer

const called = (
  name: string,
  about: string,
  change: Change,
  parameters: Parameters = {},
  apis: readonly ApiName[] = everywhere,
): Fault => ({ name, about, apis, parameters, billed: true, effect: { on: 'answer', change } })

const openai: readonly ApiName[] = ['openai-chat', 'openai-responses']
const gemini: readonly ApiName[] = ['gemini-generate-content']

function wrapped(answer: Answer, context: AnswerContext): Answer {
  const uses = calling(answer, context).calls.map((call) => ({
    recipient_name: `functions.${call.name}`,
    parameters: call.arguments,
  }))
  const wrapper: Call = { name: 'multi_tool_use.parallel', arguments: { tool_uses: uses } }
  return { ...answer, texts: [], calls: [wrapper], finish: { kind: 'toolCalls' } }
}

function many(answer: Answer, context: AnswerContext): Answer {
  const [first] = calling(answer, context).calls
  const count = Number(context.parameters['count'])
  const calls = first === undefined ? [] : Array.from({ length: count }, (): Call => first)
  return { ...answer, texts: [], calls, finish: { kind: 'toolCalls' } }
}

function nulls(answer: Answer, { ask }: AnswerContext): Answer {
  const schemas = new Map(ask.tools.map((tool) => [tool.name, tool.schema]))
  const calls = answer.calls.map((call) => ({ ...call, arguments: withNulls(call.arguments, schemas.get(call.name)) }))
  if (calls.length > 0 || ask.format.kind !== 'schema') return { ...answer, calls }
  return saying(answer, JSON.stringify(withNulls(parseJson(jsonOf(answer)), ask.format.schema)))
}

function unexpected(answer: Answer, context: AnswerContext): Answer {
  return { ...calling(answer, context), finish: { kind: 'word', word: 'UNEXPECTED_TOOL_CALL' } }
}

const shared: Change = (answer, context) => {
  const [first] = calling(answer, context).calls
  const calls =
    first === undefined ? [] : [first, first].map((call) => ({ ...call, id: 'call_0000000000000000000000same' }))
  return { ...answer, texts: [], calls, finish: { kind: 'toolCalls' } }
}

const polluting: unknown = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}')

const using =
  (change: (usage: Usage) => Usage | null): Change =>
  (answer) => ({ ...answer, saidUsage: change(answer.usage) })

const none: Usage = { uncachedInput: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 }

export const callFaults: readonly Fault[] = [
  called(
    'invalid-arguments',
    'arguments that are no JSON, or a string where an object belongs',
    eachCall((call) => ({ ...call, raw: '{"query": "val' })),
  ),
  called(
    'empty-arguments',
    "arguments `''`; for Gemini none at all",
    eachCall((call) => ({ ...call, raw: '' })),
  ),
  called(
    'wrong-arguments',
    'arguments that the schema forbids',
    eachCall((call) => ({ ...call, arguments: { unexpected: [true] } })),
  ),
  called(
    'missing-tool-id',
    'a call without an id',
    eachCall((call) => ({ ...call, id: null })),
  ),
  called('same-tool-ids', 'two calls with one id', shared),
  called(
    'unknown-tool',
    'a call of a tool that was not offered',
    eachCall((call) => ({ ...call, name: 'undeclared_tool' })),
  ),
  called('unexpected-tool-call', '`UNEXPECTED_TOOL_CALL`, with the call', unexpected, {}, gemini),
  called('parallel-wrapper', 'the calls inside one of `multi_tool_use.parallel`', wrapped, {}, openai),
  called('many-tool-calls', '`count` calls at once', many, { count: '10000' }),
  called(
    'proto-keys',
    'arguments named `__proto__` and `constructor`',
    eachCall((call) => ({ ...call, arguments: polluting })),
  ),
  called('text-with-tools', 'text before the calls', (answer, context) => ({
    ...calling(answer, context),
    texts: ['Let me look that up.'],
  })),
  called('invented-nulls', 'null for every property that was left out', nulls),
  called(
    'usage-missing',
    'no usage',
    using(() => null),
  ),
  called(
    'usage-zero',
    'usage of nothing',
    using(() => none),
  ),
  called(
    'usage-negative',
    'negative counts',
    using((usage) => ({ ...usage, uncachedInput: -50, output: -7 })),
  ),
  called(
    'usage-huge',
    'counts beyond what an integer of JavaScript holds',
    using((usage) => ({ ...usage, uncachedInput: 1e18, output: 9e15 })),
  ),
  called(
    'usage-fraction',
    'counts that are no whole numbers',
    using((usage) => ({ ...usage, output: 12.5 })),
  ),
  called(
    'usage-parts',
    'parts that are more than their totals',
    using((usage) => ({ ...usage, uncachedInput: -900, cachedInput: 1_000, output: -90, reasoning: 100 })),
  ),
]
