import type { Media } from '@waybill/schemas/generated/media'
import type { Part } from '@waybill/schemas/generated/part'
import type { Request } from '@waybill/schemas/generated/request'
import type { Role } from '@waybill/schemas/generated/role'
import type { Target } from '@waybill/schemas/generated/target'
import type { JsonObject } from './json.ts'
import { isObject, memberOf, parseExact, parseJson, stringAt } from './json.ts'
import { reject } from './rejection.ts'

/** What only one API of one vendor understands. */
export interface Opaque {
  readonly provider: string
  /** null where it does not say: any API of the provider may take it. */
  readonly api: string | null
  readonly value: unknown
}

/** A part of a turn after its JSON was read. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly own: unknown }
  | { readonly kind: 'image'; readonly media: Media; readonly own: unknown }
  | {
      readonly kind: 'toolCall'
      readonly id: string
      readonly name: string
      readonly arguments: JsonObject
      readonly own: unknown
    }
  | {
      readonly kind: 'toolResult'
      readonly callId: string
      readonly name: string | null
      readonly isError: boolean
      readonly text: string
      readonly own: unknown
    }
  | { readonly kind: 'reasoning'; readonly text: string; readonly own: unknown }
  /** `own` of every piece: the value of its opaque member, which is always this vendor's; undefined for none. */
  | { readonly kind: 'opaque'; readonly own: unknown }

export interface Turn {
  readonly role: Exclude<Role, 'other'>
  readonly pieces: readonly Piece[]
  /** The prefix up to here is worth caching. */
  readonly cachePoint: boolean
}

export function readOpaque(part: Part): Opaque | 'malformed' | null {
  if (part.opaque === null) return null
  const value = parseExact(part.opaque)
  const provider = stringAt(value, 'provider')
  if (provider === null) return 'malformed'
  return { provider, api: stringAt(value, 'api'), value: memberOf(value, 'value') }
}

/** Each vendor's own parts go back as they came; another's exclude this target. */
function ownOf(part: Part, target: Target, place: string): unknown {
  const opaque = readOpaque(part)
  if (opaque === null) return undefined
  if (opaque === 'malformed') return reject('part_malformed', `${place}.opaque is not {"provider", "value"}`)
  if (opaque.provider !== target.provider || (opaque.api !== null && opaque.api !== target.api))
    reject('foreign_part', `${place}.opaque belongs to another API than ${target.id}`)
  return opaque.value
}

function toolCall(part: Part, own: unknown, place: string): Piece {
  const call = parseExact(part.json ?? '')
  const [id, name] = [stringAt(call, 'id'), stringAt(call, 'name')]
  if (id === null || name === null) return reject('part_malformed', `${place}.json is not {"id", "name", "arguments"}`)
  const given = memberOf(call, 'arguments')
  const parsed = typeof given === 'string' && given !== '' ? parseExact(given) : given
  const settled = parsed === undefined || parsed === null || parsed === '' ? {} : parsed
  if (!isObject(settled)) return reject('part_malformed', `${place}.json has arguments that are no object`)
  return { kind: 'toolCall', id, name, arguments: settled, own }
}

function toolResult(part: Part, own: unknown, place: string): Piece {
  const result = parseJson(part.json ?? '')
  const callId = stringAt(result, 'callId')
  if (callId === null) return reject('part_malformed', `${place}.json is not {"callId", "name"?, "isError"?}`)
  const isError = memberOf(result, 'isError') === true
  return { kind: 'toolResult', callId, name: stringAt(result, 'name'), isError, text: part.text ?? '', own }
}

function image(part: Part, own: unknown, place: string): Piece {
  const media = part.media
  if (media === null || (media.data === null && media.uri === null))
    return reject('part_malformed', `${place}.media has neither data nor a uri`)
  if (!media.mimeType.startsWith('image/')) reject('unsupported_media', `${place}.media is no image`)
  return { kind: 'image', media, own }
}

/** Ends the translation at an image that the vendor does not read. */
export function mustRead({ mimeType }: Media, types: ReadonlySet<string>): void {
  if (!types.has(mimeType.toLowerCase())) reject('unsupported_media', 'an image of a type that this API does not read')
}

function pieceOf(part: Part, target: Target, place: string): Piece {
  const own = ownOf(part, target, place)
  switch (part.kind) {
    case 'text':
      return { kind: 'text', text: part.text ?? '', own }
    case 'image':
      return image(part, own, place)
    case 'toolCall':
      return toolCall(part, own, place)
    case 'toolResult':
      return toolResult(part, own, place)
    case 'reasoning':
      return { kind: 'reasoning', text: part.text ?? '', own }
    default:
      if (own === undefined) return reject('unknown_part', `${place}.kind is not one that this version knows`)
      return { kind: 'opaque', own }
  }
}

/** The conversation, every part read; ends the translation at the first that this target cannot take. */
export function turnsOf(request: Request, target: Target): readonly Turn[] {
  return request.messages.map((message, index) => {
    const place = `messages[${index}]`
    if (message.role === 'other') return reject('unknown_role', `${place}.role is not one that this version knows`)
    return {
      role: message.role,
      pieces: message.parts.map((part, at) => pieceOf(part, target, `${place}.parts[${at}]`)),
      cachePoint: request.cachePoints.includes(index),
    }
  })
}

/** The text of turns that may hold nothing else, such as system prompts. */
export function onlyText(turn: Turn): string {
  return turn.pieces
    .map((piece) =>
      piece.kind === 'text' ? piece.text : reject('unsupported_part', `a ${turn.role} turn takes only text`),
    )
    .join('')
}

export const isInstruction = (turn: Turn): boolean => turn.role === 'system' || turn.role === 'developer'

/** Names of tools and of calls, in the order of their first appearance: what a vendor's renaming starts from. */
export function toolNames(request: Request): readonly string[] {
  return [...request.tools.map((tool) => tool.name), ...fromCalls(request, 'name')]
}

export function callIds(request: Request): readonly string[] {
  return fromCalls(request, 'id')
}

function fromCalls(request: Request, member: 'name' | 'id'): readonly string[] {
  return request.messages.flatMap((message) =>
    message.parts.flatMap((part) => {
      if (part.kind !== 'toolCall' || part.json === null) return []
      const value = stringAt(parseJson(part.json), member)
      return value === null ? [] : [value]
    }),
  )
}
