// What can be told of a request without tokenising it or reading its text: sizes, turns, tools. Linear in its parts.
import type { Part } from '@waybill/schemas/generated/part'
import type { Request } from '@waybill/schemas/generated/request'

/** An API that alone understands a part; `api` null: any of the provider's. */
interface PartOwner {
  readonly provider: string
  readonly api: string | null
}

export interface Features {
  /** Of text that people and models wrote. */
  readonly textCharacters: number
  /** Of JSON: arguments, schemas, tool descriptions. */
  readonly jsonCharacters: number
  readonly mediaBytes: number
  readonly images: number
  readonly turns: number
  /** Whose parts the conversation holds: each of these must be the target. */
  readonly owners: readonly PartOwner[]
}

interface Counting {
  textCharacters: number
  jsonCharacters: number
  mediaBytes: number
  images: number
  readonly owners: PartOwner[]
}

export function featuresOf(request: Request): Features {
  const counting: Counting = { textCharacters: 0, jsonCharacters: 0, mediaBytes: 0, images: 0, owners: [] }
  for (const message of request.messages) for (const part of message.parts) countPart(part, counting)
  for (const tool of request.tools)
    counting.jsonCharacters += tool.name.length + (tool.description?.length ?? 0) + tool.parameters.length
  counting.jsonCharacters += request.outputSchema?.length ?? 0
  return { ...counting, turns: request.messages.length }
}

/** Whether all of the input is text and JSON. */
export const isTextAlone = ({ images, mediaBytes }: Features): boolean => images === 0 && mediaBytes === 0

function countPart(part: Part, counting: Counting): void {
  counting.textCharacters += part.text?.length ?? 0
  counting.jsonCharacters += part.json?.length ?? 0
  if (part.kind === 'image') counting.images += 1
  counting.mediaBytes += part.media?.data?.length ?? 0
  if (part.opaque !== null) countOpaque(part.opaque, counting)
}

function countOpaque(opaque: string, counting: Counting): void {
  counting.jsonCharacters += opaque.length
  const owner = ownerOf(opaque)
  if (owner !== null && !counting.owners.some((known) => isSame(known, owner))) counting.owners.push(owner)
}

const isSame = (one: PartOwner, other: PartOwner): boolean => one.provider === other.provider && one.api === other.api

/** Whose part it is; null for one that does not say, which every vendor's translation refuses anyway. */
function ownerOf(opaque: string): PartOwner | null {
  const value = parsed(opaque)
  if (typeof value !== 'object' || value === null || !('provider' in value)) return null
  const api = 'api' in value && typeof value.api === 'string' ? value.api : null
  return typeof value.provider === 'string' ? { provider: value.provider, api } : null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
