import type { Message } from '@waybill/schemas/generated/message'
import type { Part } from '@waybill/schemas/generated/part'
import type { Request } from '@waybill/schemas/generated/request'
import type { Tool } from '@waybill/schemas/generated/tool'
import { InvalidRequest } from './errors.ts'

/** A part with only what it needs. */
export type PartInput = Pick<Part, 'kind'> & Partial<Part>
/** A turn; text stands for one text part. */
export interface MessageInput {
  readonly role: Message['role']
  readonly parts?: readonly PartInput[]
  readonly text?: string
}
export type ToolInput = Pick<Tool, 'name' | 'parameters'> & Partial<Tool>

/** A request with only what it needs: all else has the default of its schema. */
export type RequestInput = Pick<Request, 'tenant' | 'id'> &
  Partial<
    Omit<Request, 'tenant' | 'id' | 'messages' | 'tools' | 'constraints' | 'reasoning' | 'sampling' | 'toolChoice'>
  > & {
    readonly messages: readonly MessageInput[]
    readonly tools?: readonly ToolInput[]
    readonly toolChoice?: Partial<NonNullable<Request['toolChoice']>> | null
    readonly constraints?: Partial<NonNullable<Request['constraints']>> | null
    readonly reasoning?: Partial<NonNullable<Request['reasoning']>> | null
    readonly sampling?: Partial<NonNullable<Request['sampling']>> | null
  }

const blankPart = { text: null, json: null, media: null, opaque: null } as const
const blankSampling = {
  temperature: null,
  topP: null,
  topK: null,
  seed: null,
  frequencyPenalty: null,
  presencePenalty: null,
  stop: [],
  required: [],
} as const

const blank = {
  parallelToolCalls: null,
  outputSchema: null,
  taskClass: null,
  latencyBudgetMs: null,
  costCeilingMicroUsd: null,
  requestedModel: null,
  maxOutputTokens: null,
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
} as const

/** Bytes as Avro wants them. */
const partOf = (part: PartInput): Part => {
  const { media } = part
  const data = media?.data
  if (media === undefined || media === null || data === undefined || data === null) return { ...blankPart, ...part }
  return { ...blankPart, ...part, media: { ...media, data: Buffer.from(data) } }
}

/** @throws InvalidRequest for a turn that says nothing: one with "content" would otherwise be sent without it */
function messageOf({ text, parts, ...rest }: MessageInput, index: number): Message {
  if (parts === undefined && text === undefined)
    throw new InvalidRequest(`messages[${index}]: needs "text" or "parts".`)
  return { ...rest, parts: (parts ?? [{ kind: 'text', text: text ?? '' }]).map(partOf) }
}

/**
 * The request with every default filled in.
 * @throws InvalidRequest where messages or what stands in them is missing
 */
export function complete(input: RequestInput): Request {
  const { messages, tools = [], toolChoice, constraints, reasoning, sampling } = input
  if (!Array.isArray(messages)) throw new InvalidRequest('messages: must be a list of messages.')
  return {
    ...blank,
    ...input,
    messages: messages.map(messageOf),
    tools: tools.map((tool) => ({ description: null, ...tool })),
    toolChoice: toolChoice == null ? null : { kind: 'auto', name: null, ...toolChoice },
    constraints:
      constraints == null ? null : { providers: [], accounts: [], regions: [], retention: null, ...constraints },
    reasoning: reasoning == null ? null : { effort: null, maxTokens: null, ...reasoning },
    sampling: sampling == null ? null : { ...blankSampling, ...sampling },
  }
}
