// `npm run integrity`: kills processes under load and proves that nothing was lost, doubled or billed twice.
import { parseArgs } from 'node:util'
import { isClean } from '@waybill/cli/demo/account'
import { integrityRun } from './run.ts'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '30' },
    rate: { type: 'string', default: '60' },
    replicas: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  process.stdout.write(`Usage: npm run integrity -- [options]

  --requests N   how many requests, 4 % of them duplicates (10000)
  --kills N      how many kill -9 of services that the seed names (30)
  --rate N       requests a second (60)
  --replicas N   processes of each service (2)
  --seed N       which process dies when (1)
  --json         the account as one JSON object

Example: npm run integrity -- --kills 3 --requests 500
`)
} else {
  const result = await integrityRun({
    requests: Number(values.requests),
    kills: Number(values.kills),
    rate: Number(values.rate),
    replicas: Number(values.replicas),
    seed: Number(values.seed),
    progress: (line) => void process.stderr.write(`${line}\n`),
  })
  const { account, killed, evidence } = result
  const unknown = evidence.costs.filter(({ value }) => value.kind === 'unknown').length
  if (values.json) process.stdout.write(`${JSON.stringify({ ...account, kills: killed.length, unknown })}\n`)
  else
    process.stdout.write(
      `${killed.length} kills, ${account.requests} requests: lost ${account.lost}, doubled ${account.doubled}, ` +
        `billed twice ${account.doubleBilled}, not accounted for ${account.unaccounted}, unknown outcomes ${unknown}\n`,
    )
  process.exitCode = isClean(account) ? 0 : 1
}
