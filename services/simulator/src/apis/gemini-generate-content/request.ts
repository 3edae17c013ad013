import type { IncomingHttpHeaders } from 'node:http'
import type { JsonObject } from '../../json.ts'
import { isObject } from '../../json.ts'
import { charactersIn, tokensOf } from '../../content/tokens.ts'
import type { Model } from '../../prices.ts'
import { serviceTierIn } from '../../prices.ts'
import type { Ask, Effort, Format, Problem, Tool } from '../vendor.ts'
import { firstProblem, invalid, isProblem } from '../vendor.ts'
import { contentsProblem, isRecent, partsOf } from './conversation.ts'
import { arrayField, fieldOf, jsonSchemaOf, numberField, objectField, textField, unknownField } from './fields.ts'

const known = new Set(
  'contents systemInstruction generationConfig tools toolConfig safetySettings cachedContent model serviceTier store labels'.split(
    ' ',
  ),
)
const knownConfig = new Set(
  `temperature topP topK candidateCount maxOutputTokens stopSequences seed presencePenalty frequencyPenalty logprobs
  responseMimeType responseSchema responseJsonSchema _responseJsonSchema responseModalities responseLogprobs
  responseFormat thinkingConfig mediaResolution speechConfig audioTimestamp imageConfig routingConfig
  enableEnhancedCivicAnswers`
    .trim()
    .split(/\s+/u),
)
const charactersPerToken = 4.3

const pathPattern = /^\/v1(?:beta|alpha)?\/models\/([^/:]+):generateContent$/u

export function keyOf(headers: IncomingHttpHeaders, url: URL): string | null {
  const header = headers['x-goog-api-key']
  const key = typeof header === 'string' ? header : url.searchParams.get('key')
  return key === '' ? null : key
}

export function modelOf(_: JsonObject, url: URL): string | Problem {
  const model = pathPattern.exec(url.pathname)?.[1]
  return model === undefined ? { wrong: 'pathMissing' } : decodeURIComponent(model)
}

export function read(request: JsonObject, model: Model): Ask | Problem {
  const config = objectField(request, 'generationConfig') ?? {}
  const declared = arrayField(request, 'tools').flatMap((tool) => arrayField(tool, 'functionDeclarations'))
  const effort = effortOf(objectField(config, 'thinkingConfig'), model)
  if (isProblem(effort)) return effort
  const format = formatOf(config, declared.length, model)
  if (isProblem(format)) return format
  const found = firstProblem(
    () => shapeProblem(request, config),
    () => contentsProblem(arrayField(request, 'contents'), model),
    () => limitProblem(config, model),
    () => toolsProblem(declared),
    () => choiceProblem(request, declared),
  )
  if (found !== null) return found
  const tools = declared.map(toolOf)
  const contents = arrayField(request, 'contents')
  const written = [contents, fieldOf(request, 'systemInstruction'), fieldOf(request, 'tools')]
  return {
    tools: allowed(tools, request),
    choice: choiceOf(request, tools),
    parallel: true,
    format,
    maxTokens: numberField(config, 'maxOutputTokens'),
    stop: arrayField(config, 'stopSequences').filter((each) => typeof each === 'string'),
    afterToolResult: partsOf(contents.at(-1), 'functionResponse').length > 0,
    effort,
    serviceTier: serviceTierIn(fieldOf(request, 'serviceTier')),
    inputTokens: tokensOf(charactersIn(...written, format), charactersPerToken),
    cacheMarked: fieldOf(request, 'cachedContent') !== undefined,
  }
}

const levels = new Map<unknown, Effort>([
  ['MINIMAL', 'minimal'],
  ['LOW', 'low'],
  ['MEDIUM', 'medium'],
  ['HIGH', 'high'],
])

function effortOf(thinking: JsonObject | null, model: Model): Effort | Problem | null {
  const level = textField(thinking, 'thinkingLevel')?.toUpperCase() ?? null
  const budget = numberField(thinking, 'thinkingBudget')
  if (level === null || level === 'THINKING_LEVEL_UNSPECIFIED') return budgeted(budget, model)
  if (budget !== null) return invalid('You can only set only one of thinking budget and thinking level.')
  const path = 'generation_config.thinking_config.thinking_level'
  return levels.get(level) ?? invalid(`Invalid value at '${path}' (ThinkingConfig.ThinkingLevel), "${level}"`)
}

function budgeted(budget: number | null, model: Model): Effort | Problem | null {
  if (budget === null || budget < 0) return null
  if (budget === 0 && model.reasons === 'always')
    return invalid('Budget 0 is invalid. This model only works in thinking mode.')
  if (budget === 0) return 'none'
  return budget < 1_024 ? 'low' : budget < 8_192 ? 'medium' : 'high'
}

const mimes: readonly string[] = ['text/plain', 'application/json', 'text/x.enum']

function formatOf(config: JsonObject, tools: number, model: Model): Format | Problem {
  const path = '* GenerateContentRequest.generation_config.'
  const mime = textField(config, 'responseMimeType') ?? 'text/plain'
  const schema = schemaOf(config)
  if (!mimes.includes(mime))
    return invalid(`${path}response_mime_type: allowed mimetypes are ${mimes.map((each) => `\`${each}\``).join(', ')}.`)
  if (mime !== 'application/json') {
    if (schema === undefined) return { kind: 'text' }
    const when = "only allowed when response_mime_type is 'application/json' or 'text/x.enum'"
    return invalid(`${path}response_schema: ${when}`)
  }
  if (tools > 0 && !isRecent(model))
    return invalid("Function calling with a response mime type: 'application/json' is unsupported")
  return schema === undefined ? { kind: 'json' } : { kind: 'schema', schema }
}

function schemaOf(config: JsonObject): unknown {
  const older = fieldOf(config, 'responseSchema')
  const schema = fieldOf(config, 'responseJsonSchema') ?? fieldOf(config, '_responseJsonSchema')
  return schema ?? (older === undefined ? undefined : jsonSchemaOf(older))
}

function shapeProblem(request: JsonObject, config: JsonObject): Problem | null {
  const unknown = unknownField(request, known)
  if (unknown !== undefined)
    return invalid(`Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`)
  const strange = unknownField(config, knownConfig)
  if (strange !== undefined)
    return invalid(
      `Invalid JSON payload received. Unknown name "${strange}" at 'generation_config': Cannot find field.`,
    )
  if (arrayField(request, 'contents').length > 0) return null
  return invalid('* GenerateContentRequest.contents: contents is not specified\n')
}

const mostStops = 5

function limitProblem(config: JsonObject, model: Model): Problem | null {
  const stops = arrayField(config, 'stopSequences').length
  if (stops > mostStops)
    return invalid(`Unable to submit request because the number of stop sequences must be at most ${mostStops}.`)
  const limit = numberField(config, 'maxOutputTokens')
  if (limit === null || (limit >= 1 && limit <= model.maxOutputTokens)) return null
  return invalid(
    `Unable to submit request because it has a maxOutputTokens value of ${limit} but the supported range is from 1 (inclusive) to ${model.maxOutputTokens + 1} (exclusive). Update the value and try again.`,
  )
}

const namePattern = /^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/u

function toolsProblem(tools: readonly unknown[]): Problem | null {
  const names = new Set<string>()
  for (const [index, tool] of tools.entries()) {
    const name = textField(tool, 'name') ?? ''
    const path = `* GenerateContentRequest.tools[0].function_declarations[${index}]`
    if (!namePattern.test(name))
      return invalid(
        `${path}.name: Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:) or dashes (-), with a maximum length of 128.`,
      )
    if (names.has(name)) return invalid(`Duplicate function declaration found: ${name}`)
    names.add(name)
    if (fieldOf(tool, 'parameters') !== undefined && fieldOf(tool, 'parametersJsonSchema') !== undefined)
      return invalid(`${path}: only one of parameters and parameters_json_schema may be set.`)
  }
  return null
}

function choiceProblem(request: JsonObject, tools: readonly unknown[]): Problem | null {
  const calling = objectField(objectField(request, 'toolConfig'), 'functionCallingConfig')
  const mode = modeOf(request)
  if (!['AUTO', 'ANY', 'NONE', 'VALIDATED', 'MODE_UNSPECIFIED'].includes(mode))
    return invalid(`Invalid value at 'tool_config.function_calling_config.mode', "${mode}"`)
  if (mode === 'ANY' && tools.length === 0)
    return invalid('Function calling config is set without function_declarations.')
  const names = arrayField(calling, 'allowedFunctionNames')
  if (names.length > 0 && mode !== 'ANY' && mode !== 'VALIDATED')
    return invalid('Allowed function names are only supported for mode ANY or VALIDATED.')
  const strange = names.find((name) => !tools.some((tool) => textField(tool, 'name') === name))
  return strange === undefined ? null : invalid(`allowed_function_names: ${JSON.stringify(strange)} is not declared.`)
}

function modeOf(request: JsonObject): string {
  const calling = objectField(objectField(request, 'toolConfig'), 'functionCallingConfig')
  return (textField(calling, 'mode') ?? 'AUTO').toUpperCase()
}

function toolOf(tool: unknown): Tool {
  const schema = fieldOf(tool, 'parametersJsonSchema')
  const older = fieldOf(tool, 'parameters')
  return {
    name: textField(tool, 'name') ?? '',
    schema: schema ?? (isObject(older) ? jsonSchemaOf(older) : { type: 'object' }),
  }
}

function allowed(tools: readonly Tool[], request: JsonObject): readonly Tool[] {
  const names = arrayField(
    objectField(objectField(request, 'toolConfig'), 'functionCallingConfig'),
    'allowedFunctionNames',
  )
  return names.length === 0 ? tools : tools.filter((tool) => names.includes(tool.name))
}

function choiceOf(request: JsonObject, tools: readonly Tool[]): Ask['choice'] {
  const mode = modeOf(request)
  if (mode === 'NONE' || tools.length === 0) return 'none'
  return mode === 'ANY' ? 'required' : 'auto'
}
