import type { Message } from '@waybill/schemas/generated/message'
import type { Part } from '@waybill/schemas/generated/part'
import type { Request } from '@waybill/schemas/generated/request'
import type { Role } from '@waybill/schemas/generated/role'

/** A part that says nothing yet. */
export const plainPart: Part = { kind: 'text', text: null, json: null, media: null, opaque: null }

/** One turn of text. */
export function says(role: Role, text: string): Message {
  return { role, parts: [{ ...plainPart, text }] }
}

/** A request with every optional field at its default. */
export const plainRequest: Request = {
  tenant: 'acme',
  id: 'r-1',
  messages: [says('user', 'Hello')],
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
}
