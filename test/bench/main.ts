// `npm run bench`: the one way to every benchmark.
import { parseArgs } from 'node:util'
import { onlyArgument, wholeNumber } from '@waybill/cli/options'
import { commandLine } from '../command-line.ts'
import { benchBacktest } from './backtest.ts'
import { benchCodec } from './codec.ts'
import { benchDecision } from './decision.ts'
import { benchNormalise } from './normalise.ts'
import { benchPath } from './path.ts'
import { benchReport } from './report.ts'
import { benchRestore } from './restore.ts'
import { benchTakeover } from './takeover.ts'

const help = `Usage: npm run bench -- NAME [--json]

  path       the whole path on real Kafka: --rate 50,200 requests a second, --seconds 20, --partitions 4
  decision   the router's step in one process, and the decision alone over 50 candidates: --steps 250000
  codec      Avro beside JSON, for the records of the path: --rounds 20000
  normalise  a vendor's answer of 2 KB in our shape, without a schema and with one: --answers 20000
  restore    a partition full of claims that a router takes over from real Kafka: --claims 1000000
  report     what the command report reads and adds up, from real Kafka: --records 1000000
  backtest   decisions that a backtest decides again, with reading them from a log in memory: --decisions 200000
  takeover   how long the partitions of a killed process stand still, under its supervisor: --kills 36,
             or --unsupervised, until its session has timed out
`

const { bench, json, rates, unsupervised, ...counts } = commandLine(help, () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rate: { type: 'string', default: '50,200' },
      seconds: { type: 'string', default: '20' },
      partitions: { type: 'string', default: '4' },
      steps: { type: 'string', default: '250000' },
      kills: { type: 'string', default: '36' },
      records: { type: 'string', default: '1000000' },
      decisions: { type: 'string', default: '200000' },
      rounds: { type: 'string', default: '20000' },
      claims: { type: 'string', default: '1000000' },
      answers: { type: 'string', default: '20000' },
      unsupervised: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const { rate, json: isJson, unsupervised: isAlone, ...rest } = values
  const count = (option: keyof typeof rest): number => wholeNumber(option, rest[option], 1)
  return {
    bench: onlyArgument(positionals, 'benchmark') ?? '',
    json: isJson,
    unsupervised: isAlone,
    rates: rate.split(',').map((each) => wholeNumber('rate', each, 1)),
    seconds: count('seconds'),
    partitions: count('partitions'),
    steps: count('steps'),
    kills: count('kills'),
    records: count('records'),
    decisions: count('decisions'),
    rounds: count('rounds'),
    claims: count('claims'),
    answers: count('answers'),
  }
})

const progress = (line: string): void => void process.stderr.write(`${line}\n`)

async function path(): Promise<void> {
  const results = await benchPath({
    rates,
    seconds: counts.seconds,
    partitions: counts.partitions,
    progress,
  })
  if (json) process.stdout.write(`${JSON.stringify(results)}\n`)
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

async function decision(): Promise<void> {
  const result = await benchDecision(counts.steps, progress)
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
  else {
    process.stdout.write(`decide alone, 50 candidates: ${result.decideUs} µs median\n`)
    for (const { bytes, p50Us, p99Us, p999Us, worstUs } of result.sizes)
      process.stdout.write(`${bytes} bytes: p50 ${p50Us} p99 ${p99Us} p99.9 ${p999Us} worst ${worstUs} µs\n`)
  }
}

async function normalise(): Promise<void> {
  const results = await benchNormalise(counts.answers, progress)
  if (json) process.stdout.write(`${JSON.stringify(results)}\n`)
  else
    for (const { api, bytes, properties, figures } of results) {
      const { cpuUs, p50Us, p99Us } = figures
      const schema = properties === 0 ? 'no schema' : `${properties} properties, by way of the thread`
      process.stdout.write(
        `${api.padEnd(15)} ${bytes} bytes, ${schema}: CPU ${cpuUs} µs, p50 ${p50Us} p99 ${p99Us} µs\n`,
      )
    }
}

async function restore(): Promise<void> {
  const result = await benchRestore(counts.claims, progress)
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
  else {
    const { claims, seconds, claimsPerSecond, cpuUsPerClaim, longestPauseMs } = result
    const { memoryBytesPerClaim, changelogBytesPerClaim } = result
    process.stdout.write(
      `${claims} claims, each with its ask: restored in ${seconds} s, ${claimsPerSecond}/s, ${cpuUsPerClaim} µs of CPU each; ` +
        `${memoryBytesPerClaim} bytes of memory and ${changelogBytesPerClaim} bytes of changelog a claim; ` +
        `longest pause ${longestPauseMs} ms\n`,
    )
  }
}

async function codec(): Promise<void> {
  const results = await benchCodec(counts.rounds, progress)
  if (json) process.stdout.write(`${JSON.stringify(results)}\n`)
  else
    for (const { record, bytes, jsonBytes, encodeUs, decodeUs, jsonEncodeUs, jsonDecodeUs } of results)
      process.stdout.write(
        `${record.padEnd(12)} ${bytes} bytes (JSON ${jsonBytes}): encode ${encodeUs} µs (JSON ${jsonEncodeUs}), ` +
          `decode ${decodeUs} µs (JSON ${jsonDecodeUs})\n`,
      )
}

async function takeover(): Promise<void> {
  const result = await benchTakeover({ kills: counts.kills, isSupervised: !unsupervised, progress })
  const { kills, p50Ms, p95Ms, worstMs } = result
  process.stdout.write(
    json
      ? `${JSON.stringify(result)}\n`
      : `${kills} kills: partitions taken over after p50 ${p50Ms} p95 ${p95Ms} worst ${worstMs} ms\n`,
  )
}

async function report(): Promise<void> {
  const result = await benchReport(counts.records, progress)
  const { records, seconds, recordsPerSecond, residentMiB } = result
  process.stdout.write(
    json
      ? `${JSON.stringify(result)}\n`
      : `${records} records in ${seconds} s, ${recordsPerSecond}/s, with ${residentMiB} MiB resident afterwards\n`,
  )
}

async function backtest(): Promise<void> {
  const result = await benchBacktest(counts.decisions, progress)
  const { decisions, seconds, decisionsPerSecond, cpuUsADecision, decidingPerSecond } = result
  process.stdout.write(
    json
      ? `${JSON.stringify(result)}\n`
      : `${decisions} decisions in ${seconds} s, ${decisionsPerSecond}/s, ${cpuUsADecision} µs of CPU each; deciding alone ${decidingPerSecond}/s\n`,
  )
}

/** Adding a benchmark is a file, and a line here. */
const benches: Readonly<Record<string, () => Promise<void>>> = {
  path,
  codec,
  decision,
  normalise,
  restore,
  takeover,
  report,
  backtest,
}
const run = Object.hasOwn(benches, bench) ? benches[bench] : undefined
if (run === undefined) {
  if (bench !== '') progress(`There is no benchmark "${bench}".\n`)
  process.stdout.write(help)
  process.exitCode = bench === '' ? 0 : 2
} else await run()
