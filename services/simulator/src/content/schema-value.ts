// A value that satisfies a JSON Schema, any draft: structure here, merging in schema-merge.ts, strings in text-value.ts.
import type { JsonObject } from '../json.ts'
import { arrayAt, isArray, isObject, memberOf, numberAt, objectAt, stringAt, stringsAt } from '../json.ts'
import type { Random } from '../random.ts'
import { between, chance, pick } from '../random.ts'
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
  switch (typeOf(schema, walk.random)) {
    case 'object':
      return objectValue(schema, depth, walk)
    case 'array':
      return arrayValue(schema, name, depth, walk)
    case 'integer':
      return numberValue(schema, walk.random, true)
    case 'number':
      return numberValue(schema, walk.random, false)
    case 'boolean':
      return chance(walk.random, 0.5)
    case 'null':
      return null
    case 'string':
      return textValue(schema, name, walk.random)
    default:
      return anything(walk)
  }
}

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

const hints: readonly (readonly [string, readonly string[]])[] = [
  ['object', ['properties', 'required', 'additionalProperties', 'patternProperties', 'minProperties', 'propertyNames']],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems', 'contains']],
  ['string', ['pattern', 'format', 'minLength', 'maxLength']],
  ['number', ['minimum', 'maximum', 'multipleOf', 'exclusiveMinimum', 'exclusiveMaximum']],
]

function typeOf(schema: JsonObject, random: Random): string | null {
  const types = typesOf(schema)
  if (types.length > 1) {
    const full = types.filter((type) => type !== 'null')
    return chance(random, 0.1) && types.includes('null') ? 'null' : (pick(random, full) ?? 'null')
  }
  return types[0] ?? hints.find(([, keywords]) => keywords.some((each) => Object.hasOwn(schema, each)))?.[0] ?? null
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
  const most = numberAt(schema, 'maxProperties') ?? Infinity
  for (const name of required) put(value, name, valueOf(schemaFor(schema, name), name, depth + 1, walk))
  for (const name in properties) {
    if (required.has(name) || properties[name] === false || Object.keys(value).length >= most) continue
    const wanted = depth <= deep && walk.budget > 0 && chance(walk.random, 0.6)
    if (wanted) put(value, name, valueOf(properties[name], name, depth + 1, walk))
  }
  dependants(schema, value, depth, walk)
  extras(schema, value, depth, walk)
  return value
}

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
  const wanted = isMap && depth <= deep && walk.budget > 0 ? Math.max(least, 2) : least
  const named = Object.keys(objectAt(schema, 'properties') ?? {}).filter((name) => !Object.hasOwn(value, name))
  for (let tries = 0; Object.keys(value).length < wanted && tries < wanted * 3; tries++) {
    const name = Object.keys(value).length < least ? (named.shift() ?? nameFor(schema, walk)) : nameFor(schema, walk)
    if (!Object.hasOwn(value, name)) put(value, name, valueOf(schemaFor(schema, name), name, depth + 1, walk))
  }
}

function nameFor(schema: JsonObject, walk: Walk): string {
  const [pattern] = Object.keys(objectAt(schema, 'patternProperties') ?? {})
  const names = objectAt(schema, 'propertyNames')
  if (names !== null) return String(valueOf(names, '', deep, walk))
  return (pattern === undefined ? null : matching(pattern, walk.random, 1, 60)) ?? word(walk.random)
}

function arrayValue(schema: JsonObject, name: string, depth: number, walk: Walk): readonly unknown[] {
  const items = memberOf(schema, 'items')
  const prefix = isArray(items) ? items : arrayAt(schema, 'prefixItems')
  const rest = isArray(items) ? memberOf(schema, 'additionalItems') : items
  const least = Math.min(numberAt(schema, 'minItems') ?? 0, longestArray)
  const most = Math.min(numberAt(schema, 'maxItems') ?? Infinity, least + 2)
  const roomy = depth <= deep && walk.budget > 0
  const end = roomy ? Math.max(least, between(walk.random, Math.min(1, most), most)) : least
  const closed = rest === false
  const count = closed ? Math.min(prefix.length, Math.max(end, least)) : end
  const value: unknown[] = []
  const contains = objectAt(schema, 'contains')
  for (let index = 0; index < count; index++) {
    const member = prefix[index] ?? (contains !== null && index === count - 1 ? contains : rest)
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

function numberValue(schema: JsonObject, random: Random, whole: boolean): number {
  const step = numberAt(schema, 'multipleOf') ?? numberAt(schema, 'divisibleBy') ?? (whole ? 1 : 0.25)
  const unit = step > 0 && Number.isFinite(step) ? (whole && !Number.isInteger(step) ? Math.ceil(step) : step) : 1
  const low = boundOf(schema, 'minimum', 'exclusiveMinimum', unit)
  const high = boundOf(schema, 'maximum', 'exclusiveMaximum', -unit)
  const from = low ?? (high === null ? 0 : Math.min(0, high - 100 * unit))
  const to = high ?? Math.max(from + 100 * unit, from)
  const first = Math.ceil(from / unit - 1e-9)
  const last = Math.floor(to / unit + 1e-9)
  if (last < first) return whole ? Math.round(from) : (from + to) / 2
  const value = rounded(between(random, first, Math.min(last, first + 1_000)) * unit)
  return Object.is(value, -0) ? 0 : value
}

const rounded = (value: number): number => Number(value.toPrecision(15))

/** Exclusive bounds are a flag in draft 4 and a number since. */
function boundOf(schema: JsonObject, inclusive: string, exclusive: string, step: number): number | null {
  const bound = numberAt(schema, inclusive)
  const strict = memberOf(schema, exclusive)
  if (typeof strict === 'number')
    return Math.sign(step) > 0
      ? Math.max(strict + step, bound ?? -Infinity)
      : Math.min(strict + step, bound ?? Infinity)
  return bound !== null && strict === true ? bound + step : bound
}
