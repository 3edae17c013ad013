import type { Avro, AvroField, NamedAvro } from './resolve.ts'
import { inside, referenceOf, referencesOf, selfContained } from './resolve.ts'

/** The records that are values of topics. */
const topicValues: readonly string[] = [
  'Request',
  'Dispatch',
  'LateOutcome',
  'Result',
  'LatencyStats',
  'Response',
  'Reply',
  'Decision',
  'Cost',
  'Feedback',
  'Spend',
  'DeadLetter',
  'RouterState',
  'WorkerState',
  'NormaliserState',
  'StatsState',
]

/** `LatencyStats` → `latency-stats`: the name of a type's files. */
export const fileOf = (name: string): string => name.replaceAll(/(?<!^)(?=[A-Z])/gu, '-').toLowerCase()

const primitives: Readonly<Record<string, string>> = {
  string: 'string',
  int: 'number',
  long: 'number',
  double: 'number',
  boolean: 'boolean',
  bytes: 'Uint8Array',
  null: 'null',
}

function primitive(type: string): string {
  const found = primitives[type]
  if (found === undefined) throw new Error(`Avro's ${type} is not used here.`)
  return found
}

/** The TypeScript of a type. A long beyond 2^53 is refused by the codec, so a number is enough. */
function typeScript(type: Avro): string {
  const reference = referenceOf(type)
  if (reference !== undefined) return reference
  if (typeof type === 'string') return primitive(type)
  const [first = 'null', second = 'null'] = inside(type)
  if (Array.isArray(type)) {
    if (type.length !== 2 || first !== 'null') throw new Error('A union is null and one other type.')
    return `${typeScript(second)} | null`
  }
  const text = typeScript(first)
  return 'type' in type && type.type === 'map' ? `Readonly<Record<string, ${text}>>` : `readonly ${text}[]`
}

const fieldLines = ({ name, type, doc }: AvroField): string => {
  if (doc === undefined) throw new Error(`The field ${name} has no doc.`)
  return `  /** ${doc} */\n  readonly ${name}: ${typeScript(type)}\n`
}

const header = '// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.\n'

/** The schema of a record that is a topic's value, or nothing. */
function constantOf(name: string, all: ReadonlyMap<string, NamedAvro>): string {
  if (!topicValues.includes(name)) return ''
  const json = JSON.stringify(selfContained(name, all))
    .replaceAll('\\', '\\\\')
    .replaceAll("'", String.raw`\'`)
  const constant = `${name[0]?.toLowerCase() ?? ''}${name.slice(1)}Record`
  return `\nexport const ${constant}: RecordSchema<${name}> = {\n  name: '${name}',\n  avro: '${json}',\n}\n`
}

/** The generated file of one type: its interface or union, and where it is a topic's value its self-contained schema. */
export function moduleOf(named: NamedAvro, all: ReadonlyMap<string, NamedAvro>): string {
  const { name, doc } = named
  if (named.type === 'enum') {
    const symbols = named.symbols.map((symbol) => `'${symbol}'`)
    return `${header}\n/** ${doc} */\nexport type ${name} = ${symbols.join(' | ')}\n`
  }
  const references = [...new Set(named.fields.flatMap(({ type }) => referencesOf(type)))].toSorted()
  const imports = references.map((other) => `import type { ${other} } from './${fileOf(other)}.ts'\n`)
  if (topicValues.includes(name)) imports.push("import type { RecordSchema } from '../record-schema.ts'\n")
  const fields = named.fields.map(fieldLines).join('')
  return `${header}${imports.join('')}\n/** ${doc} */\nexport interface ${name} {\n${fields}}\n${constantOf(name, all)}`
}
