// `npm run conformance`: recorded answers of the real APIs through the vendors' SDKs and our code.
import { parseArgs } from 'node:util'
import { writePage } from './page.ts'
import { readRecordings, RecordingsError } from './recording.ts'
import { printed, report } from './report.ts'

const usage = `Usage: npm run conformance -- --recordings FILE.jsonl.gz [--json]
       npm run conformance -- --write-docs

Replays recorded answers of the real APIs through the vendors' own SDKs and our code: one JSON object a line, with id,
api (openai.chat, openai.responses, anthropic, gemini.gla or gemini.vertex), url_path, kind, request and response
(status, headers, body). Exit code 1 where one throws, is of no class, or is read otherwise than it says of itself.

  --json          the counts and the faults as one JSON object
  --write-docs    write the tables of docs/providers.md
  --help          this text
`

interface Options {
  readonly recordings?: string | undefined
  readonly json: boolean
  readonly 'write-docs': boolean
  readonly help: boolean
}

interface Terminal {
  /** To standard output. */
  readonly say: (text: string) => void
  /** To standard error. */
  readonly tell: (text: string) => void
}

/** @returns 0, 1 where a recording is at fault, or 2 where the command or its file cannot be used */
export async function conformance(given: readonly string[], { say, tell }: Terminal): Promise<0 | 1 | 2> {
  try {
    const { recordings, json, help, 'write-docs': writes } = optionsOf(given)
    if (help) say(usage)
    if (writes) writePage()
    if (recordings !== undefined && !help) return await replayed(recordings, json, say)
    if (help || writes) return 0
    tell(usage)
    return 2
  } catch (error) {
    if (!(error instanceof RecordingsError) && !isOfArguments(error)) throw error
    tell(error.message)
    return 2
  }
}

async function replayed(path: string, json: boolean, say: Terminal['say']): Promise<0 | 1> {
  const result = await report(readRecordings(path))
  say(json ? JSON.stringify(result) : printed(result))
  return result.faults.length === 0 ? 0 : 1
}

const optionsOf = (given: readonly string[]): Options =>
  parseArgs({
    args: [...given],
    options: {
      recordings: { type: 'string' },
      json: { type: 'boolean', default: false },
      'write-docs': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values

const isOfArguments = (error: unknown): error is Error =>
  error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
