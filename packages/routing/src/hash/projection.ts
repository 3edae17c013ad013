// What of a record goes into its hash, worked out once from its Avro schema, so that a new field cannot be forgotten.
import { hash } from 'node:crypto'

/** A value as the hash sees it: plain JSON without what is at its default. */
type Projection = (value: unknown) => unknown

interface FieldProjection {
  readonly name: string
  readonly project: Projection
  readonly isDefault: (value: unknown) => boolean
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (isRecord(value)) return value
  throw new TypeError('The value does not fit its schema: a record is missing')
}

const sameValue: Projection = (value) => value

/** Bytes stand in the hash by their own, so that an image is hashed once at the speed of SHA-256. */
const bytesProjection: Projection = (value) => (value instanceof Uint8Array ? hash('sha256', value, 'hex') : value)

const isEmpty = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0

/** Absent, null and the schema's default are the same: a field that an old producer does not know must not change its hashes. */
function defaultTest(field: Readonly<Record<string, unknown>>): (value: unknown) => boolean {
  if (!('default' in field)) return () => false
  const standard = field['default']
  if (typeof standard === 'object' && standard !== null)
    return (value) => value === undefined || value === null || isEmpty(value)
  return (value) => value === undefined || value === null || value === standard
}

function fieldsOf(schema: Readonly<Record<string, unknown>>, without: ReadonlySet<string>): readonly FieldProjection[] {
  const fields = Array.isArray(schema['fields']) ? schema['fields'] : []
  return fields
    .map((field: unknown) => objectOf(field))
    .filter((field) => !without.has(String(field['name'])))
    .map((field) => ({
      name: String(field['name']),
      project: projectionOf(field['type']),
      isDefault: defaultTest(field),
    }))
}

function recordProjection(schema: Readonly<Record<string, unknown>>, without: ReadonlySet<string>): Projection {
  const fields = fieldsOf(schema, without)
  return (value) => {
    const from = objectOf(value)
    const projected: Record<string, unknown> = {}
    for (const field of fields) {
      const member = from[field.name]
      if (!field.isDefault(member)) projected[field.name] = field.project(member)
    }
    return projected
  }
}

function arrayProjection(items: Projection): Projection {
  if (items === sameValue) return sameValue
  return (value) => (Array.isArray(value) ? value.map(items) : value)
}

/** Unions are only ever with null, and null is a default that does not get here. */
function unionProjection(branches: readonly unknown[]): Projection {
  const projection = projectionOf(branches.find((branch) => branch !== 'null'))
  return projection === sameValue ? sameValue : (value) => (value === null ? null : projection(value))
}

function projectionOf(schema: unknown): Projection {
  if (Array.isArray(schema)) return unionProjection(schema)
  if (schema === 'bytes') return bytesProjection
  if (!isRecord(schema)) return sameValue
  switch (schema['type']) {
    case 'record':
      return recordProjection(schema, new Set())
    case 'array':
      return arrayProjection(projectionOf(schema['items']))
    case 'bytes':
      return bytesProjection
    default:
      return sameValue
  }
}

/** The projection of a record type, without some of its fields; the schema as JSON text. */
export function projectRecord(avro: string, without: ReadonlySet<string>): Projection {
  const schema: unknown = JSON.parse(avro)
  return recordProjection(objectOf(schema), without)
}
