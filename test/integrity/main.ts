// `npm run integrity`: faults under load, and proof that nothing was lost, doubled or billed twice.
import { parseArgs } from 'node:util'
import { UsageError } from '@waybill/cli/command'
import { wholeNumber } from '@waybill/cli/options'
import { commandLine } from '../command-line.ts'
import { faults, isFaultName } from './faults.ts'
import { integrityRun, isKept } from './run.ts'

const help = `Usage: npm run integrity -- [options]

Starts everything on ports and in a folder of its own, sends requests, lets a fault strike while they are on their way,
waits until all is done, and holds what the topics have to the simulator's ledger. Exits 1 if a promise was not kept.

  --fault NAME   ${Object.keys(faults).join(' | ')} (kill)
                   kill      kill -9 of a service
                   broker    kill -9 of the broker, which comes back within 2 s
                   stall     SIGSTOP of the broker for up to 20 s
                   sleep     SIGSTOP of a service for longer than its session
                   redis     Redis killed, flushed, or restored to what it held before, and a router killed
                   registry  the registry killed, and a service that has to start without it
                   rolling   every service restarted, one after the other
  --times N      how often it strikes (30)
  --kills N      the same as --fault kill --times N
  --requests N   how many requests, 4 % of them duplicates (10000)
  --rate N       requests a second (60)
  --replicas N   processes of each service (2)
  --seed N       what is struck, and when (1)
  --json         the account as one JSON object

Example: npm run integrity -- --fault broker --times 3 --requests 1000
`

const { fault, json, ...numbers } = commandLine(help, () => {
  const { values } = parseArgs({
    options: {
      requests: { type: 'string', default: '10000' },
      fault: { type: 'string', default: 'kill' },
      times: { type: 'string', short: 'n' },
      kills: { type: 'string', default: '30' },
      rate: { type: 'string', default: '60' },
      replicas: { type: 'string', default: '2' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  })
  if (!isFaultName(values.fault))
    throw new UsageError(`--fault "${values.fault}" is unknown: it is one of ${Object.keys(faults).join(', ')}.`)
  return {
    fault: values.fault,
    json: values.json,
    requests: wholeNumber('requests', values.requests, 1),
    times: wholeNumber('times', values.times ?? values.kills, 0),
    rate: wholeNumber('rate', values.rate, 1),
    replicas: wholeNumber('replicas', values.replicas, 1),
    seed: wholeNumber('seed', values.seed, 0),
  }
})

const progress = (line: string): void => void process.stderr.write(`${line}\n`)

async function main(): Promise<number> {
  const result = await integrityRun({ ...numbers, fault, progress })
  const { account, rest, evidence, strikes } = result
  const unknown = evidence.costs.filter(({ value }) => value.kind === 'unknown').length
  if (json)
    process.stdout.write(`${JSON.stringify({ ...account, ...rest, fault, strikes: strikes.length, unknown })}\n`)
  else
    process.stdout.write(`${fault} ${strikes.length} times, ${account.requests} requests
lost ${account.lost}, doubled ${account.doubled}, billed twice ${account.doubleBilled}, not accounted for ${account.unaccounted}
steps repeated ${rest.repeated}, unfinished ${rest.unfinished}, costs unlike the ledger ${rest.unequal}, lag ${rest.lag}
unknown outcomes ${unknown}, without an upper bound ${rest.unbounded}, without a cause ${rest.causeless}, calls not flagged that may repeat one ${rest.unflagged}, hashes that the ledger bills twice without a flag ${rest.billedAgain}
`)
  return isKept(result) ? 0 : 1
}

process.exitCode = await main()
