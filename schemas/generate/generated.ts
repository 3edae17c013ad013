import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NamedAvro } from './resolve.ts'
import { fileOf, moduleOf } from './typescript.ts'

const folder = join(import.meta.dirname, '../avro')

/** Every .avsc file, by the name of its type. */
export function namedSchemas(): ReadonlyMap<string, NamedAvro> {
  const all = new Map<string, NamedAvro>()
  for (const file of readdirSync(folder).toSorted()) {
    const named: NamedAvro = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    if (file !== `${fileOf(named.name)}.avsc`) throw new Error(`schemas/avro/${file} holds ${named.name}.`)
    all.set(named.name, named)
  }
  return all
}

/** What `npm run generate` writes, before formatting: file name → text. */
export function generated(): ReadonlyMap<string, string> {
  const all = namedSchemas()
  return new Map([...all.values()].map((named) => [`${fileOf(named.name)}.ts`, moduleOf(named, all)]))
}
