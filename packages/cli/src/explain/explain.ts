// `waybill explain`: the story of one request, from its events.
import { parseArgs } from 'node:util'
import type { Command, ExitCode } from '../command.ts'
import { say, tell, UsageError } from '../command.ts'
import { deploymentSettings, withReading } from '../connection.ts'
import { onlyArgument } from '../options.ts'
import { arithmeticOf } from './arithmetic.ts'
import { gather } from './gather.ts'
import { storyOf } from './story.ts'

const help = `Usage: npm run waybill -- explain ID [options]

Tells the story of one request from its events: how it ended, every step and the time between them, every candidate
and the rule that put it where it is, the attempts, the arithmetic of its cost and saving, who shared the work, and what
is said of its answer. Prompts and answers are not shown. Exits with 1 where there is no such request.

  --tenant T        whose request; without it, the id is looked for at every tenant
  --json            the records and the arithmetic as one JSON object
  --help            this text

Example: npm run waybill -- explain invoice-4711 --tenant acme
`

function notFound(id: string, tenant: string | undefined, prefix: string): string {
  return [
    `There is no request "${id}"${tenant === undefined ? '' : ` of tenant "${tenant}"`} in the topics with the prefix "${prefix}". Check`,
    '  the id and the tenant: both are compared exactly, with capitals and spaces;',
    '  the deployment: KAFKA_BROKERS and WAYBILL_PREFIX say where was looked;',
    '  its age: requests and replies are kept for a day, decisions for 30 days, costs for 400;',
    '  its producer: a record that is not stored was never sent. "waybill doctor" shows dead letters.',
  ].join('\n')
}

async function run(given: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: { tenant: { type: 'string' }, json: { type: 'boolean', default: false } },
  })
  const id = onlyArgument(positionals, 'id')
  if (id === undefined || id === '') throw new UsageError('Say which request: give its id.')
  const settings = deploymentSettings(['kafkaBrokers', 'schemaRegistryUrl'])
  const found = await withReading(settings, (reading) => gather(reading, id, values.tenant))
  if (values.json)
    say(
      JSON.stringify({
        found: found.length,
        requests: found.map((each) => ({ ...each, money: arithmeticOf(each) })),
      }),
    )
  else for (const evidence of found) say(storyOf(evidence, Date.now()))
  if (found.length > 0) return 0
  tell(notFound(id, values.tenant, settings.topicPrefix))
  return 1
}

export const explain: Command = { name: 'explain', summary: 'tell the story of one request', help, run }
