import type { JsonObject } from '../../json.ts'
import { arrayAt, isObject, memberOf, numberAt, objectAt, stringAt, stringsAt } from '../../json.ts'
import { charactersIn, tokensOf } from '../../content/tokens.ts'
import type { Model } from '../../prices.ts'
import { serviceTierIn } from '../../prices.ts'
import {
  effortIn,
  formatIn,
  invalid,
  limitProblem,
  missing,
  nameProblem,
  parametersProblem,
  samplingProblem,
  temperatureProblem,
} from '../openai/request.ts'
import type { Ask, Effort, Problem, Tool } from '../vendor.ts'
import { firstProblem, isProblem } from '../vendor.ts'

const known = new Set(
  `messages model audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens
  metadata modalities moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options
  prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store stream
  stream_options temperature tool_choice tools top_logprobs top_p user verbosity web_search_options`
    .trim()
    .split(/\s+/u),
)
const roles = new Set(['developer', 'system', 'user', 'assistant', 'tool', 'function'])
const maxTools = 128
const maxStops = 4

function tooLong(name: string, most: number, length: number): Problem {
  const lengths = `Expected an array with maximum length ${most}, but got an array with length ${length} instead.`
  return invalid(`Invalid '${name}': array too long. ${lengths}`, name, 'array_above_max_length')
}

export function read(request: JsonObject, model: Model): Ask | Problem {
  const effort = effortIn(memberOf(request, 'reasoning_effort'), 'reasoning_effort', model)
  if (isProblem(effort)) return effort
  const format = formatOf(request)
  if (isProblem(format)) return format
  const found = firstProblem(
    () => shapeProblem(request),
    () => messagesProblem(arrayAt(request, 'messages')),
    () => settingsProblem(request, model, effort),
    () => toolsProblem(request),
  )
  if (found !== null) return found
  const messages = arrayAt(request, 'messages')
  const tools = arrayAt(request, 'tools').map(toolOf)
  return {
    tools,
    choice: choiceOf(request, tools),
    parallel: memberOf(request, 'parallel_tool_calls') !== false,
    format,
    maxTokens: numberAt(request, 'max_completion_tokens') ?? numberAt(request, 'max_tokens'),
    stop: typeof request['stop'] === 'string' ? [request['stop']] : stringsAt(request, 'stop'),
    afterToolResult: stringAt(messages.at(-1), 'role') === 'tool',
    effort,
    serviceTier: serviceTierIn(stringAt(request, 'service_tier')),
    inputTokens: tokensOf(charactersIn(messages, request['tools'], request['response_format'])),
    cacheMarked: false,
  }
}

function formatOf(request: JsonObject): Ask['format'] | Problem {
  const asked = objectAt(request, 'response_format')
  const described = objectAt(asked, 'json_schema') ?? {}
  const format = formatIn(stringAt(asked, 'type'), described, 'response_format.json_schema')
  const saysJson = isProblem(format) || format.kind !== 'json' || /json/iu.test(JSON.stringify(request['messages']))
  if (saysJson) return format
  return invalid(
    "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
    'messages',
  )
}

function shapeProblem(request: JsonObject): Problem | null {
  const unknown = Object.keys(request).find((name) => !known.has(name))
  if (unknown !== undefined) return invalid(`Unrecognized request argument supplied: ${unknown}`, null)
  if (request['stream'] === true)
    return invalid("Unsupported value: 'stream' is not simulated.", 'stream', 'unsupported_value')
  if (!Array.isArray(request['messages'])) return missing('messages')
  if (request['messages'].length > 0) return null
  return invalid(
    "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
    'messages',
    'empty_array',
  )
}

function messagesProblem(messages: readonly unknown[]): Problem | null {
  const open = new Set<string>()
  for (const [index, message] of messages.entries()) {
    const role = stringAt(message, 'role') ?? ''
    if (!roles.has(role)) return roleProblem(role, `messages[${index}].role`)
    const found = role === 'tool' ? resultProblem(message, index, open) : open.size > 0 ? unanswered(open) : null
    if (found !== null) return found
    for (const call of arrayAt(message, 'tool_calls')) open.add(stringAt(call, 'id') ?? '')
  }
  return open.size > 0 ? unanswered(open) : null
}

function roleProblem(role: string, param: string): Problem {
  const words = "'system', 'assistant', 'user', 'function', 'tool', and 'developer'"
  return invalid(`Invalid value: '${role}'. Supported values are: ${words}.`, param, 'invalid_value')
}

function resultProblem(message: unknown, index: number, open: Set<string>): Problem | null {
  const id = stringAt(message, 'tool_call_id')
  if (id === null) return missing(`messages[${index}].tool_call_id`)
  if (open.delete(id)) return null
  const said = "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
  return invalid(`Invalid parameter: ${said}`, `messages.[${index}].role`)
}

function unanswered(ids: ReadonlySet<string>): Problem {
  const message =
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'."
  return invalid(
    `${message} The following tool_call_ids did not have response messages: ${[...ids].join(', ')}`,
    'messages',
  )
}

const unsupported = (name: string, more = ''): Problem =>
  invalid(`Unsupported parameter: '${name}' is not supported with this model.${more}`, name, 'unsupported_parameter')

function settingsProblem(request: JsonObject, model: Model, effort: Effort | null): Problem | null {
  if (model.reasons !== 'never' && numberAt(request, 'max_tokens') !== null)
    return unsupported('max_tokens', " Use 'max_completion_tokens' instead.")
  if (model.reasons === 'always' && (request['stop'] ?? null) !== null) return unsupported('stop')
  const stops = arrayAt(request, 'stop').length
  if (stops > maxStops) return tooLong('stop', maxStops, stops)
  return firstProblem(
    () => temperatureProblem(request),
    () => samplingProblem(request, model, effort),
    () => limitProblem(request, 'max_tokens', model),
    () => limitProblem(request, 'max_completion_tokens', model),
  )
}

function toolsProblem(request: JsonObject): Problem | null {
  const tools = arrayAt(request, 'tools')
  if (tools.length > maxTools) return tooLong('tools', maxTools, tools.length)
  for (const [index, tool] of tools.entries()) {
    const found = toolProblem(objectAt(tool, 'function') ?? {}, `tools[${index}].function`)
    if (found !== null) return found
  }
  return choiceProblem(memberOf(request, 'tool_choice') ?? null, tools)
}

function toolProblem(described: JsonObject, param: string): Problem | null {
  const name = stringAt(described, 'name')
  const strict = described['strict'] === true
  return (
    nameProblem(name, `${param}.name`) ??
    parametersProblem(name ?? '', described['parameters'], strict, `${param}.parameters`)
  )
}

function choiceProblem(choice: unknown, tools: readonly unknown[]): Problem | null {
  if (tools.length === 0 && choice !== null && choice !== 'none') {
    const message = "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified."
    return invalid(message, 'tool_choice')
  }
  const forced = stringAt(objectAt(choice, 'function'), 'name')
  if (forced === null || tools.some((tool) => stringAt(objectAt(tool, 'function'), 'name') === forced)) return null
  return invalid(`Tool choice '${forced}' not found in 'tools' parameter.`, 'tool_choice')
}

function toolOf(tool: unknown): Tool {
  const described = objectAt(tool, 'function')
  return { name: stringAt(described, 'name') ?? '', schema: memberOf(described, 'parameters') ?? { type: 'object' } }
}

function choiceOf(request: JsonObject, tools: readonly Tool[]): Ask['choice'] {
  const choice = memberOf(request, 'tool_choice')
  if (choice === 'required' || choice === 'none') return choice
  const name = stringAt(objectAt(choice, 'function'), 'name')
  if (name !== null) return { name }
  const required = isObject(choice) && stringAt(objectAt(choice, 'allowed_tools'), 'mode') === 'required'
  return required ? 'required' : tools.length === 0 ? 'none' : 'auto'
}
