import type { Message } from '@waybill/schemas/generated/message'
import type { Part } from '@waybill/schemas/generated/part'
import type { Request } from '@waybill/schemas/generated/request'
import type { Target } from '@waybill/schemas/generated/target'
import type { Tool } from '@waybill/schemas/generated/tool'
import { arrayAt, isArray, memberOf, objectAt, stringAt } from '@waybill/providers/json'
import type { Recording } from './recording.ts'

const apis: Readonly<Record<string, readonly [provider: string, api: string]>> = {
  'openai.chat': ['openai', 'chatCompletions'],
  'openai.responses': ['openai', 'responses'],
  anthropic: ['anthropic', 'messages'],
  'gemini.gla': ['gemini', 'generateContent'],
  'gemini.vertex': ['gemini', 'generateContent'],
}

export function targetOf(recording: Recording): Target {
  const [provider, api] = apis[recording.api] ?? ['unknown', 'unknown']
  const inPath = /\/models\/([^:/]+):/u.exec(recording.path)?.[1]
  const model = inPath ?? stringAt(recording.request, 'model') ?? stringAt(recording.body, 'model') ?? 'unknown'
  return {
    id: `${provider}/${model}`,
    provider,
    api,
    model,
    tier: 'standard',
    account: 'default',
    regions: [],
    serviceTier: null,
  }
}

const text = (value: string): Part => ({ kind: 'text', text: value, json: null, media: null, opaque: null })

/** A request of ours that asks for what the recorded one did: its tools and its schema, not its words. */
export function requestOf(recording: Recording): Request {
  const messages: Message[] = [{ role: 'user', parts: [text('recorded')] }]
  return {
    tenant: 'conformance',
    id: recording.id,
    messages,
    tools: toolsIn(recording),
    toolChoice: null,
    parallelToolCalls: null,
    outputSchema: schemaIn(recording.request),
    taskClass: null,
    latencyBudgetMs: null,
    costCeilingMicroUsd: null,
    requestedModel: null,
    constraints: null,
    maxOutputTokens: null,
    reasoning: null,
    sampling: null,
    affinity: null,
    cachePoints: [],
    idempotency: 'none',
    idempotencyKey: null,
    sampleIndex: 0,
    replyTo: null,
    priority: 'background',
    labels: {},
    metadata: {},
    createdAt: null,
  }
}

/** Functions only; what the vendor hosts is none of ours. By name, since some are offered twice. */
function toolsIn(recording: Recording): readonly Tool[] {
  const listed = memberOf(recording.request, 'tools')
  const offered = (isArray(listed) ? listed : [listed]).flatMap(functionsIn)
  // Tools that a search of the vendor's found are offered in the middle of a conversation.
  const items = [...arrayAt(recording.request, 'input'), ...arrayAt(recording.body, 'output')]
  const found = items.flatMap((item) => arrayAt(item, 'tools').flatMap(functionsIn))
  const tools = new Map<string, Tool>()
  for (const tool of [...offered, ...found]) if (!tools.has(tool.name)) tools.set(tool.name, tool)
  return [...tools.values()]
}

function functionsIn(tool: unknown): readonly Tool[] {
  const nested = ['functionDeclarations', 'function_declarations', 'tools'].flatMap((name) => arrayAt(tool, name))
  if (nested.length > 0) return nested.flatMap(functionsIn)
  const declared = objectAt(tool, 'function') ?? tool
  const name = stringAt(declared, 'name')
  if (name === null) return []
  return [{ name, description: stringAt(declared, 'description'), parameters: JSON.stringify(parametersOf(declared)) }]
}

function parametersOf(declared: unknown): unknown {
  for (const name of ['parameters', 'input_schema', 'parametersJsonSchema', 'parameters_json_schema']) {
    const schema = objectAt(declared, name)
    // Google's own dialect writes types in capitals, which is no JSON Schema.
    if (schema !== null) return /^[A-Z]+$/u.test(stringAt(schema, 'type') ?? '') ? {} : schema
  }
  return {}
}

function schemaIn(request: unknown): string | null {
  const places = [
    memberOf(memberOf(memberOf(request, 'response_format'), 'json_schema'), 'schema'),
    memberOf(memberOf(memberOf(request, 'text'), 'format'), 'schema'),
    memberOf(memberOf(memberOf(request, 'output_config'), 'format'), 'schema'),
    memberOf(memberOf(request, 'generationConfig'), 'responseJsonSchema'),
  ]
  const schema = places.find((place) => place !== undefined)
  return schema === undefined ? null : JSON.stringify(schema)
}
