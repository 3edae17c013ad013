// Reading JSON of strangers: every value is unknown until a guard has looked at it, and nothing here throws.

export type JsonObject = Readonly<Record<string, unknown>>

/** Deeper than any honest body, and shallow enough for every recursive walk over what was read. */
export const maxDepth = 256

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value)

/** An own member, so that no name finds what every object inherits. */
export const memberOf = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined

export function objectAt(value: unknown, name: string): JsonObject | null {
  const member = memberOf(value, name)
  return isObject(member) ? member : null
}

export function arrayAt(value: unknown, name: string): readonly unknown[] {
  const member = memberOf(value, name)
  return isArray(member) ? member : []
}

export function stringAt(value: unknown, name: string): string | null {
  const member = memberOf(value, name)
  return typeof member === 'string' ? member : null
}

export function numberAt(value: unknown, name: string): number | null {
  const member = memberOf(value, name)
  return typeof member === 'number' ? member : null
}

/** Whether brackets nest deeper than the limit: one pass, no recursion, strings skipped. */
export function nestsDeeper(text: string, limit: number): boolean {
  if (text.length <= limit) return false
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 0x22) index = endOfString(text, index)
    else if (code === 0x5b || code === 0x7b) depth++
    else if (code === 0x5d || code === 0x7d) depth--
    if (depth > limit) return true
  }
  return false
}

/** The index of the quote that ends the string which starts at `start`, or the text's end. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

function isEscaped(text: string, index: number): boolean {
  let slashes = 0
  while (text.charCodeAt(index - 1 - slashes) === 0x5c) slashes++
  return slashes % 2 === 1
}

/** The value, or undefined for what is no JSON or nests too deep. JSON has no undefined of its own. */
export function parseJson(text: string, depth: number = maxDepth): unknown {
  if (nestsDeeper(text, depth)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The text, or null where the bytes are no UTF-8. */
export function textOf(body: Uint8Array): string | null {
  try {
    return utf8.decode(body)
  } catch {
    return null
  }
}

/** What a body says as JSON, or undefined. */
export function parseBody(body: Uint8Array): unknown {
  const text = textOf(body)
  return text === null ? undefined : parseJson(text)
}
