// `npm run bench`: the one way to every benchmark.
import { parseArgs } from 'node:util'
import { benchPath } from './path.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rate: { type: 'string', default: '50,200' },
    seconds: { type: 'string', default: '20' },
    partitions: { type: 'string', default: '4' },
    json: { type: 'boolean', default: false },
  },
})

const help = `Usage: npm run bench -- NAME [--json]

  path   the whole path on real Kafka: --rate 50,200 requests a second, --seconds 20, --partitions 4
`

const progress = (line: string): void => void process.stderr.write(`${line}\n`)

async function path(): Promise<void> {
  const results = await benchPath({
    rates: values.rate.split(',').map(Number),
    seconds: Number(values.seconds),
    partitions: Number(values.partitions),
    progress,
  })
  if (values.json) process.stdout.write(`${JSON.stringify(results)}\n`)
  else
    for (const { rate, requests, addedMs, lost, doubled, processes } of results) {
      const used = Object.entries(processes).map(
        ([name, { cpuUsARequest, residentMiB }]) =>
          `  ${name.padEnd(18)} ${String(cpuUsARequest).padStart(6)} µs a request, ${residentMiB} MiB`,
      )
      const { p50, p95, p99 } = addedMs
      process.stdout.write(
        `${rate}/s, ${requests} requests: added p50 ${p50} p95 ${p95} p99 ${p99} ms, lost ${lost}, doubled ${doubled}\n${used.join('\n')}\n`,
      )
    }
}

if (positionals[0] === 'path') await path()
else {
  process.stdout.write(help)
  process.exitCode = positionals.length === 0 ? 0 : 2
}
