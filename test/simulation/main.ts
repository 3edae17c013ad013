// `npm run simulate`: all services in virtual time, under every fault that a seed can think of.
import { parseArgs } from 'node:util'
import { UsageError } from '@waybill/cli/command'
import { wholeNumber } from '@waybill/cli/options'
import { commandLine } from '../command-line.ts'
import { mutations } from './mutants/mutations.ts'
import { SeedThreads } from './seed-threads.ts'
import type { Caught, Search } from './searching.ts'
import { hunt, search } from './searching.ts'
import { shortest } from './shortest.ts'

const help = `Usage: npm run simulate -- [--seeds N] [--from S]
       npm run simulate -- --seed N [--trace] [--mutant NAME]
       npm run simulate -- --mutants [--mutant NAME] [--seeds N]

Runs all services over a log in memory, in virtual time, with the faults that a seed draws, and holds what happened to
the promises. Exits 1 if one is broken, or if a mutation escapes.

  --seeds N      how many seeds (2000)
  --from S       the first of them (1)
  --seed N       this one alone: it replays to the same trace, as short as what breaks allows
  --trace        its trace
  --mutants      takes each guard of the protocol away, and looks for a seed that notices
  --mutant NAME  those whose name holds this, here and beside --seed
  --json         the outcome as one JSON object; of --mutants an array

Example: npm run simulate -- --seeds 20000
`

const values = commandLine(help, () => {
  const given = parseArgs({
    options: {
      seeds: { type: 'string', default: '2000' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      trace: { type: 'boolean', default: false },
      mutants: { type: 'boolean', default: false },
      mutant: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
    },
  }).values
  if (!mutations.some(({ name }) => name.includes(given.mutant)))
    throw new UsageError(`No mutation's name holds "${given.mutant}".`)
  return {
    ...given,
    seeds: wholeNumber('seeds', given.seeds, 1),
    from: wholeNumber('from', given.from, 0),
    seed: given.seed === undefined ? undefined : wholeNumber('seed', given.seed, 0),
  }
})

const chosen = mutations.filter(({ name }) => name.includes(values.mutant))

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

function printSearch({ seeds, events, calls, replies, virtualMs, tookMs, weathers, counts, broken }: Search): void {
  const second = tookMs / 1_000
  print(
    `${seeds} seeds in ${second.toFixed(1)} s: ${(seeds / second).toFixed(0)} seeds/s, ${(events / second).toFixed(0)} events/s`,
  )
  print(
    `${events} events, ${(virtualMs / 3_600_000).toFixed(0)} hours of virtual time, ${calls} calls, ${replies} replies`,
  )
  print(
    Object.entries(weathers)
      .map(([weather, count]) => `${weather} ${count}`)
      .join(', '),
  )
  for (const [happening, count] of Object.entries(counts)) print(`${count.toString().padStart(9)}  ${happening}`)
  for (const { seed, violations } of broken) for (const violation of violations) print(`seed ${seed}: ${violation}`)
  print(
    broken.length === 0 ? 'No promise was broken.' : `${broken.length} seeds broke a promise: --seed N --trace tells.`,
  )
}

async function searchAll(threads: SeedThreads, seeds: number): Promise<boolean> {
  const told = (done: number): void => {
    if (!values.json && done % 500 === 0) process.stderr.write(`${done} of ${seeds}\n`)
  }
  const found = await search(threads, { from: values.from, seeds }, told)
  if (values.json) print(JSON.stringify(found))
  else printSearch(found)
  return found.broken.length === 0
}

async function huntAll(threads: SeedThreads, most: number): Promise<boolean> {
  const rows: Caught[] = []
  await Promise.all(
    chosen.map(async ({ name }) => {
      const row = await hunt(threads, name, most)
      rows.push(row)
      if (!values.json)
        print(`${(row.seeds ?? 'ESCAPED').toString().padStart(7)}  ${name}: ${row.violation.slice(0, 120)}`)
    }),
  )
  if (values.json) print(JSON.stringify(rows))
  else print(`${rows.filter((row) => row.seeds !== null).length} of ${rows.length} mutations were caught.`)
  return rows.every((row) => row.seeds !== null)
}

/** A run stops at the first promise that breaks while it goes on; what breaks at rest is looked for in shorter runs. */
async function replay(seed: number): Promise<boolean> {
  const mutation = values.mutant === '' ? undefined : chosen[0]
  const { ended, lines, untilMs } = await shortest(seed, { mutation })
  if (values.trace) for (const line of lines) print(line)
  print(
    `seed ${seed}: ${ended.weather}, ${ended.events} events, ${ended.virtualMs} ms of virtual time, ${lines.length} lines, digest ${ended.digest}`,
  )
  if (untilMs !== undefined) print(`Shortened: what would arrive or go wrong after ${untilMs} ms is left out.`)
  for (const violation of ended.violations) print(violation)
  if (ended.violations.length === 0) print('No promise was broken.')
  return ended.violations.length === 0
}

async function withThreads(work: (threads: SeedThreads) => Promise<boolean>): Promise<boolean> {
  const threads = new SeedThreads()
  try {
    return await work(threads)
  } finally {
    await threads.close()
  }
}

async function main(): Promise<boolean> {
  const { seed, seeds, mutants } = values
  if (seed !== undefined) return replay(seed)
  return withThreads((threads) => (mutants ? huntAll(threads, seeds) : searchAll(threads, seeds)))
}

process.exitCode = (await main()) ? 0 : 1
