// Reading JSON of strangers: every value is unknown until a guard has looked at it, and nothing here throws.

export type JsonObject = Readonly<Record<string, unknown>>

/** Deeper than any honest body, and shallow enough for every recursive walk over what was read. */
const maxDepth = 256

/** An object of JSON; a number that is kept as its digits is none, and has no prototype. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) !== null

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

/** More digits than a number of JavaScript can hold. */
const long = /\d{16}/u

/** Node has this, the language library that we compile against not yet. */
const keepsDigits = (json: JSON): json is JSON & { rawJSON: (digits: string) => unknown } => 'rawJSON' in json

/** As parseJson, but numbers with more digits than fit are written again as they came: an id must not change. */
export function parseExact(text: string): unknown {
  if (!long.test(text) || nestsDeeper(text, maxDepth)) return parseJson(text)
  try {
    return JSON.parse(text, exactly)
  } catch {
    return undefined
  }
}

function exactly(...[, value, context]: readonly unknown[]): unknown {
  const digits = typeof value === 'number' ? stringAt(context, 'source') : null
  if (digits === null || digits.length < 16 || digits === String(value) || !keepsDigits(JSON)) return value
  return JSON.rawJSON(digits)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The text, or null where the bytes are no UTF-8. */
function textOf(body: Uint8Array): string | null {
  try {
    return utf8.decode(body)
  } catch {
    return null
  }
}

/** What a body says as JSON, or undefined. */
export function parseBody(body: Uint8Array): unknown {
  const text = textOf(body)
  return text === null ? undefined : parseExact(text)
}
