// `waybill docs`: the reference pages that are made from code.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Command, ExitCode } from '../command.ts'
import { say, tell, UsageError } from '../command.ts'
import { onlyArgument } from '../options.ts'
import { pages } from './pages.ts'

const help = `Usage: npm run waybill -- docs settings|metrics|request|reply|cost|decision-record|feedback|spend
       npm run waybill -- docs --write

Prints a reference page: every setting, every metric, or every field of a record, from the code of this build.

  --write           write all of them into docs/
  --json            the page as one JSON object
  --help            this text

Example: npm run waybill -- docs request
`

const folder = join(import.meta.dirname, '../../../../docs')

function run(given: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: { write: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  })
  const all = pages()
  const name = onlyArgument(positionals, 'page')
  const text = all.get(`${name ?? ''}.md`)
  if (values.write) {
    for (const [file, page] of all) writeFileSync(join(folder, file), page)
    tell(`Wrote ${[...all.keys()].join(', ')} to docs/.`)
  } else if (text === undefined) {
    throw new UsageError(`Say which page: ${[...all.keys()].map((file) => file.replace('.md', '')).join(', ')}.`)
  } else {
    say(values.json ? JSON.stringify({ page: name, text }) : text)
  }
  return Promise.resolve(0)
}

export const docs: Command = {
  name: 'docs',
  summary: 'print the reference of settings, metrics or records',
  help,
  run,
}
