// Answers, changed: what several faults do to what a model said.
import type { Answer, Call, Usage } from '../content/answer.ts'
import { textOf } from '../content/answer.ts'
import type { JsonObject } from '../json.ts'
import { isArray, isObject, objectAt, parseJson } from '../json.ts'
import type { AnswerContext } from './fault.ts'

/** The answer with calls in it: those it has, or one of a tool that was offered, or of one that was not. */
export function calling(answer: Answer, { ask }: AnswerContext): Answer {
  if (answer.calls.length > 0) return answer
  const name = ask.tools[0]?.name ?? 'lookup'
  return { ...answer, texts: [], calls: [{ name, arguments: { query: 'value' } }], finish: { kind: 'toolCalls' } }
}

export const eachCall =
  (change: (call: Call, index: number) => Call) =>
  (answer: Answer, context: AnswerContext): Answer => {
    const called = calling(answer, context)
    return { ...called, calls: called.calls.map(change) }
  }

/** The JSON that the answer is, or one that says the same. */
export function jsonOf(answer: Answer): string {
  const text = textOf(answer)
  return isObject(parseJson(text)) ? text : JSON.stringify({ result: text })
}

export const saying = (answer: Answer, ...texts: readonly string[]): Answer => ({
  ...answer,
  texts,
  calls: [],
  finish: { kind: 'stop' },
})

/** The value with every string in it replaced. */
export function withStrings(value: unknown, text: string): unknown {
  if (typeof value === 'string') return text
  if (isArray(value)) return value.map((each) => withStrings(each, text))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withStrings(each, text)]))
}

/** The value with a null for each property that its schema has and it has not. */
export function withNulls(value: unknown, schema: unknown): unknown {
  if (!isObject(value)) return value
  const result: Record<string, unknown> = { ...value }
  const properties: JsonObject = objectAt(schema, 'properties') ?? {}
  for (const name in properties)
    result[name] = Object.hasOwn(value, name) ? withNulls(value[name], properties[name]) : null
  return result
}

export const tokenless = (answer: Answer, reasoning: number = answer.usage.reasoning): Usage => ({
  ...answer.usage,
  output: 0,
  reasoning,
})
