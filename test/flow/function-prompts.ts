// Real prompts with their functions, as requests: a public function-calling set, whose types are those of many languages.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { RequestInput } from '@waybill/client/complete'

const file = join(import.meta.dirname, '../../../shared/data/quality/bfcl-2024-08-11-dev-prompts.jsonl.gz')

type Json = Readonly<Record<string, unknown>>

interface PromptFunction {
  readonly name: string
  readonly description: string
  readonly parameters: Json
}

interface Prompt {
  readonly id: string
  readonly question: string
  /** One, where there is only one. */
  readonly function: PromptFunction | readonly PromptFunction[]
  readonly category: string
}

/** What the set's types are in JSON Schema; null is any. */
const types: Readonly<Record<string, string | null>> = {
  dict: 'object',
  HashMap: 'object',
  Hashtable: 'object',
  float: 'number',
  double: 'number',
  long: 'integer',
  tuple: 'array',
  Array: 'array',
  ArrayList: 'array',
  String: 'string',
  char: 'string',
  Boolean: 'boolean',
  any: null,
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A parameter's description in the set's own words, as JSON Schema. */
export function schemaOf(given: Json): Json {
  const { type, properties, items, ...rest } = given
  const known = typeof type === 'string' && Object.hasOwn(types, type) ? types[type] : type
  return {
    ...rest,
    ...(known === null || known === undefined ? {} : { type: known }),
    ...(isObject(properties)
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, inner]) => [name, isObject(inner) ? schemaOf(inner) : {}]),
          ),
        }
      : {}),
    ...(isObject(items) ? { items: schemaOf(items) } : {}),
  }
}

const requestOf = ({ id, question, category, function: functions }: Prompt): RequestInput => ({
  tenant: 'prompts',
  id,
  latencyBudgetMs: 30_000,
  labels: { category },
  messages: [{ role: 'user', text: question }],
  tools: [functions].flat().map(({ name, description, parameters }) => ({
    name,
    description,
    parameters: JSON.stringify(schemaOf(parameters)),
  })),
})

/** All prompts as requests; undefined where the set is absent. */
export function functionPrompts(): readonly RequestInput[] | undefined {
  if (!existsSync(file)) return undefined
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n')
  return lines.map((line) => {
    const prompt: Prompt = JSON.parse(line)
    return requestOf(prompt)
  })
}
