// What an answer says, read from each API's own shape, the simple way: for tests only.
import { at, jsonIn } from '../given.ts'
import type { Heard } from '../given.ts'
import { arrayAt, isArray, memberOf, stringAt } from '../json.ts'
import type { ApiName } from '../apis/vendor.ts'

const list = (value: unknown): readonly unknown[] => (isArray(value) ? value : [])
const typed = (value: readonly unknown[], type: string): readonly unknown[] =>
  value.filter((each) => stringAt(each, 'type') === type)
const textsOf = (parts: readonly unknown[]): string => parts.map((part) => stringAt(part, 'text') ?? '').join('')

export function textIn(answer: Heard, api: ApiName): string {
  const body = jsonIn(answer)
  switch (api) {
    case 'openai-chat':
      return stringAt(at(body, 'choices.0.message'), 'content') ?? ''
    case 'openai-responses':
      return textsOf(typed(arrayAt(body, 'output'), 'message').flatMap((message) => arrayAt(message, 'content')))
    case 'anthropic-messages':
      return textsOf(arrayAt(body, 'content'))
    case 'gemini-generate-content':
      return textsOf(list(at(body, 'candidates.0.content.parts')))
  }
}

export function callsIn(answer: Heard, api: ApiName): readonly unknown[] {
  const body = jsonIn(answer)
  switch (api) {
    case 'openai-chat':
      return list(at(body, 'choices.0.message.tool_calls'))
    case 'openai-responses':
      return typed(arrayAt(body, 'output'), 'function_call')
    case 'anthropic-messages':
      return typed(arrayAt(body, 'content'), 'tool_use')
    case 'gemini-generate-content':
      return list(at(body, 'candidates.0.content.parts')).flatMap((part) => memberOf(part, 'functionCall') ?? [])
  }
}

const argumentPaths: Readonly<Record<ApiName, string>> = {
  'openai-chat': 'function.arguments',
  'openai-responses': 'arguments',
  'anthropic-messages': 'input',
  'gemini-generate-content': 'args',
}

export const argumentsIn = (call: unknown, api: ApiName): unknown => at(call, argumentPaths[api])

export function finishIn(answer: Heard, api: ApiName): string {
  const body = jsonIn(answer)
  const refused = at(body, 'choices.0.message.refusal') ?? at(body, 'output.0.content.0.refusal')
  if (typeof refused === 'string') return 'refusal'
  const paths: Readonly<Record<ApiName, string>> = {
    'openai-chat': 'choices.0.finish_reason',
    'openai-responses': 'incomplete_details.reason',
    'anthropic-messages': 'stop_reason',
    'gemini-generate-content': 'candidates.0.finishReason',
  }
  return String(at(body, paths[api]) ?? at(body, 'status'))
}

export const usageIn = (answer: Heard, api: ApiName): unknown =>
  at(jsonIn(answer), api === 'gemini-generate-content' ? 'usageMetadata' : 'usage')
