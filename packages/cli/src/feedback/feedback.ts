// `waybill feedback`: says how good the answer to a request was.
import { parseArgs } from 'node:util'
import type { FeedbackInput } from '@waybill/client/complete-feedback'
import { completeFeedback } from '@waybill/client/complete-feedback'
import { decisions } from '@waybill/schemas/topics'
import type { Command, ExitCode } from '../command.ts'
import { say, tell, UsageError } from '../command.ts'
import type { Reading } from '../connection.ts'
import { deploymentSettings, withClient, withReading } from '../connection.ts'
import { onlyArgument } from '../options.ts'
import { scan } from '../scan.ts'

const help = `Usage: npm run waybill -- feedback ID --accepted|--rejected|--score N [options]

Says how good the answer to a request was: one record in the feedback topic. "report" and "backtest" use it. The newest
word of a source counts. Exits with 1, and writes nothing, where no decision names the request.

  --tenant T        whose request; needed where several tenants have one of this id
  --accepted        the answer was used as it was
  --rejected        it was not
  --score N         from 0, useless, to 1, good
  --source NAME     who says so (cli)
  --json            what was written as one JSON object
  --help            this text

Example: npm run waybill -- feedback invoice-4711 --tenant acme --accepted --score 0.9
`

type Said = Pick<FeedbackInput, 'id' | 'accepted' | 'score' | 'source'>

interface Asked {
  readonly said: Said
  readonly tenant: string | undefined
  readonly json: boolean
}

/** @throws UsageError */
export function feedbackOf(given: readonly string[]): Asked {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      tenant: { type: 'string' },
      accepted: { type: 'boolean', default: false },
      rejected: { type: 'boolean', default: false },
      score: { type: 'string' },
      source: { type: 'string', default: 'cli' },
      json: { type: 'boolean', default: false },
    },
  })
  const { accepted, rejected, score, source, tenant, json } = values
  const id = onlyArgument(positionals, 'id') ?? ''
  if (id === '') throw new UsageError('Say which request: give its id.')
  if (accepted && rejected) throw new UsageError('Say either --accepted or --rejected.')
  const said = {
    id,
    source,
    accepted: accepted || rejected ? accepted : null,
    score: score === undefined ? null : scoreOf(score),
  }
  check({ ...said, tenant: tenant ?? 'any' })
  return { said, tenant, json }
}

const scoreOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))

function check(input: FeedbackInput): void {
  try {
    completeFeedback(input, 1)
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** The tenants that have a request of this id, as far as decisions are kept. */
export async function tenantsOf(reading: Reading, id: string, tenant: string | undefined): Promise<readonly string[]> {
  const count = (await reading.log.partitionCounts([decisions.name])).get(decisions.name) ?? 0
  const tenants = new Set<string>()
  await scan(reading, decisions, {
    partitions: Array.from({ length: count }, (_, partition) => partition),
    wants: ({ headers }) => headers['id']?.toString() === id,
    take: ({ value }) => {
      if (tenant === undefined || value.tenant === tenant) tenants.add(value.tenant)
    },
  })
  return [...tenants]
}

async function run(given: readonly string[]): Promise<ExitCode> {
  const { said, tenant, json } = feedbackOf(given)
  const settings = deploymentSettings(['kafkaBrokers', 'schemaRegistryUrl'])
  const [found, ...others] = await withReading(settings, (reading) => tenantsOf(reading, said.id, tenant))
  if (found === undefined) {
    tell(
      `No decision names a request "${said.id}"${tenant === undefined ? '' : ` of tenant "${tenant}"`}: nothing was written. "waybill explain" tells where to look.`,
    )
    return 1
  }
  if (others.length > 0)
    throw new UsageError(
      `Several tenants have a request "${said.id}": say --tenant ${[found, ...others].join(' or ')}.`,
    )
  const word = await withClient((client) => client.feedback({ ...said, tenant: found }))
  say(json ? JSON.stringify(word) : `Written: ${word.tenant}/${word.id}.`)
  return 0
}

export const feedback: Command = { name: 'feedback', summary: 'say how good an answer was', help, run }
