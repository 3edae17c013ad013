import type { JsonObject } from '../json.ts'
import { acceptsNull } from './accepts-null.ts'
import type { Emission } from './emission.ts'
import { inexpressible, use } from './emission.ts'
import { documented, limitsOf } from './limits.ts'
import type { SchemaNode } from './node.ts'

type Emit = (node: SchemaNode, emission: Emission) => JsonObject

export function emitObject(node: SchemaNode, emission: Emission, emit: Emit): JsonObject {
  enter(emission)
  const schema = emission.dialect.closes ? closed(node, emission, emit) : open(node, emission, emit)
  emission.depth -= 1
  return documented({ type: 'object', ...schema, ...limitsOf(node, ['object'], emission) }, node, emission)
}

function enter(emission: Emission): void {
  emission.depth += 1
  if (emission.depth > emission.dialect.most.depth) inexpressible('too many: depth')
}

function closed(node: SchemaNode, emission: Emission, emit: Emit): JsonObject {
  mustList(node)
  if (node.additional === 'anything') emission.lossy.add('additionalProperties')
  const properties = propertiesOf(node, emission, emit)
  const required = emission.dialect.nullsOptional ? properties.map(([name]) => name) : [...node.required]
  return {
    properties: Object.fromEntries(properties),
    ...(required.length === 0 && !emission.dialect.nullsOptional ? {} : { required }),
    additionalProperties: false,
  }
}

/** A closed list of properties must hold all that matter. */
function mustList(node: SchemaNode): void {
  if (typeof node.additional === 'object' && !node.additional.never) inexpressible('a map')
  if (node.others.has('patternProperties')) inexpressible('patternProperties')
  const isListed = node.listsProperties && (node.properties.size > 0 || node.additional !== 'anything')
  if (!isListed && node.additional !== 'nothing') inexpressible('an object of any kind')
  for (const name of node.required)
    if (!node.properties.has(name)) inexpressible('a required property without a schema')
}

function propertiesOf(node: SchemaNode, emission: Emission, emit: Emit): readonly [string, JsonObject][] {
  const properties: [string, JsonObject][] = []
  for (const [name, child] of node.properties) {
    const isRequired = node.required.has(name)
    // What must not be there is left out of a closed list.
    if (child.never && !isRequired && emission.dialect.closes) continue
    use(emission, 'properties', 1)
    use(emission, 'characters', name.length)
    properties.push([name, isRequired ? emit(child, emission) : optional(child, emission, emit)])
  }
  return properties
}

function optional(child: SchemaNode, emission: Emission, emit: Emit): JsonObject {
  use(emission, 'optional', 1)
  emission.optionals += 1
  const schema = emit(child, emission)
  emission.optionals -= 1
  return emission.dialect.nullsOptional && !acceptsNull(child) ? nullable(schema) : schema
}

/** The same, or null for absent. */
function nullable(schema: JsonObject): JsonObject {
  const { type, enum: values, anyOf } = schema
  const types = Array.isArray(type) ? type : [type]
  if (Array.isArray(anyOf)) return { ...schema, anyOf: [...anyOf, { type: 'null' }] }
  if (type === undefined) return { anyOf: [schema, { type: 'null' }] }
  return { ...schema, type: [...types, 'null'], ...(Array.isArray(values) ? { enum: [...values, null] } : {}) }
}

function open(node: SchemaNode, emission: Emission, emit: Emit): JsonObject {
  const others = typeof node.additional === 'object' ? emit(node.additional, emission) : null
  const unlisted = [...node.required].filter((name) => !node.properties.has(name))
  const properties = [
    ...propertiesOf(node, emission, emit),
    ...unlisted.map((name): [string, JsonObject] => [name, others ?? {}]),
  ]
  return {
    ...(properties.length === 0 && !node.listsProperties ? {} : { properties: Object.fromEntries(properties) }),
    ...(node.required.size === 0 ? {} : { required: [...node.required] }),
    ...additionalOf(node, others),
  }
}

function additionalOf(node: SchemaNode, schema: JsonObject | null): JsonObject {
  if (schema !== null) return { additionalProperties: schema }
  // Beside patterns, which the vendor does not see, a closed object would forbid what they allow.
  if (node.additional === 'unsaid' || node.others.has('patternProperties')) return {}
  return { additionalProperties: node.additional === 'anything' }
}

export function emitArray(node: SchemaNode, emission: Emission, emit: Emit): JsonObject {
  const { anything, tuples } = emission.dialect
  if (node.prefixItems.length > 0 && !tuples) inexpressible('a list of item schemas')
  enter(emission)
  const prefix =
    node.prefixItems.length > 0 ? { prefixItems: node.prefixItems.map((each) => emit(each, emission)) } : {}
  const items = itemsOf(node, emission, emit)
  emission.depth -= 1
  if (items === null && !anything) inexpressible('an array of anything')
  return documented({ type: 'array', ...prefix, ...items, ...limitsOf(node, ['array'], emission) }, node, emission)
}

function itemsOf(node: SchemaNode, emission: Emission, emit: Emit): JsonObject | null {
  if (node.items === null) return null
  return node.items.never && node.prefixItems.length > 0
    ? { maxItems: node.prefixItems.length }
    : { items: emit(node.items, emission) }
}
