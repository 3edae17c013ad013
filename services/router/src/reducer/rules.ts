// What a request must keep to, whoever serves it. The first rule that is broken is the reply's reason.
import type { Message } from '@waybill/schemas/generated/message'
import type { Part } from '@waybill/schemas/generated/part'
import type { Request } from '@waybill/schemas/generated/request'
import type { Role } from '@waybill/schemas/generated/role'
import { sizes } from '@waybill/schemas/topics'
import { readOpaque } from '@waybill/providers/conversation'
import { parseJson, stringAt } from '@waybill/providers/json'
import { samplingSettings } from '@waybill/providers/sampling'
import { checkSchema } from '@waybill/providers/validation/check-schema'
import type { Problem } from './prepared.ts'

const broken = (path: string, rule: string): Problem => ({ reason: 'invalid_request', detail: `${path}: ${rule}` })

type Rule = (request: Request, bytes: number) => Problem | undefined

const text = (path: string, value: string, most: number): Problem | undefined => {
  if (value === '') return broken(path, 'must not be empty.')
  return value.length > most ? broken(path, `has ${value.length} characters; at most ${most} are allowed.`) : undefined
}

const size: Rule = (_, bytes) =>
  bytes > sizes.request ? broken('request', `has ${bytes} bytes; at most ${sizes.request} are allowed.`) : undefined

const identity: Rule = ({ tenant, id, idempotencyKey }) =>
  text('tenant', tenant, 128) ??
  text('id', id, 256) ??
  (idempotencyKey === null ? undefined : text('idempotencyKey', idempotencyKey, 256))

const names = (json: string | null, ...members: readonly string[]): boolean => {
  const value = parseJson(json ?? '')
  return members.every((member) => stringAt(value, member) !== null)
}

/** What a part of a kind must have. */
const mustHave: Readonly<Record<string, (part: Part) => boolean>> = {
  text: (part) => part.text !== null,
  image: ({ media }) => media?.mimeType.startsWith('image/') === true && (media.data ?? media.uri) !== null,
  toolCall: ({ json }) => names(json, 'id', 'name'),
  toolResult: ({ json }) => names(json, 'callId'),
  reasoning: () => true,
}

/** A part of another kind is for the vendor that it names. */
function partOf(path: string, part: Part): Problem | undefined {
  const owner = readOpaque(part)
  if (owner === 'malformed') return broken(`${path}.opaque`, 'is not {"provider", "value"}.')
  const isWhole = mustHave[part.kind]
  if (isWhole === undefined)
    return owner === null ? broken(`${path}.kind`, 'is not one that is known, and no provider is named.') : undefined
  return isWhole(part) ? undefined : broken(path, `a ${part.kind} part lacks what it must have.`)
}

/** Kinds of parts that have a place in the turns of some only. */
const mayStandIn: Readonly<Record<string, readonly Role[]>> = {
  image: ['user', 'tool', 'assistant'],
  toolCall: ['assistant'],
  toolResult: ['tool', 'user'],
  reasoning: ['assistant'],
}

function placeOf(path: string, { kind }: Part, role: Role): Problem | undefined {
  const roles = mayStandIn[kind]
  if (roles === undefined || roles.includes(role)) return undefined
  return broken(path, `a ${kind} part has no place in a turn of role ${role}; it may stand in: ${roles.join(', ')}.`)
}

const messageOf = ({ role, parts }: Message, at: number): Problem | undefined => {
  const path = `messages[${at}]`
  if (role === 'other')
    return broken(`${path}.role`, 'is not one that is known: system, developer, user, assistant or tool.')
  if (parts.length === 0) return broken(`${path}.parts`, 'must not be empty.')
  return first(parts, (part, index) => {
    const place = `${path}.parts[${index}]`
    return partOf(place, part) ?? placeOf(place, part, role)
  })
}

function first<Item>(
  items: readonly Item[],
  look: (item: Item, index: number) => Problem | undefined,
): Problem | undefined {
  for (const [index, item] of items.entries()) {
    const problem = look(item, index)
    if (problem !== undefined) return problem
  }
  return undefined
}

const messages: Rule = (request) =>
  request.messages.length === 0 ? broken('messages', 'must not be empty.') : first(request.messages, messageOf)

/** Every vendor refuses a result whose call it does not see, and a call without a result. */
const results: Rule = ({ messages: all }) => {
  // Parts of a vendor's own may be calls.
  if (all.some(({ parts }) => parts.some(({ opaque }) => opaque !== null))) return undefined
  const called = new Set<string>()
  const open = new Map<string, string>()
  const stray = first(all, ({ parts }, at) =>
    first(parts, ({ kind, json }, index) => {
      const path = `messages[${at}].parts[${index}].json`
      if (kind === 'toolCall') {
        const id = stringAt(parseJson(json ?? ''), 'id') ?? ''
        called.add(id)
        open.set(id, path)
      }
      if (kind !== 'toolResult') return undefined
      const callId = stringAt(parseJson(json ?? ''), 'callId') ?? ''
      open.delete(callId)
      return called.has(callId) ? undefined : broken(path, 'has a callId that no call before it has as its id.')
    }),
  )
  const [unanswered] = open.values()
  return stray ?? (unanswered === undefined ? undefined : broken(unanswered, 'is a call that no result comes after.'))
}

const schema = (path: string, schemaText: string): Problem | undefined => {
  const fault = checkSchema(schemaText)
  if (fault === undefined) return undefined
  if (fault.rule === 'JSON') return broken(path, 'is no JSON: a JSON Schema is wanted, as a text.')
  return broken(`${path}${fault.path}`, `is no usable JSON Schema: ${fault.rule}.`)
}

/** Several times what any vendor takes: more would hold up the decisions of others. */
const mostTools = 1_000

const tools: Rule = (request) => {
  const { length } = request.tools
  if (length > mostTools) return broken('tools', `has ${length} tools; at most ${mostTools} are allowed.`)
  const seen = new Set<string>()
  return first(request.tools, ({ name, parameters }, index) => {
    const path = `tools[${index}]`
    if (seen.has(name)) return broken(`${path}.name`, 'is the name of another tool too; names must be unique.')
    seen.add(name)
    return text(`${path}.name`, name, 256) ?? schema(`${path}.parameters`, parameters)
  })
}

const toolChoice: Rule = ({ toolChoice: choice, tools: given }) => {
  if (choice === null) return undefined
  if (choice.kind === 'other')
    return broken('toolChoice.kind', 'is not one that is known: auto, none, required or tool.')
  if (choice.kind === 'required' && given.length === 0)
    return broken('toolChoice.kind', 'requires a tool, and there is none.')
  if (choice.kind !== 'tool' || given.some(({ name }) => name === choice.name)) return undefined
  return broken('toolChoice.name', 'is the name of no tool.')
}

const outputSchema: Rule = (request) =>
  request.outputSchema === null ? undefined : schema('outputSchema', request.outputSchema)

const within = (path: string, value: number | null, least: number, most: number): Problem | undefined =>
  value === null || (value >= least && value <= most)
    ? undefined
    : broken(path, `is ${value}; from ${least} to ${most} is allowed.`)

const atLeast = (path: string, value: number | null, least: number): Problem | undefined =>
  value !== null && value < least ? broken(path, `is ${value}; at least ${least} is needed.`) : undefined

const limits: Rule = ({ latencyBudgetMs, costCeilingMicroUsd, maxOutputTokens, sampleIndex, reasoning }) =>
  atLeast('latencyBudgetMs', latencyBudgetMs, 1) ??
  atLeast('costCeilingMicroUsd', costCeilingMicroUsd, 0) ??
  atLeast('maxOutputTokens', maxOutputTokens, 1) ??
  atLeast('sampleIndex', sampleIndex, 0) ??
  atLeast('reasoning.maxTokens', reasoning?.maxTokens ?? null, 0)

const sampling: Rule = (request) => {
  const { sampling: given } = request
  if (given === null) return undefined
  if (!given.required.every((name) => samplingSettings.some((setting) => setting === name)))
    return broken('sampling.required', `names what is none of: ${samplingSettings.join(', ')}.`)
  if (given.stop.includes('')) return broken('sampling.stop', 'holds an empty text.')
  return (
    within('sampling.temperature', given.temperature, 0, 2) ??
    within('sampling.topP', given.topP, 0, 1) ??
    within('sampling.frequencyPenalty', given.frequencyPenalty, -2, 2) ??
    within('sampling.presencePenalty', given.presencePenalty, -2, 2) ??
    atLeast('sampling.topK', given.topK, 1)
  )
}

const choices: Rule = ({ idempotency, replyTo }) => {
  if (idempotency === 'other') return broken('idempotency', 'is not one that is known: content, key or none.')
  return replyTo === null
    ? undefined
    : broken('replyTo', 'no policy allows another reply topic. Read the replies topic.')
}

/** In order: what is cheap and names the request comes first. */
const rules: readonly Rule[] = [
  size,
  identity,
  choices,
  messages,
  results,
  tools,
  toolChoice,
  outputSchema,
  limits,
  sampling,
]

/** The first rule that a request breaks. */
export function problemOf(request: Request, bytes: number): Problem | null {
  for (const rule of rules) {
    const problem = rule(request, bytes)
    if (problem !== undefined) return problem
  }
  return null
}
