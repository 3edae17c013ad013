// What both of OpenAI's APIs ask of a request, and their words for what is wrong with it.
import type { IncomingHttpHeaders } from 'node:http'
import type { JsonObject } from '../../json.ts'
import { isObject, memberOf, numberAt, stringAt } from '../../json.ts'
import type { Model } from '../../prices.ts'
import type { Effort, Format, Problem } from '../vendor.ts'
import { strictProblem } from './strict.ts'

export function bearerOf(headers: IncomingHttpHeaders): string | null {
  const [scheme, key = ''] = (headers.authorization ?? '').split(' ')
  return scheme?.toLowerCase() === 'bearer' && key !== '' ? key : null
}

export const invalid = (message: string, param: string | null, code: string | null = null): Problem => ({
  wrong: 'invalidRequest',
  message,
  param,
  code,
})

export const missing = (param: string): Problem =>
  invalid(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter')

export function modelOf(request: JsonObject): string | Problem {
  const model = stringAt(request, 'model')
  return model === null || model === '' ? invalid('you must provide a model parameter', null) : model
}

const namePattern = /^[a-zA-Z0-9_-]{1,64}$/u

export function nameProblem(name: string | null, param: string): Problem | null {
  if (name === null) return missing(param)
  if (namePattern.test(name)) return null
  const what =
    name.length > 64
      ? `string too long. Expected a string with maximum length 64, but got a string with length ${name.length} instead.`
      : `string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`
  return invalid(`Invalid '${param}': ${what}`, param, name.length > 64 ? 'string_above_max_length' : 'invalid_value')
}

const samplings = ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'logprobs', 'top_logprobs'] as const
const neutral: readonly unknown[] = [undefined, null, 1, 0, false]

/** Sampling is refused by models while they reason. */
export function samplingProblem(request: JsonObject, model: Model, effort: Effort | null): Problem | null {
  const silent = model.reasons === 'never' || effort === 'none' || (model.reasons === 'asked' && effort === null)
  const name = silent ? undefined : samplings.find((each) => !neutral.includes(memberOf(request, each)))
  if (name === undefined) return null
  return invalid(`Unsupported parameter: '${name}' is not supported with this model.`, name, 'unsupported_parameter')
}

export function temperatureProblem(request: JsonObject): Problem | null {
  const given = numberAt(request, 'temperature')
  if (given === null || (given >= 0 && given <= 2)) return null
  const [side, code] =
    given < 0
      ? ['below minimum value. Expected a value >= 0', 'below_min']
      : ['above maximum value. Expected a value <= 2', 'above_max']
  return invalid(
    `Invalid 'temperature': decimal ${side}, but got ${given} instead.`,
    'temperature',
    `decimal_${code}_value`,
  )
}

export function limitProblem(request: JsonObject, name: string, model: Model): Problem | null {
  const given = numberAt(request, name)
  if (given === null || (given >= 1 && given <= model.maxOutputTokens)) return null
  if (given < 1)
    return invalid(
      `Invalid '${name}': integer below minimum value. Expected a value >= 1, but got ${given} instead.`,
      name,
      'integer_below_min_value',
    )
  const most = `This model supports at most ${model.maxOutputTokens} completion tokens, whereas you provided ${given}.`
  return invalid(`${name} is too large: ${given}. ${most}`, name, 'invalid_value')
}

const efforts = new Map<unknown, Effort>([
  ['none', 'none'],
  ['minimal', 'minimal'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['xhigh', 'high'],
  ['max', 'high'],
])

export function effortIn(given: unknown, param: string, model: Model): Effort | Problem | null {
  if (given === undefined || given === null) return null
  if (model.reasons === 'never')
    return invalid(
      `Unsupported parameter: '${param}' is not supported with this model.`,
      param,
      'unsupported_parameter',
    )
  const words = [...efforts.keys()].map((each) => `'${String(each)}'`).join(', ')
  if (given === 'none' && model.reasons === 'always')
    return invalid(
      `Unsupported value: 'none' is not supported with this model. Supported values are: 'low', 'medium', and 'high'.`,
      param,
      'unsupported_value',
    )
  return (
    efforts.get(given) ??
    invalid(`Invalid value: ${JSON.stringify(given)}. Supported values are: ${words}.`, param, 'invalid_value')
  )
}

/** `described` holds name, schema and strict: nested in chat completions, flat in responses. */
export function formatIn(type: string | null, described: JsonObject, param: string): Format | Problem {
  if (type === 'json_object') return { kind: 'json' }
  if (type !== 'json_schema') return { kind: 'text' }
  const name = stringAt(described, 'name')
  const badName = nameProblem(name, `${param}.name`)
  if (badName !== null) return badName
  const schema = memberOf(described, 'schema')
  if (!isObject(schema)) return missing(`${param}.schema`)
  const broken = memberOf(described, 'strict') === true ? strictProblem(schema) : null
  return broken === null
    ? { kind: 'schema', schema }
    : invalid(`Invalid schema for response_format '${name}': ${broken}`, param)
}

export function parametersProblem(name: string, parameters: unknown, strict: boolean, param: string): Problem | null {
  if (parameters === undefined || parameters === null) return null
  const broken = strict ? strictProblem(parameters) : looseProblem(parameters)
  if (broken === null) return null
  return invalid(`Invalid schema for function '${name}': ${broken}`, param, 'invalid_function_parameters')
}

function looseProblem(schema: unknown): string | null {
  const type = stringAt(schema, 'type')
  if (type === 'object') return null
  return `schema must be a JSON Schema of 'type: "object"', got 'type: ${JSON.stringify(type ?? 'None')}'.`
}
