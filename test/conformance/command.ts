// `npm run conformance`: recorded answers of the real APIs through the vendors' SDKs and our code.
import { parseArgs } from 'node:util'
import { isMisuse } from '@waybill/cli/command'
import { pages, writePage } from './page.ts'
import { readRecordings, RecordingsError } from './recording.ts'
import { printed, report } from './report.ts'
import { boundTo, readSchemas, schemaTable, SchemasError } from './wild-schemas.ts'

const usage = `Usage: npm run conformance -- --recordings FILE.jsonl.gz [--json]
       npm run conformance -- [--schemas FILE.jsonl.gz] [--write-docs | --check-docs] [--json]

Replays recorded answers of the real APIs through the vendors' own SDKs and our code: one JSON object a line, with id,
api (openai.chat, openai.responses, anthropic, gemini.gla or gemini.vertex), url_path, kind, request and response
(status, headers, body). Exit code 1 where one throws, is of no class, or is read otherwise than it says of itself.

With --schemas it says how far each vendor can be bound to JSON Schemas: one JSON object with a schema a line.

  --json          the counts and the faults as one JSON object
  --write-docs    write the tables of docs/providers.md, that of the schemas where they are given
  --check-docs    exit code 1 where these tables are not what the code gives now
  --help          this text
`

interface Terminal {
  /** To standard output. */
  readonly say: (text: string) => void
  /** To standard error. */
  readonly tell: (text: string) => void
}

/** @returns 0, 1 where a recording is at fault or the page is not fresh, or 2 where the command or its file cannot be used */
export async function conformance(given: readonly string[], terminal: Terminal): Promise<0 | 1 | 2> {
  try {
    return await done(optionsOf(given), terminal)
  } catch (error) {
    if (!(error instanceof RecordingsError) && !(error instanceof SchemasError) && !isMisuse(error)) throw error
    terminal.tell(error.message)
    return 2
  }
}

async function done(options: Options, { say, tell }: Terminal): Promise<0 | 1 | 2> {
  const { recordings, schemas, json, help, 'write-docs': writes, 'check-docs': checks } = options
  if (help) {
    say(usage)
    return 0
  }
  if (recordings !== undefined) return replayed(recordings, json, say)
  if (schemas !== undefined || writes || checks) return documented(options, { say, tell })
  tell(usage)
  return 2
}

async function replayed(path: string, json: boolean, say: Terminal['say']): Promise<0 | 1> {
  const result = await report(readRecordings(path))
  say(json ? JSON.stringify(result) : printed(result))
  return result.faults.length === 0 ? 0 : 1
}

function documented(options: Options, { say, tell }: Terminal): 0 | 1 {
  const bound = options.schemas === undefined ? null : boundTo(readSchemas(options.schemas))
  if (bound !== null)
    say(options.json ? JSON.stringify(bound) : `${schemaTable(bound)}\n\ntransform p99 ${bound.p99Ms.toFixed(3)} ms`)
  if (options['write-docs']) writePage(bound)
  if (!options['check-docs']) return 0
  const { present, fresh } = pages(bound)
  if (present === fresh) return 0
  tell('docs/providers.md is not what the code gives now: --write-docs makes it so.')
  return 1
}

type Options = ReturnType<typeof optionsOf>

const optionsOf = (given: readonly string[]) =>
  parseArgs({
    args: [...given],
    options: {
      recordings: { type: 'string' },
      schemas: { type: 'string' },
      json: { type: 'boolean', default: false },
      'write-docs': { type: 'boolean', default: false },
      'check-docs': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values
