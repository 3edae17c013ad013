import type { Media } from '@waybill/schemas/generated/media'
import type { Message } from '@waybill/schemas/generated/message'
import type { Part } from '@waybill/schemas/generated/part'
import type { Request } from '@waybill/schemas/generated/request'
import type { Role } from '@waybill/schemas/generated/role'
import type { Sampling } from '@waybill/schemas/generated/sampling'
import type { Target } from '@waybill/schemas/generated/target'
import type { Tool } from '@waybill/schemas/generated/tool'

export const apiNames = ['chatCompletions', 'responses', 'messages', 'generateContent'] as const
export type ApiName = (typeof apiNames)[number]

const pinned: Readonly<Record<ApiName, readonly [provider: string, model: string]>> = {
  chatCompletions: ['openai', 'gpt-5.4-mini'],
  responses: ['openai', 'gpt-6-luna'],
  messages: ['anthropic', 'claude-haiku-4-5-20251001'],
  generateContent: ['gemini', 'gemini-3.8-flash'],
}

export function targetFor(api: ApiName, model: string = pinned[api][1]): Target {
  const [provider] = pinned[api]
  return {
    id: `${provider}/${model}`,
    provider,
    api,
    model,
    tier: 'economy',
    account: 'default',
    regions: [],
    serviceTier: null,
  }
}

const blank: Part = { kind: 'text', text: null, json: null, media: null, opaque: null }

const textPart = (text: string): Part => ({ ...blank, text })
export const imagePart = (media: Media): Part => ({ ...blank, kind: 'image', media })
export const opaquePart = (kind: string, provider: string, value: unknown): Part => ({
  ...blank,
  kind,
  opaque: JSON.stringify({ provider, value }),
})
export const callPart = (id: string, name: string, given: unknown): Part => ({
  ...blank,
  kind: 'toolCall',
  json: JSON.stringify({ id, name, arguments: given }),
})
export const resultPart = (callId: string, text: string, isError = false): Part => ({
  ...blank,
  kind: 'toolResult',
  text,
  json: JSON.stringify({ callId, isError }),
})
export const turn = (role: Role, ...parts: readonly (Part | string)[]): Message => ({
  role,
  parts: parts.map((part) => (typeof part === 'string' ? textPart(part) : part)),
})

export const noSampling: Sampling = {
  temperature: null,
  topP: null,
  topK: null,
  seed: null,
  frequencyPenalty: null,
  presencePenalty: null,
  stop: [],
  required: [],
}

export function toolNamed(name: string, parameters: unknown = citySchema): Tool {
  return { name, description: `Does ${name}.`, parameters: JSON.stringify(parameters) }
}

export const citySchema = {
  type: 'object',
  properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['c', 'f'] } },
  required: ['city'],
  additionalProperties: false,
}

export function requestWith(changes: Partial<Request> = {}): Request {
  return {
    tenant: 'acme',
    id: 'r-1',
    messages: [turn('user', 'Hello?')],
    tools: [],
    toolChoice: null,
    parallelToolCalls: null,
    outputSchema: null,
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
    idempotency: 'content',
    idempotencyKey: null,
    sampleIndex: 0,
    replyTo: null,
    priority: 'interactive',
    labels: {},
    metadata: {},
    createdAt: null,
    ...changes,
  }
}
