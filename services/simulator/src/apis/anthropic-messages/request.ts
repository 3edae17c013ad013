import type { IncomingHttpHeaders } from 'node:http'
import type { JsonObject } from '../../json.ts'
import { arrayAt, isArray, isObject, memberOf, numberAt, objectAt, stringAt, stringsAt } from '../../json.ts'
import { charactersIn, tokensOf } from '../../content/tokens.ts'
import type { Model } from '../../prices.ts'
import type { Ask, Effort, Format, Problem, Tool } from '../vendor.ts'
import { firstProblem, invalid, isProblem } from '../vendor.ts'
import { conversationProblem, endsWithToolResult } from './conversation.ts'
import { grammarProblem } from './schema.ts'

const known = new Set(
  `max_tokens messages model cache_control container context_management diagnostics inference_geo mcp_servers metadata
  output_config service_tier speed stop_sequences stream system temperature thinking tool_choice tools top_k top_p
  user_profile_id workspace_id`
    .trim()
    .split(/\s+/u),
)
/** The last models that take sampling settings. */
const sampled = /-4-[56](?:-|$)/u
/** The API writes a prompt of its own about tools. */
const toolPromptTokens = 346
const charactersPerToken = 3.4

export function keyOf(headers: IncomingHttpHeaders): string | null {
  const own = headers['x-api-key']
  const [scheme, key = ''] = (headers.authorization ?? '').split(' ')
  const bearer = scheme?.toLowerCase() === 'bearer' && key !== '' ? key : null
  return typeof own === 'string' && own !== '' ? own : bearer
}

export function modelOf(request: JsonObject): string | Problem {
  return stringAt(request, 'model') ?? invalid('model: Field required')
}

export function read(request: JsonObject, model: Model, headers: IncomingHttpHeaders): Ask | Problem {
  const effort = effortOf(request, model)
  if (isProblem(effort)) return effort
  const format = formatOf(request)
  if (isProblem(format)) return format
  const tools = arrayAt(request, 'tools').filter((tool) => isObject(memberOf(tool, 'input_schema')))
  const found = firstProblem(
    () => shapeProblem(request, headers),
    () => conversationProblem(request, effort),
    () => endingProblem(request, model),
    () => limitProblem(request, model),
    () => samplingProblem(request, model),
    () => toolsProblem(request, model, effort),
  )
  if (found !== null) return found
  const choice = objectAt(request, 'tool_choice')
  const characters = charactersIn(request['messages'], request['system'], request['tools'], request['output_config'])
  return {
    tools: tools.map(toolOf),
    choice: choiceOf(choice, tools.length),
    parallel: memberOf(choice, 'disable_parallel_tool_use') !== true,
    format,
    maxTokens: numberAt(request, 'max_tokens'),
    stop: stringsAt(request, 'stop_sequences'),
    afterToolResult: endsWithToolResult(arrayAt(request, 'messages')),
    effort,
    serviceTier: 'standard',
    inputTokens: tokensOf(characters, charactersPerToken) + (tools.length > 0 ? toolPromptTokens : 0),
    cacheMarked: characters > 3_000 && JSON.stringify(request).includes('"cache_control"'),
  }
}

const levels = new Map<unknown, Effort>([
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['xhigh', 'high'],
  ['max', 'high'],
])

/** Without thinking there is none, whatever the effort: it then is about the length of the answer. */
function effortOf(request: JsonObject, model: Model): Effort | Problem | null {
  const asked = memberOf(objectAt(request, 'output_config'), 'effort')
  if (asked !== undefined && asked !== null && !levels.has(asked))
    return invalid("output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'")
  const type = stringAt(objectAt(request, 'thinking'), 'type')
  if (type === 'disabled' && model.reasons === 'always')
    return invalid(`thinking.type: 'disabled' is not supported on ${model.id}`)
  const thinks = model.reasons === 'always' || (type !== null && type !== 'disabled')
  return thinks ? (levels.get(asked) ?? 'medium') : 'none'
}

function formatOf(request: JsonObject): Format | Problem {
  const format = objectAt(objectAt(request, 'output_config'), 'format')
  if (format === null) return { kind: 'text' }
  const schema = memberOf(format, 'schema')
  if (stringAt(format, 'type') !== 'json_schema')
    return invalid("output_config.format.type: Input should be 'json_schema'")
  if (!isObject(schema)) return invalid('output_config.format.schema: Field required')
  const wrong = grammarProblem([schema])
  return wrong === null ? { kind: 'schema', schema } : invalid(`output_config.format.schema: ${wrong}`)
}

function shapeProblem(request: JsonObject, headers: IncomingHttpHeaders): Problem | null {
  if (headers['anthropic-version'] === undefined) return invalid('anthropic-version: header is required')
  const unknown = Object.keys(request).find((name) => !known.has(name))
  if (unknown !== undefined) return invalid(`${unknown}: Extra inputs are not permitted`)
  if (request['stream'] === true) return invalid('stream: streaming is not simulated')
  if (!isArray(request['messages'])) return invalid('messages: Field required')
  return request['messages'].length === 0 ? invalid('messages: at least one message is required') : null
}

/** The last models that go on with a turn of their own. */
const prefilled = /-4-5(?:-|$)/u

function endingProblem(request: JsonObject, model: Model): Problem | null {
  if (stringsAt(request, 'stop_sequences').some((stop) => stop.trim() === ''))
    return invalid('stop_sequences: each stop sequence must contain non-whitespace')
  if (stringAt(arrayAt(request, 'messages').at(-1), 'role') !== 'assistant' || prefilled.test(model.id)) return null
  return invalid(
    'This model does not support assistant message prefill. The conversation must end with a user message.',
  )
}

function limitProblem(request: JsonObject, model: Model): Problem | null {
  const limit = numberAt(request, 'max_tokens')
  if (limit === null) return invalid('max_tokens: Field required')
  if (limit < 1) return invalid('max_tokens: must be greater than or equal to 1')
  if (limit > model.maxOutputTokens)
    return invalid(
      `max_tokens: ${limit} > ${model.maxOutputTokens}, which is the maximum allowed number of output tokens for ${model.id}`,
    )
  const budget = numberAt(objectAt(request, 'thinking'), 'budget_tokens')
  if (budget === null) return null
  if (budget < 1_024) return invalid('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024')
  return budget < limit ? null : invalid('`max_tokens` must be greater than `thinking.budget_tokens`.')
}

function samplingProblem(request: JsonObject, model: Model): Problem | null {
  if (sampled.test(model.id)) return null
  const isOld = (name: string, fits: (value: number) => boolean): boolean => {
    const value = numberAt(request, name)
    return value !== null && !fits(value)
  }
  if (isOld('temperature', (value) => value === 1)) return invalid('`temperature` is not supported on this model.')
  if (isOld('top_p', (value) => value >= 0.99)) return invalid('`top_p` is not supported on this model.')
  return isOld('top_k', () => false) ? invalid('`top_k` is not supported on this model.') : null
}

const namePattern = /^[a-zA-Z0-9_-]{1,128}$/u

function toolsProblem(request: JsonObject, model: Model, effort: Effort | null): Problem | null {
  const tools = arrayAt(request, 'tools')
  const names = new Set<string>()
  for (const [index, tool] of tools.entries()) {
    const name = stringAt(tool, 'name')
    const found = toolProblem(tool, name, `tools.${index}.custom`)
    if (found !== null) return found
    if (names.has(name ?? '')) return invalid('tools: Tool names must be unique.')
    names.add(name ?? '')
  }
  const strict = tools.filter((tool) => memberOf(tool, 'strict') === true).map((tool) => memberOf(tool, 'input_schema'))
  const wrong = grammarProblem(strict)
  if (wrong !== null) return invalid(`tools: ${wrong}`)
  const choice = objectAt(request, 'tool_choice')
  return choice === null ? null : choiceProblem(choice, names, model, effort)
}

const choices: readonly string[] = ['auto', 'any', 'tool', 'none']

function choiceProblem(
  choice: JsonObject,
  names: ReadonlySet<string>,
  model: Model,
  effort: Effort | null,
): Problem | null {
  const type = stringAt(choice, 'type') ?? ''
  const name = stringAt(choice, 'name') ?? ''
  if (!choices.includes(type)) {
    const tags = choices.map((each) => `'${each}'`).join(', ')
    return invalid(`tool_choice: Input tag found using 'type' does not match any of the expected tags: ${tags}`)
  }
  if (names.size === 0 && type !== 'none') return invalid('tool_choice may only be specified while providing tools.')
  if (type === 'tool' && !names.has(name)) return invalid(`Tool '${name}' not found in provided tools`)
  return type === 'any' || type === 'tool' ? forcingProblem(model, effort) : null
}

function forcingProblem(model: Model, effort: Effort | null): Problem | null {
  if (model.reasons === 'always') return invalid('tool_choice that forces tool use is not supported on this model.')
  return effort === 'none' ? null : invalid('Thinking may not be enabled when tool_choice forces tool use.')
}

function toolProblem(tool: unknown, name: string | null, path: string): Problem | null {
  // Hosted tools have a type of their own and no schema.
  const isHosted = !['custom', null].includes(stringAt(tool, 'type'))
  if (name === null) return invalid(`${path}.name: Field required`)
  if (!namePattern.test(name)) return invalid(`${path}.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`)
  const schema = memberOf(tool, 'input_schema')
  if (isHosted) return null
  if (!isObject(schema)) return invalid(`${path}.input_schema: Field required`)
  return schema['type'] === 'object' ? null : invalid(`${path}.input_schema.type: Input should be 'object'`)
}

const toolOf = (tool: unknown): Tool => ({ name: stringAt(tool, 'name') ?? '', schema: memberOf(tool, 'input_schema') })

function choiceOf(choice: JsonObject | null, tools: number): Ask['choice'] {
  const type = stringAt(choice, 'type')
  if (type === 'any') return 'required'
  if (type === 'tool') return { name: stringAt(choice, 'name') ?? '' }
  return type === 'none' || tools === 0 ? 'none' : 'auto'
}
