import type { JsonObject } from '../json.ts'
import { isArray, isObject, memberOf, parseJson, stringAt } from '../json.ts'
import type { SchemaNode, TypeName } from './node.ts'
import { emptyNode } from './node.ts'
import type { Resolve } from './references.ts'
import { resolverOf } from './references.ts'

const typeNames: ReadonlyMap<unknown, TypeName> = new Map(
  (['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'] as const).map((name) => [name, name]),
)
const limitKeywords = new Set(
  `minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern format minItems maxItems
   uniqueItems minProperties maxProperties`.split(/\s+/u),
)
const otherKeywords = new Set(
  `not if then else patternProperties dependencies dependentRequired dependentSchemas contains minContains maxContains
   propertyNames unevaluatedProperties unevaluatedItems additionalItems $dynamicRef`.split(/\s+/u),
)

interface Reader {
  readonly resolve: Resolve
  /** Before 2019-09 whatever stands beside a $ref does not count. */
  readonly refStandsAlone: boolean
  /** By the identity of what was parsed, so that a reference leads to one node and cycles end. */
  readonly nodes: Map<unknown, SchemaNode>
}

/** More than any vendor takes. */
const mostNodes = 20_000

/** The schema as a graph, or null for what is no schema, refers to nothing, or is too large. */
export function readSchema(schemaText: string): SchemaNode | null {
  const root = parseJson(schemaText)
  const draft = stringAt(root, '$schema') ?? ''
  const refStandsAlone = /draft-0[3-7]/u.test(draft)
  const reader = { resolve: resolverOf(root), refStandsAlone, nodes: new Map<unknown, SchemaNode>() }
  return readNode(root, reader)
}

function readNode(schema: unknown, reader: Reader): SchemaNode | null {
  if (schema === true) return emptyNode()
  if (schema === false) return { ...emptyNode(), never: true }
  if (!isObject(schema)) return null
  const known = reader.nodes.get(schema)
  if (known !== undefined) return known
  if (reader.nodes.size > mostNodes) return null
  const node = emptyNode()
  reader.nodes.set(schema, node)
  return fill(node, schema, reader) ? node : null
}

/** False where something in it is no schema. */
function fill(node: SchemaNode, schema: JsonObject, reader: Reader): boolean {
  node.title = stringAt(schema, 'title')
  node.description = stringAt(schema, 'description')
  const reference = stringAt(schema, '$ref') ?? (memberOf(schema, '$recursiveRef') === '#' ? '#' : null)
  if (reference !== null && !follow(node, reference, reader)) return false
  if (reference !== null && reader.refStandsAlone) return true
  readValues(node, schema)
  return readObject(node, schema, reader) && readArray(node, schema, reader) && readBranches(node, schema, reader)
}

function follow(node: SchemaNode, reference: string, reader: Reader): boolean {
  const target = readNode(reader.resolve(reference), reader)
  if (target === null) return false
  if (target.name === 'schema')
    target.name = reference.slice(reference.lastIndexOf('/') + 1).replace(/^#/u, '') || 'root'
  node.ref = target
  return true
}

function readValues(node: SchemaNode, schema: JsonObject): void {
  const type = memberOf(schema, 'type')
  const name = typeNames.get(type)
  if (name !== undefined) node.types = [name]
  else if (isArray(type)) node.types = type.flatMap((each) => typeNames.get(each) ?? [])
  const values = memberOf(schema, 'enum')
  if (Object.hasOwn(schema, 'const')) node.values = [schema['const']]
  else if (isArray(values)) node.values = values
  readKeywords(node, schema)
}

function readKeywords(node: SchemaNode, schema: JsonObject): void {
  const limits = new Map<string, unknown>()
  const others = new Map<string, unknown>()
  for (const keyword of Object.keys(schema))
    if (limitKeywords.has(keyword)) limits.set(keyword, schema[keyword])
    else if (otherKeywords.has(keyword)) others.set(keyword, schema[keyword])
  if (limits.size > 0) node.limits = modernBounds(limits)
  if (others.size > 0) node.others = others
}

/** In draft-04 an exclusive bound is a flag beside the bound. */
function modernBounds(limits: Map<string, unknown>): ReadonlyMap<string, unknown> {
  modernBound(limits, 'exclusiveMinimum', 'minimum')
  modernBound(limits, 'exclusiveMaximum', 'maximum')
  return limits
}

function modernBound(limits: Map<string, unknown>, flag: string, bound: string): void {
  const exclusive = limits.get(flag)
  if (typeof exclusive !== 'boolean') return
  limits.delete(flag)
  if (!exclusive || !limits.has(bound)) return
  limits.set(flag, limits.get(bound))
  limits.delete(bound)
}

function readObject(node: SchemaNode, schema: JsonObject, reader: Reader): boolean {
  const properties = memberOf(schema, 'properties')
  if (isObject(properties)) {
    const read = readMap(properties, reader)
    if (read === null) return false
    node.properties = read
    node.listsProperties = true
  }
  const required = memberOf(schema, 'required')
  if (isArray(required)) node.required = new Set(required.filter((name) => typeof name === 'string'))
  const additional = memberOf(schema, 'additionalProperties')
  if (additional === undefined) return true
  const read = typeof additional === 'boolean' ? (additional ? 'anything' : 'nothing') : readNode(additional, reader)
  if (read === null) return false
  node.additional = read
  return true
}

function readMap(schemas: JsonObject, reader: Reader): ReadonlyMap<string, SchemaNode> | null {
  const read = new Map<string, SchemaNode>()
  for (const name of Object.keys(schemas)) {
    const node = readNode(schemas[name], reader)
    if (node === null) return null
    read.set(name, node)
  }
  return read
}

/** A list of item schemas is a tuple in every draft but the newest, where another keyword says so. */
function readArray(node: SchemaNode, schema: JsonObject, reader: Reader): boolean {
  const items = memberOf(schema, 'items')
  const prefix = isArray(items) ? items : memberOf(schema, 'prefixItems')
  if (isArray(prefix)) {
    const read = readList(prefix, reader)
    if (read === null) return false
    node.prefixItems = read
  }
  if (items === undefined || isArray(items)) return true
  node.items = readNode(items, reader)
  return node.items !== null
}

function readBranches(node: SchemaNode, schema: JsonObject, reader: Reader): boolean {
  for (const keyword of ['anyOf', 'oneOf', 'allOf'] as const) {
    const branches = memberOf(schema, keyword)
    if (!isArray(branches)) continue
    const read = readList(branches, reader)
    if (read === null) return false
    node[keyword] = read
  }
  return true
}

function readList(schemas: readonly unknown[], reader: Reader): readonly SchemaNode[] | null {
  const read: SchemaNode[] = []
  for (const schema of schemas) {
    const node = readNode(schema, reader)
    if (node === null) return null
    read.push(node)
  }
  return read
}
