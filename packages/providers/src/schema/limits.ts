import type { JsonObject } from '../json.ts'
import type { Emission } from './emission.ts'
import type { SchemaNode, TypeName } from './node.ts'
import { concerns } from './types-of.ts'

/** The keywords that the dialect takes as they are. */
export function limitsOf(node: SchemaNode, types: readonly TypeName[], emission: Emission): JsonObject {
  const kept: [string, unknown][] = []
  for (const [keyword, value] of node.limits)
    if (concerns(keyword, types) && emission.dialect.limits[keyword]?.(value) === true) kept.push([keyword, value])
  return Object.fromEntries(kept)
}

/** Longer than this a constraint says nothing to a model, and costs on every call. */
const longestNote = 200

/** With title and description, and in it what the dialect has no keyword for: a model can read. */
export function documented(schema: JsonObject, node: SchemaNode, emission: Emission): JsonObject {
  const note = node.limits.size + node.others.size === 0 ? '' : noteOf(node, schema, emission)
  const parts = [node.description ?? '', note].filter((part) => part !== '')
  if (parts.length === 0 && node.title === null) return schema
  const described = parts.length === 0 ? {} : { description: parts.join('\n') }
  return { ...schema, ...(node.title === null ? {} : { title: node.title }), ...described }
}

function noteOf(node: SchemaNode, schema: JsonObject, emission: Emission): string {
  const lost = lostKeywords(node, schema, emission)
  for (const [keyword] of lost) emission.lossy.add(keyword)
  const notes = lost.map(([keyword, value]) => `${keyword}: ${JSON.stringify(value)}`)
  const note = notes.filter((each) => each.length <= longestNote).join(', ')
  return note === '' ? '' : `{${note}}`
}

function lostKeywords(node: SchemaNode, schema: JsonObject, emission: Emission): readonly [string, unknown][] {
  const types = typeNames(schema)
  const limits = [...node.limits].filter(
    ([keyword, value]) =>
      concerns(keyword, types) && emission.dialect.limits[keyword]?.(value) !== true && says(keyword, value),
  )
  return [...limits, ...node.others]
}

/** A keyword whose value forbids nothing is not lost. */
const says = (keyword: string, value: unknown): boolean =>
  !(value === 0 && keyword.startsWith('min') && keyword !== 'minimum') &&
  !(keyword === 'uniqueItems' && value === false)

const every: readonly TypeName[] = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object']

function typeNames(schema: JsonObject): readonly TypeName[] {
  const type = schema['type']
  return every.filter((each) => type === undefined || type === each || (Array.isArray(type) && type.includes(each)))
}
