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
