// `npm run integrity`: faults under load, and proof that nothing was lost, doubled or billed twice.
import { parseArgs } from 'node:util'
import { faults, isFaultName } from './faults.ts'
import { integrityRun, isKept } from './run.ts'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    fault: { type: 'string', default: 'kill' },
    times: { type: 'string', short: 'n' },
    kills: { type: 'string' },
    rate: { type: 'string', default: '60' },
    replicas: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

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

async function main(): Promise<number> {
  const { fault, requests, rate, replicas, seed } = values
  if (!isFaultName(fault)) {
    process.stderr.write(`--fault ${fault} is unknown: it is one of ${Object.keys(faults).join(', ')}.\n`)
    return 2
  }
  const result = await integrityRun({
    requests: Number(requests),
    fault,
    times: Number(values.times ?? values.kills ?? 30),
    rate: Number(rate),
    replicas: Number(replicas),
    seed: Number(seed),
    progress: (line) => void process.stderr.write(`${line}\n`),
  })
  const { account, rest, evidence, strikes } = result
  const unknown = evidence.costs.filter(({ value }) => value.kind === 'unknown').length
  if (values.json)
    process.stdout.write(`${JSON.stringify({ ...account, ...rest, fault, strikes: strikes.length, unknown })}\n`)
  else
    process.stdout.write(`${fault} ${strikes.length} times, ${account.requests} requests
lost ${account.lost}, doubled ${account.doubled}, billed twice ${account.doubleBilled}, not accounted for ${account.unaccounted}
steps repeated ${rest.repeated}, unfinished ${rest.unfinished}, costs unlike the ledger ${rest.unequal}, lag ${rest.lag}
unknown outcomes ${unknown}, without an upper bound ${rest.unbounded}, calls not flagged that may repeat one ${rest.unflagged}, hashes that the ledger bills twice without a flag ${rest.billedAgain}
`)
  return isKept(result) ? 0 : 1
}

if (values.help) process.stdout.write(help)
else process.exitCode = await main()
