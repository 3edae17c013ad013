// This vendor reads every field in camelCase and in snake_case.
import type { JsonObject } from '../../json.ts'
import { isArray, isObject, memberOf } from '../../json.ts'

const snake = (name: string): string => name.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`)

export const fieldOf = (value: unknown, name: string): unknown => memberOf(value, name) ?? memberOf(value, snake(name))

export function objectField(value: unknown, name: string): JsonObject | null {
  const found = fieldOf(value, name)
  return isObject(found) ? found : null
}

export function arrayField(value: unknown, name: string): readonly unknown[] {
  const found = fieldOf(value, name)
  return isArray(found) ? found : []
}

export function textField(value: unknown, name: string): string | null {
  const found = fieldOf(value, name)
  return typeof found === 'string' ? found : null
}

export function numberField(value: unknown, name: string): number | null {
  const found = fieldOf(value, name)
  return typeof found === 'number' ? found : null
}

export function unknownField(value: JsonObject, known: ReadonlySet<string>): string | undefined {
  return Object.keys(value).find((name) => !known.has(name) && !known.has(camel(name)))
}

const camel = (name: string): string => name.replaceAll(/_([a-z])/gu, (_, letter: string) => letter.toUpperCase())

/** The older schema language: types in capitals, and `nullable`. */
export function jsonSchemaOf(schema: unknown): unknown {
  if (isArray(schema)) return schema.map(jsonSchemaOf)
  if (!isObject(schema)) return schema
  const result: Record<string, unknown> = {}
  for (const name in schema)
    result[camel(name)] = name === 'enum' || name === 'default' ? schema[name] : jsonSchemaOf(schema[name])
  const type = schema['type']
  if (typeof type === 'string')
    result['type'] = schema['nullable'] === true ? [type.toLowerCase(), 'null'] : type.toLowerCase()
  return result
}
