// What structured output and strict tools of this vendor take of JSON Schema.
import type { JsonObject } from '../../json.ts'
import { isArray, isObject, numberAt, objectAt } from '../../json.ts'

const maxUnions = 16
const unsupported: Readonly<Record<string, readonly string[]>> = {
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  string: ['minLength', 'maxLength'],
  array: ['maxItems', 'uniqueItems', 'contains', 'prefixItems'],
  object: ['minProperties', 'maxProperties', 'patternProperties', 'propertyNames'],
}

/** What is wrong with schemas that one grammar is made of, or null. */
export function grammarProblem(schemas: readonly unknown[]): string | null {
  let unions = 0
  const left: unknown[] = [...schemas]
  while (left.length > 0) {
    const node = left.pop()
    if (isArray(node)) for (const each of node) left.push(each)
    if (!isObject(node)) continue
    const wrong = nodeProblem(node)
    if (wrong !== null) return wrong
    if (isArray(node['anyOf']) || isArray(node['type'])) unions++
    below(node, left)
  }
  if (unions <= maxUnions) return null
  return `Schemas contains too many parameters with union types (${unions} parameters with type arrays or anyOf). This causes exponential compilation cost. Reduce the number of nullable or union-typed parameters (limit: ${maxUnions}).`
}

function below(node: JsonObject, left: unknown[]): void {
  for (const keyword of ['properties', '$defs', 'definitions'])
    left.push(...Object.values(objectAt(node, keyword) ?? {}))
  for (const keyword of ['items', 'anyOf', 'allOf']) left.push(node[keyword])
}

function nodeProblem(node: JsonObject): string | null {
  if (Object.hasOwn(node, 'oneOf')) return "Schema type 'oneOf' is not supported"
  const type = typeof node['type'] === 'string' ? node['type'] : ''
  if (type === 'object' && node['additionalProperties'] !== false)
    return "For 'object' type, 'additionalProperties' must be explicitly set to false"
  if (type === 'array' && (numberAt(node, 'minItems') ?? 0) > 1)
    return "For 'array' type, 'minItems' values other than 0 or 1 are not supported"
  const found = (unsupported[type] ?? []).filter((keyword) => Object.hasOwn(node, keyword))
  return found.length === 0 ? null : `For '${type}' type, properties ${found.join(', ')} are not supported`
}
