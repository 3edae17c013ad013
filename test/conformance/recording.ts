import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { isArray, isObject, memberOf, numberAt, objectAt, parseJson, stringAt } from '@waybill/providers/json'

/** One call to a real API that somebody recorded. */
export interface Recording {
  readonly id: string
  /** openai.chat, openai.responses, anthropic, gemini.gla or gemini.vertex. */
  readonly api: string
  readonly path: string
  /** What the recording is about, in the words of those who sorted them: text, tool, structured, refusal, truncation, error. */
  readonly kinds: readonly string[]
  /** Those who sorted them think that somebody wrote it by hand. */
  readonly isSuspect: boolean
  readonly request: unknown
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** A file that holds no recordings: where, and what is wrong. */
export class RecordingsError extends Error {
  override readonly name = 'RecordingsError'
}

/**
 * The recordings of a file, one JSON object a line, packed or not.
 * @throws RecordingsError
 */
export function readRecordings(path: string): readonly Recording[] {
  const recordings: Recording[] = []
  for (const [index, line] of textOf(path).split('\n').entries())
    if (line.trim() !== '') recordings.push(recordingIn(line, `${path}:${index + 1}`))
  if (recordings.length === 0) throw new RecordingsError(`${path} holds no recordings: there is nothing to replay.`)
  return recordings
}

function textOf(path: string): string {
  try {
    const bytes = readFileSync(path)
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes).toString() : bytes.toString()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    // Z_BUF_ERROR: it ends too soon.
    const problem = code.startsWith('Z_')
      ? `is damaged, or not all of it is there (${code})`
      : `cannot be read (${code})`
    throw new RecordingsError(`${path} ${problem}.`, { cause: error })
  }
}

function recordingIn(text: string, place: string): Recording {
  const line = parseJson(text)
  if (line === undefined) throw new RecordingsError(`${place} is no JSON, or is nested too deep.`)
  const response = objectAt(line, 'response')
  const [id, api, path] = [stringAt(line, 'id'), stringAt(line, 'api'), stringAt(line, 'url_path')]
  const status = numberAt(response, 'status')
  if (id === null || api === null || path === null || status === null)
    throw new RecordingsError(`${place} is no recording: id, api, url_path and response.status are needed.`)
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new RecordingsError(`${place} is no recording: response.status is no status of an answer.`)
  const kinds = memberOf(line, 'kind')
  return {
    id,
    api,
    path,
    kinds: isArray(kinds) ? kinds.filter((kind) => typeof kind === 'string') : [],
    isSuspect: memberOf(line, 'suspect_invented') === true,
    request: memberOf(line, 'request'),
    status,
    headers: headersIn(memberOf(response, 'headers')),
    body: memberOf(response, 'body'),
  }
}

/** Those that describe bytes on the wire are not those of the replay. */
const ofTheWire = new Set(['content-length', 'content-encoding', 'transfer-encoding', 'connection', 'keep-alive'])

function headersIn(headers: unknown): Readonly<Record<string, string>> {
  if (!isObject(headers)) return {}
  const kept = Object.entries(headers).filter(([name, value]) => typeof value === 'string' && !ofTheWire.has(name))
  return Object.fromEntries(kept.map(([name, value]) => [name.toLowerCase(), String(value)]))
}
