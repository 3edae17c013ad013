import type { JsonObject } from '../json.ts'
import { isArray, isObject } from '../json.ts'
import { compiles } from './patterns.ts'

const typeNames = new Set<unknown>(['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'])

const isSchema = (value: unknown): boolean => typeof value === 'boolean' || isObject(value)
const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isInteger(value) && value >= 0
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)
const isBound = (value: unknown): boolean => typeof value === 'boolean' || isNumber(value)
const isText = (value: unknown): boolean => typeof value === 'string'
const isFlag = (value: unknown): boolean => typeof value === 'boolean'
const isNames = (value: unknown): boolean => isArray(value) && value.every((each) => typeof each === 'string')
const isType = (value: unknown): boolean =>
  typeNames.has(value) || (isArray(value) && value.length > 0 && value.every((each) => typeNames.has(each)))
const isSchemas = (value: unknown): boolean => isArray(value) && value.length > 0 && value.every(isSchema)
const isItems = (value: unknown): boolean => isSchema(value) || (isArray(value) && value.every(isSchema))
const isSchemaMap = (value: unknown): boolean => isObject(value) && Object.values(value).every(isSchema)
const isDependencies = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every((each) => isSchema(each) || isNames(each))
const isNamesMap = (value: unknown): boolean => isObject(value) && Object.values(value).every(isNames)
const isPattern = (value: unknown): boolean => typeof value === 'string' && compiles(value)
const isPatternMap = (value: unknown): boolean => isSchemaMap(value) && Object.keys(Object(value)).every(compiles)

/** What the value of each keyword must be. Keywords that are not here may be anything. */
const rules: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['type', isType],
  ['enum', isArray],
  ['$ref', isText],
  ['$schema', isText],
  ['properties', isSchemaMap],
  ['required', isNames],
  ['additionalProperties', isSchema],
  ['patternProperties', isPatternMap],
  ['propertyNames', isSchema],
  ['minProperties', isCount],
  ['maxProperties', isCount],
  ['dependencies', isDependencies],
  ['dependentRequired', isNamesMap],
  ['dependentSchemas', isSchemaMap],
  ['items', isItems],
  ['prefixItems', isSchemas],
  ['additionalItems', isSchema],
  ['contains', isSchema],
  ['minContains', isCount],
  ['maxContains', isCount],
  ['minItems', isCount],
  ['maxItems', isCount],
  ['uniqueItems', isFlag],
  ['unevaluatedItems', isSchema],
  ['unevaluatedProperties', isSchema],
  ['minLength', isCount],
  ['maxLength', isCount],
  ['pattern', isPattern],
  ['format', isText],
  ['minimum', isNumber],
  ['maximum', isNumber],
  ['exclusiveMinimum', isBound],
  ['exclusiveMaximum', isBound],
  ['multipleOf', (value) => isNumber(value) && Number(value) > 0],
  ['allOf', isSchemas],
  ['anyOf', isSchemas],
  ['oneOf', isSchemas],
  ['not', isSchema],
  ['if', isSchema],
  ['then', isSchema],
  ['else', isSchema],
  ['definitions', isSchemaMap],
  ['$defs', isSchemaMap],
])

/** The first keyword of the schema whose value it cannot have. */
export function brokenKeyword(schema: JsonObject): string | undefined {
  return Object.keys(schema).find((keyword) => rules.get(keyword)?.(schema[keyword]) === false)
}

const one = new Set(
  `additionalProperties propertyNames additionalItems contains unevaluatedItems unevaluatedProperties not if then else
   items`.split(/\s+/u),
)
const several = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items'])
const named = new Set(['properties', 'patternProperties', 'dependentSchemas', 'definitions', '$defs', 'dependencies'])

type Inner = readonly [place: string, schema: JsonObject]

/** The schemas inside a schema, with where they stand. What stands in an enum or a default is no schema. */
export function innerSchemas(schema: JsonObject): readonly Inner[] {
  const inner: Inner[] = []
  for (const keyword of Object.keys(schema)) {
    const value = schema[keyword]
    if (isObject(value)) {
      if (one.has(keyword)) inner.push([keyword, value])
      else if (named.has(keyword)) inner.push(...membersOf(keyword, Object.entries(value)))
    } else if (isArray(value) && several.has(keyword)) inner.push(...membersOf(keyword, value.entries()))
  }
  return inner
}

function membersOf(keyword: string, members: Iterable<readonly [string | number, unknown]>): readonly Inner[] {
  const inner: Inner[] = []
  for (const [name, value] of members) if (isObject(value)) inner.push([`${keyword}/${name}`, value])
  return inner
}
