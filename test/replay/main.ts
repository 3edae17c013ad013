// `npm run replay`: public data that nobody here wrote, through the real router.
import { parseArgs } from 'node:util'
import { onlyArgument, wholeNumber } from '@waybill/cli/options'
import { commandLine } from '../command-line.ts'
import { replayBfclAzure } from './bfcl-azure/bfcl-azure.ts'
import { bfclPage } from './bfcl-azure/page.ts'
import { defaultFiles } from './bfcl-azure/reading.ts'
import { dataFolder, DataError } from './data-file.ts'
import { latencyPage, replayLatency } from './latency/latency.ts'
import { mooncakeFile, mooncakePage, replayMooncake } from './mooncake/mooncake.ts'

const help = `Usage: npm run replay -- NAME [options]

  bfcl-azure   838 function-calling prompts at the arrivals of two Azure services: saved, quality, latency, duplicates
                 --prompts FILE --matrix FILE --arrivals FILE (again for each), --seed 1, --seeds 30
  mooncake     an hour of a production service: which requests are exact repeats
                 --trace FILE
  latency      what providers took: rolling p95 beside random, best fixed and oracle; 429 bursts, a hang, outages
                 --data DIR with latency/ and incidents/

  --json       the result as one JSON object
Data is read from ../shared/data, plain or gzipped, unless files are named. docs/replay.md explains the figures.
Example: npm run replay -- bfcl-azure --json
`

const { name, numbers, ...values } = commandLine(help, () => {
  const { values: given, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      prompts: { type: 'string', default: defaultFiles.prompts },
      matrix: { type: 'string', default: defaultFiles.matrix },
      arrivals: { type: 'string', multiple: true, default: [...defaultFiles.arrivals] },
      trace: { type: 'string', default: mooncakeFile },
      data: { type: 'string', default: dataFolder },
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '30' },
      json: { type: 'boolean', default: false },
    },
  })
  return {
    ...given,
    name: onlyArgument(positionals, 'replay') ?? '',
    numbers: { seed: wholeNumber('seed', given.seed, 0), seeds: wholeNumber('seeds', given.seeds, 1) },
  }
})

const progress = (line: string): void => void process.stderr.write(`${line}\n`)

function say(result: unknown, page: string): void {
  process.stdout.write(`${values.json ? JSON.stringify(result) : page}\n`)
}

function bfclAzure(): void {
  const { prompts, matrix, arrivals } = values
  const result = replayBfclAzure({ files: { prompts, matrix, arrivals }, ...numbers, progress })
  say(result, bfclPage(result))
}

function mooncake(): void {
  const result = replayMooncake(values.trace)
  say(result, mooncakePage(result))
}

function latency(): void {
  const result = replayLatency(values.data, progress)
  say(result, latencyPage(result))
}

const replays: Readonly<Record<string, () => void>> = { 'bfcl-azure': bfclAzure, mooncake, latency }

const replay = Object.hasOwn(replays, name) ? replays[name] : undefined
if (replay === undefined) {
  if (name !== '') progress(`There is no replay "${name}".\n`)
  process.stdout.write(help)
  process.exitCode = name === '' ? 0 : 2
} else {
  try {
    replay()
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    progress(error.message)
    process.exitCode = 1
  }
}
