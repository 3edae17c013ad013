// The subset of JSON Schema that OpenAI takes with `strict: true`, and its words for what is outside.
import type { JsonObject } from '../../json.ts'
import { arrayAt, isArray, isObject, memberOf, objectAt, stringsAt } from '../../json.ts'

const refused = `allOf oneOf not if then else dependentRequired dependentSchemas patternProperties propertyNames
unevaluatedProperties unevaluatedItems minProperties maxProperties uniqueItems contains prefixItems`.split(/\s+/u)
const maxDepth = 10
const maxProperties = 5_000

interface Count {
  properties: number
}

/** What is wrong, or null. */
export function strictProblem(schema: unknown): string | null {
  if (!isObject(schema)) return 'In context=(), schema must be an object.'
  if (schema['type'] !== 'object') {
    const type = isArray(schema['anyOf']) ? 'None' : (schema['type'] ?? 'None')
    return `schema must be a JSON Schema of 'type: "object"', got 'type: ${JSON.stringify(type)}'.`
  }
  return problemIn(schema, [], 0, { properties: 0 })
}

const context = (path: readonly string[]): string =>
  `In context=(${path.map((step) => `'${step}'`).join(', ')}${path.length === 1 ? ',' : ''})`

function problemIn(schema: unknown, path: readonly string[], depth: number, count: Count): string | null {
  if (!isObject(schema)) return null
  if (depth > maxDepth) return `${context(path)}, schema exceeds the limit of ${maxDepth} levels of nesting.`
  const forbidden = refused.find((keyword) => Object.hasOwn(schema, keyword))
  if (forbidden !== undefined) return `${context(path)}, '${forbidden}' is not permitted.`
  const type = schema['type']
  const describesObject = type === 'object' || (isArray(type) && type.includes('object'))
  return (describesObject ? objectProblem(schema, path, count) : null) ?? problemBelow(schema, path, depth, count)
}

const every = `'required' is required to be supplied and to be an array including every key in properties.`

function objectProblem(schema: JsonObject, path: readonly string[], count: Count): string | null {
  if (memberOf(schema, 'additionalProperties') !== false)
    return `${context(path)}, 'additionalProperties' is required to be supplied and to be false.`
  const required = new Set(stringsAt(schema, 'required'))
  const names = new Set(Object.keys(objectAt(schema, 'properties') ?? {}))
  count.properties += names.size
  if (count.properties > maxProperties)
    return `${context(path)}, schema exceeds the limit of ${maxProperties} properties.`
  for (const name of names) if (!required.has(name)) return `${context(path)}, ${every} Missing '${name}'.`
  for (const name of required)
    if (!names.has(name)) return `${context(path)}, ${every} Extra required key '${name}' supplied.`
  return null
}

function problemBelow(schema: JsonObject, path: readonly string[], depth: number, count: Count): string | null {
  for (const keyword of ['properties', '$defs', 'definitions']) {
    const table = objectAt(schema, keyword) ?? {}
    // Definitions stand beside the tree, not in it.
    const next = keyword === 'properties' ? depth + 1 : 0
    for (const name in table) {
      const found = problemIn(table[name], [...path, keyword, name], next, count)
      if (found !== null) return found
    }
  }
  for (const [index, each] of arrayAt(schema, 'anyOf').entries()) {
    const found = problemIn(each, [...path, 'anyOf', String(index)], depth, count)
    if (found !== null) return found
  }
  return problemIn(memberOf(schema, 'items'), [...path, 'items'], depth + 1, count)
}
