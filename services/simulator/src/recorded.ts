// Recorded answers of the real APIs, where they are there: they lie beside the repository and are never copied into it.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { isArray, isObject, memberOf, numberAt, objectAt, parseJson, stringAt } from './json.ts'
import type { JsonObject } from './json.ts'
import type { ApiName } from './apis/vendor.ts'

const data = join(import.meta.dirname, '../../../../shared/data')
const files = {
  recordings: join(data, 'recordings/pydantic-ai.jsonl.gz'),
  schemas: join(data, 'schemas/jsonschemabench_schemas.jsonl.gz'),
} as const

export interface Recording {
  readonly api: ApiName
  readonly kind: string
  readonly status: number
  readonly request: JsonObject
  readonly body: JsonObject
}

const apis: Readonly<Record<string, ApiName>> = {
  'openai.chat': 'openai-chat',
  'openai.responses': 'openai-responses',
  anthropic: 'anthropic-messages',
  'gemini.gla': 'gemini-generate-content',
}

function linesOf(file: keyof typeof files): readonly unknown[] | null {
  if (!existsSync(files[file])) return null
  return gunzipSync(readFileSync(files[file]))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => parseJson(line))
}

/** null where there are none. */
export function recordings(): readonly Recording[] | null {
  return (
    linesOf('recordings')
      ?.map(recordingOf)
      .filter((each) => each !== null) ?? null
  )
}

function recordingOf(line: unknown): Recording | null {
  const api = apis[stringAt(line, 'api') ?? '']
  const response = objectAt(line, 'response')
  const body = memberOf(response, 'body')
  const request = objectAt(line, 'request')
  // Some were written by hand.
  const isReal = memberOf(line, 'suspect_invented') !== true
  if (api === undefined || !isObject(body) || request === null || !isReal) return null
  const kinds = memberOf(line, 'kind')
  return { api, kind: isArray(kinds) ? kinds.join() : '', status: numberAt(response, 'status') ?? 0, request, body }
}

export function realSchemas(): readonly JsonObject[] | null {
  return (
    linesOf('schemas')
      ?.map((line) => objectAt(line, 'schema'))
      .filter((each) => each !== null) ?? null
  )
}
