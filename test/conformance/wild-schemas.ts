// How far each vendor can be bound to schemas of the wild, one JSON object with a `schema` a line.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { isObject, memberOf, parseJson } from '@waybill/providers/json'
import { vendorApis } from '@waybill/providers/registry'

/** The vendors that differ in it: both of OpenAI's APIs take the same. */
const asked = { 'OpenAI, both APIs': 'chatCompletions', Anthropic: 'messages', Gemini: 'generateContent' } as const

const bindings = ['strict', 'lossy', 'hint', 'unsupported'] as const
type Binding = (typeof bindings)[number]

export interface Bound {
  readonly schemas: number
  /** By vendor: bound to all of a schema, to a part, to nothing but told of it, or it cannot be given. */
  readonly counts: Readonly<Record<string, Readonly<Record<Binding, number>>>>
  /** Milliseconds, of the best of three runs of each transform: what else the machine does is not the transform's. */
  readonly p99Ms: number
}

/** A file that cannot be used; the message says why. */
export class SchemasError extends Error {}

/** @throws SchemasError */
export function readSchemas(path: string): readonly string[] {
  return textOf(path)
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      const schema = memberOf(parseJson(line), 'schema')
      if (!isObject(schema)) throw new SchemasError(`${path}, line ${index + 1}: holds no schema`)
      return JSON.stringify(schema)
    })
}

function textOf(path: string): string {
  try {
    const bytes = readFileSync(path)
    return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  } catch (error) {
    throw new SchemasError(`${path}: ${error instanceof Error ? error.message : 'cannot be read'}`, { cause: error })
  }
}

function bindingOf(api: string, schema: string): Binding {
  const given = vendorApis[api]?.outputSchema(schema) ?? null
  if (given === null) return 'unsupported'
  if (!given.isEnforced) return 'hint'
  return given.lossy.length === 0 ? 'strict' : 'lossy'
}

function timeOf(api: string, schema: string): number {
  const times = [1, 2, 3].map(() => {
    const start = performance.now()
    vendorApis[api]?.outputSchema(schema)
    return performance.now() - start
  })
  return Math.min(...times)
}

export function boundTo(schemas: readonly string[]): Bound {
  const times: number[] = []
  const counts = Object.entries(asked).map(([vendor, api]) => {
    const own = { strict: 0, lossy: 0, hint: 0, unsupported: 0 }
    for (const schema of schemas) {
      own[bindingOf(api, schema)]++
      times.push(timeOf(api, schema))
    }
    return [vendor, own] as const
  })
  const p99Ms = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0
  return { schemas: schemas.length, counts: Object.fromEntries(counts), p99Ms }
}

const grouped = (count: number): string => count.toLocaleString('en-US')

/** As docs/providers.md has it. */
export function schemaTable({ schemas, counts }: Bound): string {
  const rows = Object.entries(counts).map(
    ([vendor, own]) => `| ${[vendor, ...bindings.map((binding) => grouped(own[binding]))].join(' | ')} |`,
  )
  return [
    `| of ${grouped(schemas)} schemas | is bound to all of it | to a part | to nothing but told | cannot be given it |`,
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}
