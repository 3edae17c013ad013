import type { Answer } from '@waybill/schemas/generated/answer'
import { arrayAt, isObject, memberOf, numberAt, objectAt, parseJson, stringAt } from '@waybill/providers/json'
import type { Recording } from './recording.ts'
import { requestOf } from './recorded-request.ts'
import type { Replayed } from './replay.ts'

/** Where our reading and the recording's own meaning disagree. Read here without any of our code but guards. */
export function faultsIn(replayed: Replayed): readonly string[] {
  const { recording, answer, outcome, thrown } = replayed
  if (thrown !== null) return [`threw ${thrown}`]
  if (outcome === 'unclassified' || outcome.startsWith('rejected')) return [outcome]
  if (recording.status !== 200)
    return outcome.startsWith('failure/') ? [] : [`status ${recording.status} is ${outcome}`]
  return answer === null
    ? withoutAnswer(recording, outcome)
    : [...inAnswer(replayed, answer), ...inUsage(recording, answer)]
}

/** What may be without an answer: what the vendor itself says went wrong, is not done, or is empty. */
function withoutAnswer(recording: Recording, outcome: string): readonly string[] {
  const names = callNames(recording)
  const offered = new Set(requestOf(recording).tools.map((tool) => tool.name))
  const reason = stringAt(arrayAt(recording.body, 'candidates')[0], 'finishReason') ?? ''
  const excuses: Readonly<Record<string, boolean>> = {
    'ambiguous/incomplete_answer': ['queued', 'in_progress'].includes(stringAt(recording.body, 'status') ?? ''),
    'unusable/malformed_call': /MALFORMED|UNEXPECTED/u.test(reason),
    'unusable/empty_answer': textIn(recording) === '' && names.length === 0,
    'unusable/unknown_tool': names.some((name) => !offered.has(name)),
    // The recorded client turned the call down for the same reason.
    'unusable/tool_args_invalid': names.length > 0,
  }
  return excuses[outcome] === true ? [] : [`no answer: ${outcome}`]
}

function inAnswer(replayed: Replayed, answer: Answer): readonly string[] {
  const { recording, called } = replayed
  const isRefusal = recording.kinds.includes('refusal')
  const isTruncation = recording.kinds.includes('truncation')
  const ids = answer.toolCalls.map((call) => call.id)
  const rules: readonly [fault: string, holds: boolean][] = [
    ['text differs from the SDK', (answer.text ?? '') === (called?.sdkText ?? '') || hasCommentary(recording)],
    ['another number of tool calls', ids.length === callNames(recording).length],
    ['arguments are no object', answer.toolCalls.every((call) => isObject(parseJson(call.arguments)))],
    ['ids are not unique', new Set(ids).size === ids.length],
    [`a refusal is ${answer.status}`, isRefusal === (answer.status === 'refused')],
    [`a truncation is ${answer.status}`, isTruncation === (answer.status === 'truncated')],
    ['an unknown finish', answer.finishReason !== 'other' || recording.isSuspect],
  ]
  return rules.filter(([, holds]) => !holds).map(([fault]) => fault)
}

/** The SDK gives what was said on the way as text too. */
const hasCommentary = ({ body }: Recording): boolean =>
  arrayAt(body, 'output').some((item) => stringAt(item, 'phase') === 'commentary')

/** Each vendor's own total must be what our parts add up to. */
function inUsage(recording: Recording, answer: Answer): readonly string[] {
  const { usage } = answer
  const [input, output] = [usage.inputTokens ?? 0, usage.outputTokens ?? 0]
  const isAbove = (usage.cachedInputTokens ?? 0) > input || (usage.reasoningTokens ?? 0) > output
  const total = totalIn(recording)
  const differs = total !== null && input + output !== total
  return [...(differs ? ['usage differs from the total'] : []), ...(isAbove ? ['a part is above its total'] : [])]
}

function totalIn(recording: Recording): number | null {
  const usage = objectAt(recording.body, 'usage')
  if (recording.api.startsWith('gemini')) return numberAt(memberOf(recording.body, 'usageMetadata'), 'totalTokenCount')
  if (recording.api.startsWith('openai')) return numberAt(usage, 'total_tokens')
  const names = ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens', 'output_tokens']
  return names.reduce((sum, name) => sum + (numberAt(usage, name) ?? 0), 0)
}

function textIn({ body }: Recording): string {
  const parts = [
    ...arrayAt(body, 'content'),
    ...arrayAt(memberOf(arrayAt(body, 'candidates')[0], 'content'), 'parts'),
    ...arrayAt(body, 'output').flatMap((item) => arrayAt(item, 'content')),
    { text: stringAt(memberOf(arrayAt(body, 'choices')[0], 'message'), 'content') ?? '' },
  ]
  return parts.map((part) => stringAt(part, 'text') ?? '').join('')
}

function callNames({ body }: Recording): readonly string[] {
  const message = memberOf(arrayAt(body, 'choices')[0], 'message')
  const parts = arrayAt(memberOf(arrayAt(body, 'candidates')[0], 'content'), 'parts')
  const items = [...arrayAt(body, 'content'), ...arrayAt(body, 'output')]
  return [
    ...arrayAt(message, 'tool_calls').map((call) => memberOf(call, 'function')),
    ...items.filter((item) => ['tool_use', 'function_call'].includes(stringAt(item, 'type') ?? '')),
    ...parts.flatMap((part) => objectAt(part, 'functionCall') ?? []),
  ].map((call) => stringAt(call, 'name') ?? '')
}
