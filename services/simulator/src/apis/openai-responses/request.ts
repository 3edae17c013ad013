import type { JsonObject } from '../../json.ts'
import { arrayAt, isArray, isObject, memberOf, numberAt, objectAt, stringAt } from '../../json.ts'
import { charactersIn, tokensOf } from '../../content/tokens.ts'
import { isSealed } from '../../content/seal.ts'
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
import type { Ask, Problem, Tool } from '../vendor.ts'
import { firstProblem, isProblem } from '../vendor.ts'

const known = new Set(
  `access_programs background context_management conversation image include input instructions max_output_tokens
  max_tool_calls metadata model moderation parallel_tool_calls previous_response_id prompt prompt_cache_key
  prompt_cache_options prompt_cache_retention reasoning safety_identifier service_tier store stream stream_options
  temperature text tool_choice tools top_logprobs top_p truncation user`
    .trim()
    .split(/\s+/u),
)

export function read(request: JsonObject, model: Model): Ask | Problem {
  const effort = effortIn(memberOf(objectAt(request, 'reasoning'), 'effort'), 'reasoning.effort', model)
  if (isProblem(effort)) return effort
  const described = objectAt(objectAt(request, 'text'), 'format') ?? {}
  const format = formatIn(stringAt(described, 'type'), described, 'text.format')
  if (isProblem(format)) return format
  const found = firstProblem(
    () => shapeProblem(request),
    () => inputProblem(arrayAt(request, 'input')),
    () => temperatureProblem(request),
    () => samplingProblem(request, model, effort),
    () => limitProblem(request, 'max_output_tokens', model),
    () => toolsProblem(request),
  )
  if (found !== null) return found
  const tools = arrayAt(request, 'tools').filter(isFunction).map(toolOf)
  return {
    tools,
    choice: choiceOf(request, tools),
    parallel: memberOf(request, 'parallel_tool_calls') !== false,
    format,
    maxTokens: numberAt(request, 'max_output_tokens'),
    stop: [],
    afterToolResult: stringAt(arrayAt(request, 'input').at(-1), 'type') === 'function_call_output',
    effort,
    serviceTier: serviceTierIn(stringAt(request, 'service_tier')),
    inputTokens: tokensOf(charactersIn(request['input'], request['instructions'], request['tools'], described)),
    cacheMarked: false,
  }
}

function shapeProblem(request: JsonObject): Problem | null {
  const unknown = Object.keys(request).find((name) => !known.has(name))
  if (unknown !== undefined) return invalid(`Unknown parameter: '${unknown}'.`, unknown, 'unknown_parameter')
  if (request['stream'] === true)
    return invalid("Unsupported value: 'stream' is not simulated.", 'stream', 'unsupported_value')
  const { input } = request
  if (typeof input === 'string' || (isArray(input) && input.length > 0)) return null
  if (input === undefined) return missing('input')
  return invalid("Invalid type for 'input': expected one of a string or a non-empty array.", 'input', 'invalid_type')
}

/** Every call is followed by its output, every output follows its call, and reasoning stands before what it led to. */
function inputProblem(input: readonly unknown[]): Problem | null {
  const open = new Set<string>()
  for (const [index, item] of input.entries()) {
    const reasoning = stringAt(item, 'type') === 'reasoning' ? reasoningProblem(item, input[index + 1]) : null
    if (reasoning !== null) return reasoning
    const id = stringAt(item, 'call_id') ?? ''
    const type = stringAt(item, 'type')
    if (type === 'function_call') open.add(id)
    if (type === 'function_call_output' && !open.delete(id))
      return invalid(`No tool call found for function call output with call_id ${id}.`, 'input')
  }
  const [left] = open
  return left === undefined ? null : invalid(`No tool output found for function call ${left}.`, 'input')
}

const ledTo = new Set(['function_call', 'reasoning', 'message'])

function reasoningProblem(item: unknown, next: unknown): Problem | null {
  const id = stringAt(item, 'id')
  const sealedText = memberOf(item, 'encrypted_content')
  if (sealedText === undefined || sealedText === null) {
    const kept = 'Items are not persisted when `store` is set to false.'
    return invalid(`Item with id '${id}' not found. ${kept}`, 'input')
  }
  if (!isSealed(sealedText))
    return invalid(`The encrypted content for item ${id} could not be verified.`, 'input', 'invalid_encrypted_content')
  const isFollowed = ledTo.has(stringAt(next, 'type') ?? '') || stringAt(next, 'role') === 'assistant'
  if (isFollowed) return null
  return invalid(`Item '${id}' of type 'reasoning' was provided without its required following item.`, 'input')
}

const isFunction = (tool: unknown): boolean => stringAt(tool, 'type') === 'function'

function toolsProblem(request: JsonObject): Problem | null {
  const tools = arrayAt(request, 'tools')
  for (const [index, tool] of tools.entries()) {
    const type = stringAt(tool, 'type')
    if (type === null) return missing(`tools[${index}].type`)
    if (type !== 'function') continue
    const name = stringAt(tool, 'name')
    // A tool that does not say `strict` is strict.
    const strict = memberOf(tool, 'strict') !== false
    const found =
      nameProblem(name, `tools[${index}].name`) ??
      parametersProblem(name ?? '', memberOf(tool, 'parameters'), strict, `tools[${index}].parameters`)
    if (found !== null) return found
  }
  const choice = memberOf(request, 'tool_choice')
  const forced = stringAt(choice, 'type') === 'function' ? stringAt(choice, 'name') : null
  if (forced === null || tools.some((tool) => stringAt(tool, 'name') === forced)) return null
  return invalid(`Tool choice '${forced}' not found in 'tools' parameter.`, 'tool_choice')
}

const toolOf = (tool: unknown): Tool => ({
  name: stringAt(tool, 'name') ?? '',
  schema: memberOf(tool, 'parameters') ?? { type: 'object' },
})

function choiceOf(request: JsonObject, tools: readonly Tool[]): Ask['choice'] {
  const choice = memberOf(request, 'tool_choice')
  if (choice === 'required' || choice === 'none') return choice
  const type = stringAt(choice, 'type')
  const name = stringAt(choice, 'name')
  if (type === 'function' && name !== null) return { name }
  const required = isObject(choice) && type === 'allowed_tools' && choice['mode'] === 'required'
  return required ? 'required' : tools.length === 0 ? 'none' : 'auto'
}
