// `waybill report`: what was spent and saved, from the topics.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import { decisions } from '@waybill/schemas/topics'
import type { Command, ExitCode } from '../command.ts'
import { say, tell, UsageError } from '../command.ts'
import { deploymentSettings, partitionsOf, withReading } from '../connection.ts'
import { gatherMoney } from './gather-money.ts'
import { rangeOf } from './range.ts'
import { reportCsv } from './report-csv.ts'
import { reportHtml } from './report-html.ts'
import { reportPage } from './report-page.ts'
import { addsUp, statementOf } from './statement.ts'

const help = `Usage: npm run waybill -- report [options]

What was spent and saved, from the costs and decisions topics: per tenant, class, tier, provider, model and hour; what
duplicates would have cost; calls of unknown outcome; why requests were rejected; models that drift or retire.
docs/money.md tells how savings are counted.

  --from TIME       2026-11-26, 2026-11-26T08:00Z, or 24h: that long ago; the start unless told
  --to TIME         not included; now unless told
  --json            everything as one JSON object, amounts exact in pico-dollars
  --csv             one row a group, amounts exact
  --html FILE       also writes a page with charts that needs nothing else
  --help            this text

Example: npm run waybill -- report --from 24h --html report.html
`

function format(json: boolean, csv: boolean): typeof reportPage {
  if (json && csv) throw new UsageError('Say either --json or --csv.')
  if (json) return (statement) => JSON.stringify(statement)
  return csv ? reportCsv : reportPage
}

async function run(given: readonly string[]): Promise<ExitCode> {
  const { values } = parseArgs({
    args: [...given],
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      json: { type: 'boolean', default: false },
      csv: { type: 'boolean', default: false },
      html: { type: 'string' },
    },
  })
  const now = Date.now()
  const range = rangeOf(values.from, values.to, now)
  const print = format(values.json, values.csv)
  const settings = deploymentSettings(['kafkaBrokers', 'schemaRegistryUrl'])
  const read = await withReading(settings, async (reading) => {
    return gatherMoney(reading, await partitionsOf(reading, decisions, settings), range, catalogue)
  })
  const statement = statementOf(read, range, catalogue, now)
  if (!addsUp(statement.total)) throw new Error('The parts do not add up to the whole: this report would be wrong.')
  if (values.html !== undefined) {
    writeFileSync(values.html, reportHtml(statement))
    tell(`Written: ${values.html}`)
  }
  say(print(statement))
  return 0
}

export const report: Command = { name: 'report', summary: 'what was spent and saved', help, run }
