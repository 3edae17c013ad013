// The simulator as a process of its own.
import { parseArgs } from 'node:util'
import type { SimulatorOptions } from './settings.ts'
import { defaults } from './settings.ts'
import { startSimulator } from './server.ts'

const usage = `Usage: node services/simulator/src/main.ts [options]

  --host NAME            address to listen on (${defaults.host})
  --port NUMBER          0: any that is free (${defaults.port})
  --seed TEXT            the same seed gives the same answers (${defaults.seed})
  --latency-scale X      multiplies every planned delay; 0 answers at once (${defaults.latencyScale})
  --latency-fixed-ms N   every call takes just this long
  --tail-share P         how often a delay falls into the heavy tail (${defaults.tailShare})
  --tool-share P         how often a tool is called where the model may choose (${defaults.toolShare})
  --text-tokens N        median length of text answers (${defaults.textTokens})
  --cached-share P       how often part of a long prompt is read from the cache (${defaults.cachedShare})
  --requests-per-minute N  calls that a key may make of a model; beyond it 429
  --tokens-per-minute N    tokens that a key may use of a model; beyond it 429
  --body-limit BYTES     largest request (${defaults.bodyLimit})
  --ledger-limit ROWS    rows of the ledger that are kept (${defaults.ledgerLimit})
  --ledger-file PATH     each call is written here before it is answered
  --with-parent          end when standard input does
  --help

Prints {"ready":true,"url":"…"} once it listens; ends on SIGTERM and SIGINT.
`
const text = { type: 'string' } as const
const { values } = parseArgs({
  options: {
    host: text,
    port: text,
    seed: text,
    'latency-scale': text,
    'latency-fixed-ms': text,
    'tail-share': text,
    'tool-share': text,
    'text-tokens': text,
    'cached-share': text,
    'requests-per-minute': text,
    'tokens-per-minute': text,
    'body-limit': text,
    'ledger-limit': text,
    'ledger-file': text,
    help: { type: 'boolean' },
    'with-parent': { type: 'boolean' },
  },
})

function numberOf(value: string | undefined, fallback: number): number {
  return value === undefined || value === '' ? fallback : Number(value)
}

const optional = (value: string | undefined): number | null => (value === undefined ? null : Number(value))

const options: SimulatorOptions = {
  host: values.host ?? defaults.host,
  port: numberOf(values.port, defaults.port),
  seed: values.seed ?? defaults.seed,
  latencyScale: numberOf(values['latency-scale'], defaults.latencyScale),
  latencyFixedMs: optional(values['latency-fixed-ms']),
  tailShare: numberOf(values['tail-share'], defaults.tailShare),
  toolShare: numberOf(values['tool-share'], defaults.toolShare),
  textTokens: numberOf(values['text-tokens'], defaults.textTokens),
  cachedShare: numberOf(values['cached-share'], defaults.cachedShare),
  requestsPerMinute: optional(values['requests-per-minute']),
  tokensPerMinute: optional(values['tokens-per-minute']),
  bodyLimit: numberOf(values['body-limit'], defaults.bodyLimit),
  ledgerLimit: numberOf(values['ledger-limit'], defaults.ledgerLimit),
  ledgerFile: values['ledger-file'] ?? null,
}

if (values.help === true) process.stdout.write(usage)
else {
  const simulator = await startSimulator(options)
  process.stdout.write(`${JSON.stringify({ ready: true, url: simulator.url })}\n`)
  // An open standard input would keep a closed simulator alive.
  const stop = async (): Promise<void> => {
    await simulator.close()
    process.exit()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop())
  if (values['with-parent'] === true) process.stdin.on('end', () => void stop()).resume()
}
