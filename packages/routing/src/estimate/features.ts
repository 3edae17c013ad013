// What can be told of a request without tokenising it or reading its text: sizes, turns, tools. Linear in its parts.
import type { Part } from '@waybill/schemas/generated/part'
import type { Request } from '@waybill/schemas/generated/request'
import type { Role } from '@waybill/schemas/generated/role'
import { defaultAccount } from '../catalogue/accounts.ts'

/** An API of an account that alone understands a part; `api` null: any of the provider's. */
interface PartOwner {
  readonly provider: string
  readonly account: string
  readonly api: string | null
}

export interface Features {
  /** Of text that people and models wrote. */
  readonly textCharacters: number
  /** Of JSON: arguments, schemas, tool descriptions. */
  readonly jsonCharacters: number
  readonly mediaBytes: number
  readonly images: number
  /** Their kinds, each once. */
  readonly imageTypes: readonly string[]
  /** Whether one of them stands in an assistant's turn. */
  readonly assistantImages: boolean
  readonly turns: number
  /** Whose parts the conversation holds: each of these must be the target. */
  readonly owners: readonly PartOwner[]
}

interface Counting {
  textCharacters: number
  jsonCharacters: number
  mediaBytes: number
  images: number
  readonly imageTypes: string[]
  assistantImages: boolean
  readonly owners: PartOwner[]
}

const nothing = { textCharacters: 0, jsonCharacters: 0, mediaBytes: 0, images: 0, assistantImages: false } as const

export function featuresOf(request: Request): Features {
  const counting: Counting = { ...nothing, imageTypes: [], owners: [] }
  for (const { role, parts } of request.messages) for (const part of parts) countPart(part, role, counting)
  for (const tool of request.tools)
    counting.jsonCharacters += tool.name.length + (tool.description?.length ?? 0) + tool.parameters.length
  counting.jsonCharacters += request.outputSchema?.length ?? 0
  return { ...counting, turns: request.messages.length }
}

/** Whether all of the input is text and JSON. */
export const isTextAlone = ({ images, mediaBytes }: Features): boolean => images === 0 && mediaBytes === 0

function countPart(part: Part, role: Role, counting: Counting): void {
  counting.textCharacters += part.text?.length ?? 0
  counting.jsonCharacters += part.json?.length ?? 0
  if (part.kind === 'image') countImage(part, role, counting)
  counting.mediaBytes += part.media?.data?.length ?? 0
  if (part.opaque !== null) countOpaque(part.opaque, counting)
}

function countImage({ media }: Part, role: Role, counting: Counting): void {
  counting.images += 1
  counting.assistantImages ||= role === 'assistant'
  const type = media?.mimeType.toLowerCase() ?? ''
  if (!counting.imageTypes.includes(type)) counting.imageTypes.push(type)
}

function countOpaque(opaque: string, counting: Counting): void {
  counting.jsonCharacters += opaque.length
  const owner = ownerOf(opaque)
  if (owner !== null && !counting.owners.some((known) => isSame(known, owner))) counting.owners.push(owner)
}

const isSame = (one: PartOwner, other: PartOwner): boolean =>
  one.provider === other.provider && one.api === other.api && one.account === other.account

/** Whose part it is; null for one that does not say, which every vendor's translation refuses anyway. */
function ownerOf(opaque: string): PartOwner | null {
  const value = parsed(opaque)
  if (typeof value !== 'object' || value === null || !('provider' in value)) return null
  const api = 'api' in value && typeof value.api === 'string' ? value.api : null
  const account = 'account' in value && typeof value.account === 'string' ? value.account : defaultAccount
  return typeof value.provider === 'string' ? { provider: value.provider, account, api } : null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
