// A value that satisfies a JSON Schema, any draft: structure here, merging in schema-merge.ts, strings in text-value.ts.
import type { JsonObject } from '../json.ts'
import { arrayAt, isArray, isObject, memberOf, numberAt, objectAt, stringsAt } from '../json.ts'
import type { Random } from '../random.ts'
import { between, chance, pick } from '../random.ts'
import { numberValue } from './number-value.ts'
import { matching } from './pattern.ts'
import { word } from './prose.ts'
import { flattened } from './schema-merge.ts'
import { textValue } from './text-value.ts'

interface Walk {
  readonly root: unknown
  readonly random: Random
  /** Values still to be made: what is left when it is used up is as small as can be. */
  budget: number
}

/** Beyond this, only what is required is filled in, and recursive alternatives are left. */
const deep = 4
const deepest = 24
const nodes = 4_000
const longestArray = 200

export function valueFor(schema: unknown, random: Random): unknown {
  return valueOf(schema, '', 0, { root: schema, random, budget: nodes })
}

function valueOf(given: unknown, name: string, depth: number, walk: Walk): unknown {
  walk.budget--
  if (!isObject(given)) return given === false ? null : anything(walk)
  const schema = flattened(given, walk.root, depth > deep, walk.random)
  if (Object.hasOwn(schema, 'const')) return schema['const']
  const options = arrayAt(schema, 'enum')
  if (options.length > 0) return chosen(schema, options, walk.random)
  if (depth > deepest || walk.budget < -nodes) return smallest(schema)
  return makers[typeOf(schema, walk.random)](schema, name, depth, walk)
}

type Type = 'object' | 'array' | 'integer' | 'number' | 'boolean' | 'null' | 'string' | 'any'

const makers: Readonly<Record<Type, (schema: JsonObject, name: string, depth: number, walk: Walk) => unknown>> = {
  object: (schema, _, depth, walk) => objectValue(schema, depth, walk),
  array: arrayValue,
  integer: (schema, _, __, walk) => numberValue(schema, walk.random, true),
  number: (schema, _, __, walk) => numberValue(schema, walk.random, false),
  boolean: (_, __, ___, walk) => chance(walk.random, 0.5),
  null: () => null,
  string: (schema, name, _, walk) => textValue(schema, name, walk.random),
  any: (_, __, ___, walk) => anything(walk),
}

const isType = (type: string): type is Type => Object.hasOwn(makers, type)

const anything = (walk: Walk): string => word(walk.random)

/** Some schemas list values that their own type forbids. */
function chosen(schema: JsonObject, options: readonly unknown[], random: Random): unknown {
  const types = typesOf(schema)
  const fitting = types.length === 0 ? options : options.filter((each) => types.some((type) => isOfType(each, type)))
  return pick(random, fitting.length > 0 ? fitting : options)
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return isArray(value)
  if (type === 'object') return isObject(value)
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}

const typesOf = (schema: JsonObject): readonly string[] => {
  const type = memberOf(schema, 'type')
  return typeof type === 'string' ? [type] : stringsAt(schema, 'type')
}

const hints: readonly (readonly [Type, readonly string[]])[] = [
  ['object', ['properties', 'required', 'additionalProperties', 'patternProperties', 'minProperties', 'propertyNames']],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems', 'contains']],
  ['string', ['pattern', 'format', 'minLength', 'maxLength']],
  ['number', ['minimum', 'maximum', 'multipleOf', 'exclusiveMinimum', 'exclusiveMaximum']],
]

function typeOf(schema: JsonObject, random: Random): Type {
  const types = typesOf(schema).filter(isType)
  if (types.length > 1) {
    const full = types.filter((type) => type !== 'null')
    return chance(random, 0.1) && types.includes('null') ? 'null' : (pick(random, full) ?? 'null')
  }
  const hinted = hints.find(([, keywords]) => keywords.some((each) => Object.hasOwn(schema, each)))?.[0]
  return types[0] ?? hinted ?? 'any'
}

function smallest(schema: JsonObject): unknown {
  const empty: Readonly<Record<string, unknown>> = { object: {}, array: [], string: '', boolean: false, null: null }
  const type = typesOf(schema).includes('null') ? 'null' : (typesOf(schema)[0] ?? 'object')
  return Object.hasOwn(empty, type) ? empty[type] : 0
}

function objectValue(schema: JsonObject, depth: number, walk: Walk): JsonObject {
  const properties = objectAt(schema, 'properties') ?? {}
  const required = new Set([...stringsAt(schema, 'required'), ...propertiesThatSayRequired(properties)])
  const value: Record<string, unknown> = {}
  for (const name of required) put(value, name, valueOf(schemaFor(schema, name), name, depth + 1, walk))
  const optional = Object.keys(properties).filter((name) => !required.has(name) && properties[name] !== false)
  const room = (numberAt(schema, 'maxProperties') ?? Infinity) - required.size
  for (const name of optional.slice(0, Math.max(0, Math.min(room, optional.length)))) {
    const wanted = isRoomy(depth, walk) && chance(walk.random, 0.6)
    if (wanted) put(value, name, valueOf(properties[name], name, depth + 1, walk))
  }
  dependants(schema, value, depth, walk)
  extras(schema, value, depth, walk)
  return value
}

const isRoomy = (depth: number, walk: Walk): boolean => depth <= deep && walk.budget > 0

/** An own property even for `__proto__`. */
function put(value: Record<string, unknown>, name: string, member: unknown): void {
  Object.defineProperty(value, name, { value: member, enumerable: true, configurable: true, writable: true })
}

/** Draft 3 said it with each property. */
function propertiesThatSayRequired(properties: JsonObject): readonly string[] {
  return Object.keys(properties).filter((name) => memberOf(properties[name], 'required') === true)
}

function schemaFor(schema: JsonObject, name: string): unknown {
  const own = memberOf(objectAt(schema, 'properties'), name)
  if (own !== undefined) return own
  const patterned = Object.entries(objectAt(schema, 'patternProperties') ?? {})
  const fitting = patterned.find(([pattern]) => pattern.length < 60 && simple.test(pattern) && matches(pattern, name))
  if (fitting !== undefined) return fitting[1]
  const rest = memberOf(schema, 'additionalProperties')
  return isObject(rest) ? rest : {}
}

/** Patterns that cannot take long on a short name. */
const simple = /^[^()]*$/u
function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(name.slice(0, 100))
  } catch {
    return false
  }
}

function dependants(schema: JsonObject, value: Record<string, unknown>, depth: number, walk: Walk): void {
  for (const keyword of ['dependentRequired', 'dependencies']) {
    const table = objectAt(schema, keyword) ?? {}
    for (const name in table) {
      if (!Object.hasOwn(value, name)) continue
      for (const needed of stringsAt(table, name))
        if (!Object.hasOwn(value, needed))
          put(value, needed, valueOf(schemaFor(schema, needed), needed, depth + 1, walk))
    }
  }
}

/** Members beyond the named ones: as many as must be, and a few where the object is a map. */
function extras(schema: JsonObject, value: Record<string, unknown>, depth: number, walk: Walk): void {
  const least = Math.min(numberAt(schema, 'minProperties') ?? 0, longestArray)
  const isMap = isObject(memberOf(schema, 'additionalProperties')) && objectAt(schema, 'properties') === null
  const wanted = isMap && isRoomy(depth, walk) ? Math.max(least, 2) : least
  const named = Object.keys(objectAt(schema, 'properties') ?? {}).filter((name) => !Object.hasOwn(value, name))
  for (let tries = 0; Object.keys(value).length < wanted && tries < wanted * 3; tries++) {
    const name = named.shift() ?? nameFor(schema, walk)
    if (!Object.hasOwn(value, name)) put(value, name, valueOf(schemaFor(schema, name), name, depth + 1, walk))
  }
}

function nameFor(schema: JsonObject, walk: Walk): string {
  const [pattern] = Object.keys(objectAt(schema, 'patternProperties') ?? {})
  const names = objectAt(schema, 'propertyNames')
  if (names !== null) return String(valueOf(names, '', deep, walk))
  return (pattern === undefined ? null : matching(pattern, walk.random, 1, 60)) ?? word(walk.random)
}

interface Shape {
  readonly prefix: readonly unknown[]
  readonly rest: unknown
}

/** Drafts differ in where the first few items are told apart from the rest. */
function shapeOf(schema: JsonObject): Shape {
  const items = memberOf(schema, 'items')
  if (isArray(items)) return { prefix: items, rest: memberOf(schema, 'additionalItems') }
  return { prefix: arrayAt(schema, 'prefixItems'), rest: items }
}

function lengthOf(schema: JsonObject, shape: Shape, depth: number, walk: Walk): number {
  const least = Math.min(numberAt(schema, 'minItems') ?? 0, longestArray)
  const most = Math.min(numberAt(schema, 'maxItems') ?? Infinity, least + 2)
  const length = isRoomy(depth, walk) ? Math.max(least, between(walk.random, Math.min(1, most), most)) : least
  return shape.rest === false ? Math.min(shape.prefix.length, length) : length
}

function arrayValue(schema: JsonObject, name: string, depth: number, walk: Walk): readonly unknown[] {
  const shape = shapeOf(schema)
  const length = lengthOf(schema, shape, depth, walk)
  const contains = objectAt(schema, 'contains')
  const value: unknown[] = []
  for (let index = 0; index < length; index++) {
    const isLast = index === length - 1
    const member = isLast && contains !== null ? contains : (shape.prefix[index] ?? shape.rest)
    value.push(distinct(schema, value, () => valueOf(member, name, depth + 1, walk)))
  }
  return memberOf(schema, 'uniqueItems') === true ? unique(value) : value
}

function distinct(schema: JsonObject, value: readonly unknown[], make: () => unknown): unknown {
  if (memberOf(schema, 'uniqueItems') !== true) return make()
  const taken = new Set(value.map((each) => JSON.stringify(each)))
  for (let tries = 0; tries < 12; tries++) {
    const candidate = make()
    if (!taken.has(JSON.stringify(candidate))) return candidate
  }
  return make()
}

function unique(value: readonly unknown[]): readonly unknown[] {
  const seen = new Set<string>()
  return value.filter((each) => {
    const text = JSON.stringify(each)
    return !seen.has(text) && seen.add(text).has(text)
  })
}
