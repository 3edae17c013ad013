// A record field by field, from its Avro schema.
import type { RecordSchema } from '@waybill/schemas/record-schema'

type Avro = string | readonly Avro[] | AvroNamed | AvroContainer
interface AvroField {
  readonly name: string
  readonly type: Avro
  readonly default?: unknown
  readonly doc?: string
}
interface AvroNamed {
  readonly type: 'record' | 'enum'
  readonly name: string
  readonly doc: string
  readonly fields?: readonly AvroField[]
  readonly symbols?: readonly string[]
}
interface AvroContainer {
  readonly type: 'array' | 'map'
  readonly items?: Avro
  readonly values?: Avro
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'whole number',
  long: 'whole number',
  double: 'number',
  boolean: 'true or false',
  bytes: 'bytes',
}

const link = (name: string): string => `[${name}](#${name.toLowerCase()})`
const isList = (type: Avro): type is readonly Avro[] => Array.isArray(type)
const isNamed = (type: Avro): type is AvroNamed =>
  typeof type === 'object' && !isList(type) && (type.type === 'record' || type.type === 'enum')

/** What a type is called, and what stands in it. */
function typeText(type: Avro): string {
  if (typeof type === 'string') return words[type] ?? link(type.replace('waybill.', ''))
  if (isList(type))
    return type
      .filter((each) => each !== 'null')
      .map(typeText)
      .join(' or ')
  if (isNamed(type)) return link(type.name)
  return type.type === 'array'
    ? `list of ${typeText(type.items ?? 'string')}`
    : `map of ${typeText(type.values ?? 'string')}`
}

function namedIn(type: Avro): readonly AvroNamed[] {
  if (typeof type === 'string') return []
  if (isList(type)) return type.flatMap(namedIn)
  if (isNamed(type)) return [type, ...(type.fields ?? []).flatMap((field) => namedIn(field.type))]
  return namedIn(type.items ?? type.values ?? 'null')
}

const isNullable = (type: Avro): boolean => isList(type) && type.includes('null')
const cell = (text: string): string => text.replaceAll('|', '\\|')

function presence({ type, default: fallback }: AvroField): string {
  if (fallback === undefined) return isNullable(type) ? 'may be null' : 'always'
  return fallback === null ? 'null' : `\`${JSON.stringify(fallback)}\``
}

const row = (field: AvroField): string =>
  `| \`${field.name}\` | ${cell(typeText(field.type))} | ${presence(field)} | ${cell(field.doc ?? '')} |`

function section({ name, doc, fields, symbols = [] }: AvroNamed): string {
  const head = `## ${name}\n\n${doc}`
  if (fields === undefined)
    return `${head}\n\nOne of ${symbols.map((symbol) => `\`${symbol}\``).join(', ')}. A value that a reader's schema does not have reads as \`other\`.`
  return `${head}\n\n| field | type | default | meaning |\n| --- | --- | --- | --- |\n${fields.map(row).join('\n')}`
}

/** @param before what stands between the title and the first section */
export function recordPage(schema: RecordSchema<unknown>, file: string, before: string): string {
  const type: AvroNamed = JSON.parse(schema.avro)
  const sections = namedIn(type).map(section)
  return `<!-- Made by "npm run waybill -- docs --write" from schemas/avro/${file}. Change the schema, not this. -->

${before}

A field whose default is "always" has none and must be given. Fields may be added with a default; none is ever removed or changes its type, so old readers and old writers go on.

${sections.join('\n\n')}
`
}
