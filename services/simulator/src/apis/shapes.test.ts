import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { called, jsonIn, serving } from '../given.ts'
import type { Wish } from '../given.ts'
import { isArray, isObject, stringAt } from '../json.ts'
import { recordings } from '../recorded.ts'
import type { Recording } from '../recorded.ts'
import type { ApiName } from './vendor.ts'

/** What the caller or the model made up: its inside is no shape of the API's. */
const opaque = /\.(?:input|args|arguments|tools|format|metadata|instructions|tool_choice)$/u
type Shape = Map<string, Set<string>>

const typeOf = (value: unknown): string => (value === null ? 'null' : isArray(value) ? 'array' : typeof value)

function shapeOf(value: unknown, path = '', shape: Shape = new Map()): Shape {
  shape.set(path, (shape.get(path) ?? new Set()).add(typeOf(value)))
  if (opaque.test(path)) return shape
  if (isArray(value)) for (const each of value) shapeOf(each, `${path}[]`, shape)
  if (isObject(value)) for (const name in value) shapeOf(value[name], `${path}.${name}`, shape)
  return shape
}

function merged(shapes: readonly Shape[]): Shape {
  const all: Shape = new Map()
  for (const shape of shapes)
    for (const [path, types] of shape) all.set(path, new Set([...(all.get(path) ?? []), ...types]))
  return all
}

const isTool = (recording: Recording): boolean =>
  /"functionCall"|"tool_use"|"tool_calls"|"function_call"/u.test(JSON.stringify(recording.body))
const wishes: readonly (readonly [Wish, (recording: Recording) => boolean])[] = [
  [{}, (recording) => recording.kind === 'text' && !isTool(recording)],
  [{ schema: true }, (recording) => /structured/u.test(recording.kind) && !isTool(recording)],
  [{ tools: 'forced' }, isTool],
]
const models: Readonly<Record<ApiName, readonly string[]>> = {
  'openai-chat': ['gpt-4o', 'gpt-5.4-mini', 'gpt-5-mini'],
  'openai-responses': ['gpt-4o', 'gpt-5.6-sol'],
  'anthropic-messages': ['claude-haiku-4-5', 'claude-haiku-5-5'],
  'gemini-generate-content': ['gemini-2.5-flash-lite', 'gemini-3-flash-preview'],
}

const recorded = recordings()
const options = recorded === null ? { skip: 'no recordings beside the repository' } : {}
const ofApi = (api: ApiName): readonly Recording[] =>
  (recorded ?? []).filter((each) => each.api === api && each.status === 200)

for (const api of ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate-content'] as const) {
  test(`${api}: nothing is said that the real API never said, and in no other type`, options, async (context) => {
    const simulator = await serving(context, { cachedShare: 1 })
    const real = merged(ofApi(api).map((recording) => shapeOf(recording.body)))
    for (const [wish] of wishes)
      for (const model of models[api])
        for (const text of ['Where?', 'Where to? '.repeat(700)]) {
          const answer = await called(simulator, api, { ...wish, model, text })
          for (const [path, types] of shapeOf(jsonIn(answer)))
            for (const type of types)
              ok(real.get(path)?.has(type) === true, `${path} is ${type} in ${answer.body.toString()}`)
        }
  })

  test(`${api}: what the real API always says is said`, options, async (context) => {
    const simulator = await serving(context, { cachedShare: 1 })
    for (const [wish, isOfKind] of wishes) {
      const shapes = ofApi(api)
        .filter(isOfKind)
        .map((recording) => shapeOf(recording.body))
      const [first, ...others] = shapes
      ok(first !== undefined && others.length > 0, `there are recordings like ${JSON.stringify(wish)}`)
      const always = [...first.keys()].filter((path) => others.every((shape) => shape.has(path)))
      for (const model of models[api]) {
        const shape = shapeOf(jsonIn(await called(simulator, api, { ...wish, model })))
        deepEqual(
          always.filter((path) => !shape.has(path)),
          [],
          `${model} ${JSON.stringify(wish)}`,
        )
      }
    }
  })
}

test('a model that is not there is an error in the same words', options, async (context) => {
  const simulator = await serving(context, { cachedShare: 1 })
  const errors = (recorded ?? []).filter(
    (each) => /not.found|does not exist/iu.test(JSON.stringify(each.body)) && each.status >= 400,
  )
  ok(errors.length >= 4)
  for (const { api, status, request, body } of errors) {
    const model = stringAt(request, 'model') ?? 'gemini-3.6-flahs'
    const answer = await called(simulator, api, { model })
    deepEqual([answer.status, withoutId(jsonIn(answer))], [status, withoutId(body)])
  }
})

const withoutId = (body: unknown): unknown =>
  isObject(body) && 'request_id' in body ? { ...body, request_id: '' } : body
