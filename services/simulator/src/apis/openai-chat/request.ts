import type { JsonObject } from '../../json.ts'
import { arrayAt, isObject, memberOf, numberAt, objectAt, stringAt, stringsAt } from '../../json.ts'
import { charactersIn, tokensOf } from '../../content/tokens.ts'
import type { Model } from '../../prices.ts'
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
    if (!roles.has(role))
      return invalid(
        `Invalid value: '${role}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.`,
        `messages[${index}].role`,
        'invalid_value',
      )
    if (role !== 'tool' && open.size > 0) return unanswered(open)
    const id = stringAt(message, 'tool_call_id')
    if (role === 'tool' && id === null) return missing(`messages[${index}].tool_call_id`)
    if (role === 'tool' && !open.delete(id ?? ''))
      return invalid(
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
        `messages.[${index}].role`,
      )
    for (const call of arrayAt(message, 'tool_calls')) open.add(stringAt(call, 'id') ?? '')
  }
  return open.size > 0 ? unanswered(open) : null
}

function unanswered(ids: ReadonlySet<string>): Problem {
  const message =
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'."
  return invalid(
    `${message} The following tool_call_ids did not have response messages: ${[...ids].join(', ')}`,
    'messages',
  )
}

function settingsProblem(request: JsonObject, model: Model, effort: Effort | null): Problem | null {
  const unsupported = (name: string, more = ''): Problem =>
    invalid(`Unsupported parameter: '${name}' is not supported with this model.${more}`, name, 'unsupported_parameter')
  if (model.reasons !== 'never' && numberAt(request, 'max_tokens') !== null)
    return unsupported('max_tokens', " Use 'max_completion_tokens' instead.")
  if (model.reasons === 'always' && (request['stop'] ?? null) !== null) return unsupported('stop')
  if (arrayAt(request, 'stop').length > 4)
    return invalid(
      `Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length ${arrayAt(request, 'stop').length} instead.`,
      'stop',
      'array_above_max_length',
    )
  return firstProblem(
    () => temperatureProblem(request),
    () => samplingProblem(request, model, effort),
    () => limitProblem(request, 'max_tokens', model),
    () => limitProblem(request, 'max_completion_tokens', model),
  )
}

function toolsProblem(request: JsonObject): Problem | null {
  const tools = arrayAt(request, 'tools')
  const choice = memberOf(request, 'tool_choice')
  if (tools.length === 0 && choice !== undefined && choice !== null && choice !== 'none')
    return invalid(
      "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
      'tool_choice',
    )
  if (tools.length > maxTools)
    return invalid(
      `Invalid 'tools': array too long. Expected an array with maximum length ${maxTools}, but got an array with length ${tools.length} instead.`,
      'tools',
      'array_above_max_length',
    )
  for (const [index, tool] of tools.entries()) {
    const described = objectAt(tool, 'function')
    const param = `tools[${index}].function`
    const name = stringAt(described, 'name')
    const found =
      nameProblem(name, `${param}.name`) ??
      parametersProblem(
        name ?? '',
        memberOf(described, 'parameters'),
        memberOf(described, 'strict') === true,
        `${param}.parameters`,
      )
    if (found !== null) return found
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
