// Reading JSON of strangers: every value is unknown until a guard has looked at it.

export type JsonObject = Readonly<Record<string, unknown>>

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

export function stringsAt(value: unknown, name: string): readonly string[] {
  return arrayAt(value, name).filter((each) => typeof each === 'string')
}

/** The value, or undefined for what is no JSON. JSON has no undefined of its own. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
