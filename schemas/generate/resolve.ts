/** Avro's JSON, as far as our own schemas use it. */
export type Avro = string | readonly Avro[] | AvroArray | AvroMap | AvroRecord | AvroEnum
interface AvroArray {
  readonly type: 'array'
  readonly items: Avro
}
interface AvroMap {
  readonly type: 'map'
  readonly values: Avro
}
export interface AvroField {
  readonly name: string
  readonly type: Avro
  readonly default?: unknown
  readonly doc?: string
}
interface AvroRecord {
  readonly type: 'record'
  readonly namespace: string
  readonly name: string
  readonly doc: string
  readonly fields: readonly AvroField[]
}
interface AvroEnum {
  readonly type: 'enum'
  readonly namespace: string
  readonly name: string
  readonly doc: string
  readonly symbols: readonly string[]
  readonly default: string
}
export type NamedAvro = AvroRecord | AvroEnum

const prefix = 'waybill.'

/** The name of ours that a type refers to, without its namespace. */
export const referenceOf = (type: Avro): string | undefined =>
  typeof type === 'string' && type.startsWith(prefix) ? type.slice(prefix.length) : undefined

/** The types directly inside a type. */
export function inside(type: Avro): readonly Avro[] {
  if (typeof type === 'string') return []
  if (Array.isArray(type)) return type
  if (!('type' in type)) return []
  switch (type.type) {
    case 'array':
      return [type.items]
    case 'map':
      return [type.values]
    case 'record':
      return type.fields.map((field) => field.type)
    case 'enum':
      return []
  }
}

/** Every name of ours that a type refers to, here or deeper. */
export const referencesOf = (type: Avro): readonly string[] => {
  const name = referenceOf(type)
  return name === undefined ? inside(type).flatMap(referencesOf) : [name]
}

/**
 * One schema that stands alone: each type is defined where it is first met, as a registry and every Avro library want it.
 * @throws when a name is in no file
 */
export function selfContained(name: string, all: ReadonlyMap<string, NamedAvro>): unknown {
  const met = new Set<string>()
  const define = (reference: string): unknown => {
    if (met.has(reference)) return `${prefix}${reference}`
    met.add(reference)
    const found = all.get(reference)
    if (found === undefined) throw new Error(`waybill.${reference} has no file in schemas/avro.`)
    if (found.type === 'enum') return found
    return { ...found, fields: found.fields.map((field) => ({ ...field, type: expand(field.type) })) }
  }
  const expand = (type: Avro): unknown => {
    const reference = referenceOf(type)
    if (reference !== undefined) return define(reference)
    if (typeof type === 'string') return type
    if (Array.isArray(type)) return type.map(expand)
    if ('type' in type && type.type === 'array') return { ...type, items: expand(type.items) }
    if ('type' in type && type.type === 'map') return { ...type, values: expand(type.values) }
    throw new Error('A named type must have a file of its own in schemas/avro.')
  }
  return define(name)
}
