// node test/simulation/main.ts --seeds N [--from S] [--json] | --seed N [--trace] [--mutant NAME] | --mutants [--seeds N] [--json]
// --mutant takes a part of a mutation's name, here and beside --mutants.
import { parseArgs } from 'node:util'
import { mutations } from './mutants/mutations.ts'
import { SeedThreads } from './seed-threads.ts'
import type { Caught, Search } from './searching.ts'
import { hunt, search } from './searching.ts'
import { shortest } from './shortest.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    mutant: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
})

function number(name: string, text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new RangeError(`--${name} is ${text}, and must be a whole number from 0 up.`)
}

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
  const found = await search(threads, { from: number('from', values.from), seeds }, told)
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
  if (values.seed !== undefined) return replay(number('seed', values.seed))
  const seeds = values.seeds === undefined ? 2_000 : number('seeds', values.seeds)
  return withThreads((threads) => (values.mutants ? huntAll(threads, seeds) : searchAll(threads, seeds)))
}

process.exitCode = (await main()) ? 0 : 1
