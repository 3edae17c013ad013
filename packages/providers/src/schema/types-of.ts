import type { SchemaNode, TypeName } from './node.ts'

const stringLimits = ['minLength', 'maxLength', 'pattern', 'format']
const numberLimits = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']
const arrayLimits = ['minItems', 'maxItems', 'uniqueItems']

const limitTypes: ReadonlyMap<string, readonly TypeName[]> = new Map([
  ...stringLimits.map((name): [string, readonly TypeName[]] => [name, ['string']]),
  ...numberLimits.map((name): [string, readonly TypeName[]] => [name, ['number', 'integer']]),
  ...arrayLimits.map((name): [string, readonly TypeName[]] => [name, ['array']]),
  ...['minProperties', 'maxProperties'].map((name): [string, readonly TypeName[]] => [name, ['object']]),
])

/** Whether a keyword says anything about values of these types. */
export const concerns = (keyword: string, types: readonly TypeName[]): boolean =>
  limitTypes.get(keyword)?.some((type) => types.includes(type)) ?? true

/**
 * The types that the schema is about: those that it names, else the one whose keywords it uses. By the letter such a
 * schema lets every other type pass, but nobody means that. null: anything.
 */
export function typesOf(node: SchemaNode): readonly TypeName[] | null {
  if (node.types !== null) return node.types
  if (isObjectLike(node)) return ['object']
  if (node.items !== null || node.prefixItems.length > 0 || arrayLimits.some((name) => node.limits.has(name)))
    return ['array']
  if (stringLimits.some((name) => node.limits.has(name))) return ['string']
  return numberLimits.some((name) => node.limits.has(name)) ? ['number'] : null
}

const isObjectLike = (node: SchemaNode): boolean =>
  node.listsProperties ||
  node.required.size > 0 ||
  node.additional !== 'unsaid' ||
  node.others.has('patternProperties') ||
  node.limits.has('minProperties') ||
  node.limits.has('maxProperties')

export function typeOfValue(value: unknown): TypeName {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'boolean' : 'object'
}

export const hasType = (value: unknown, types: readonly TypeName[]): boolean => {
  const type = typeOfValue(value)
  return types.includes(type) || (type === 'integer' && types.includes('number'))
}
