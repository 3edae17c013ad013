import avro from 'avsc'

export type AvroType = avro.Type

/** Unions are null and one other type, so values stay plain: see `wrapUnions` of avsc. */
export function parse(schema: string): AvroType {
  return avro.Type.forSchema(JSON.parse(schema), { wrapUnions: 'auto' })
}

/** Whether a reader can read what a writer wrote. */
export function reads(reader: AvroType, writer: AvroType): boolean {
  try {
    reader.createResolver(writer)
    return true
  } catch {
    return false
  }
}

const member = (schema: object, name: string): unknown => Reflect.get(schema, name)

/** Whether a value of this schema may take no bytes: an array of such values makes millions out of five bytes. */
function takesNoBytes(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return schema === 'null'
  const type = member(schema, 'type')
  if (type === 'fixed') return member(schema, 'size') === 0
  if (type !== 'record') return takesNoBytes(type)
  const fields = member(schema, 'fields')
  return Array.isArray(fields) && fields.every((field: object) => takesNoBytes(member(field, 'type')))
}

/** Whether a writer's schema has an array, anywhere, whose items may take no bytes. */
export function hasBoundlessArray(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(hasBoundlessArray)
  if (typeof schema !== 'object' || schema === null) return false
  if (member(schema, 'type') === 'array' && takesNoBytes(member(schema, 'items'))) return true
  return Object.values(schema).some((inner) => typeof inner === 'object' && hasBoundlessArray(inner))
}

const articles: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  long: 'a whole number',
  float: 'a number',
  double: 'a number',
  boolean: 'true or false',
  bytes: 'bytes',
  array: 'a list',
  map: 'an object of texts',
}

function wantedBy(type: AvroType): string {
  if (type instanceof avro.types.UnwrappedUnionType || type instanceof avro.types.WrappedUnionType)
    return type.types.map((branch) => (branch.typeName === 'null' ? 'null' : wantedBy(branch))).join(' or ')
  if (type instanceof avro.types.EnumType) return `one of ${type.symbols.join(', ')}`
  return articles[type.typeName] ?? 'an object'
}

const pathOf = (steps: readonly string[]): string =>
  steps.map((step, index) => (/^\d+$/u.test(step) ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`)).join('')

/** Names that a record's schema does not have. */
function undeclared(value: unknown, type: AvroType): readonly string[] {
  if (!(type instanceof avro.types.RecordType) || typeof value !== 'object' || value === null) return []
  const names = new Set(type.fields.map(({ name }) => name))
  return Object.keys(value).filter((name) => !names.has(name))
}

/**
 * Where a value does not fit a type, and what would: as a sentence, which never quotes the value. That may be a prompt.
 * @param strict whether a record may have no other fields than its own
 */
export function misfitOf(type: AvroType, value: unknown, strict: boolean): string | undefined {
  const found: string[] = []
  type.isValid(value, {
    noUndeclaredFields: strict,
    errorHook(steps: string[], at: unknown, wanted: AvroType) {
      const path = pathOf(steps)
      const [name] = strict ? undeclared(at, wanted) : []
      if (name !== undefined) found.push(`${path === '' ? '' : `${path}.`}${name}: there is no such field.`)
      else found.push(`${path === '' ? 'the record' : path}: must be ${wantedBy(wanted)}.`)
    },
  })
  return found[0]
}
