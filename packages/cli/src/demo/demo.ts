// `npm run demo`: real requests through real Kafka to three providers' SDKs and back, and a page that proves it.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { RequestInput } from '@waybill/client/complete'
import type { Command, ExitCode } from '../command.ts'
import { say, tell, UsageError } from '../command.ts'
import type { Arena } from '../platform/arena.ts'
import { startEmbedded } from '../platform/embedded.ts'
import { startPlatform, stateFolder } from '../platform/platform.ts'
import type { Evidence } from './account.ts'
import { accountOf, isClean } from './account.ts'
import { gather } from './evidence.ts'
import { exampleRequests } from './examples.ts'
import { sendAll, warmUp } from './load.ts'
import { pageOf } from './page.ts'
import { proofPage, proofsOf } from './proof.ts'
import { readRequests } from './request-file.ts'

const help = `Usage: npm run demo -- [options]

Starts Kafka, a schema registry, all services and a simulator of the three vendors, sends requests of several
kinds, takes one provider down in the middle, and ends with an account of what happened, and with what a cheaper and
a safer policy would have made of the same requests.

  --requests FILE   your own requests, one JSON object a line, instead of the examples
  --count N         how many examples (300)
  --rate N          requests a second (25)
  --embedded        everything in one process, the log in memory: no Java needed, and nothing proved about Kafka
  --keep            leave everything running until Ctrl-C
  --json            print the account as one JSON object on standard output
  --help            this text

Example: npm run demo -- --requests mine.jsonl --rate 10 --keep
`

interface Options {
  readonly requests: readonly RequestInput[]
  readonly rate: number
  readonly keep: boolean
  readonly embedded: boolean
  readonly json: boolean
}

const positive = (name: string, text: string): number => {
  const value = Number(text)
  if (!(value > 0)) throw new UsageError(`--${name} "${text}" is no number above 0.`)
  return value
}

function optionsOf(given: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...given],
    options: {
      requests: { type: 'string' },
      count: { type: 'string', default: '300' },
      rate: { type: 'string', default: '25' },
      keep: { type: 'boolean', default: false },
      embedded: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const requests =
    values.requests === undefined ? exampleRequests(positive('count', values.count)) : readRequests(values.requests)
  return {
    requests,
    rate: positive('rate', values.rate),
    keep: values.keep,
    embedded: values.embedded,
    json: values.json,
  }
}

/** Takes a provider down, or brings it back. */
async function setDown(url: string, provider: string, down: boolean): Promise<void> {
  await fetch(`${url}/control/providers/${provider}`, { method: 'POST', body: JSON.stringify({ down, as: '503' }) })
  tell(down ? `  ${provider} goes down` : `  ${provider} is back`)
}

async function runLoad(platform: Arena, { requests, rate }: Options, startedAt: number): Promise<number> {
  const url = platform.simulatorUrl ?? ''
  const names = new Set(requests.map(({ tenant, id }) => `${tenant}/${id}`))
  const answered = new Set<string>()
  let firstReplySeconds = 0
  const stop = await platform.client.subscribe(
    'replies',
    ({ value }) => {
      if (firstReplySeconds === 0) {
        firstReplySeconds = Math.round((Date.now() - startedAt) / 100) / 10
        tell(`  first reply after ${firstReplySeconds} s`)
      }
      answered.add(`${value.tenant}/${value.id}`)
    },
    { fromStart: true },
  )
  const [down, up] = [Math.floor(requests.length / 3), Math.floor((2 * requests.length) / 3)]
  const step = Math.max(1, Math.floor(requests.length / 6))
  await sendAll(platform.client, requests, rate, (index) => {
    if (index === down) void setDown(url, 'openai', true)
    if (index === up) void setDown(url, 'openai', false)
    if ((index + 1) % step === 0) tell(`  ${index + 1} of ${requests.length} sent, ${answered.size} answered`)
  })
  const patience = Date.now() + 75_000
  while (answered.size < names.size && Date.now() < patience) await new Promise((resolve) => setTimeout(resolve, 100))
  tell(`  ${answered.size} of ${names.size} answered`)
  stop()
  return firstReplySeconds
}

async function evidenceOf(platform: Arena): Promise<Evidence> {
  const { settings, simulatorUrl = '' } = platform
  const { log, codec } = await platform.reader()
  try {
    return await gather({ log, codec, partitions: settings.partitions, simulatorUrl })
  } finally {
    await log.close()
  }
}

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGINT', () => {
      resolve()
    })
    process.once('SIGTERM', () => {
      resolve()
    })
  })

async function onPlatform(platform: Arena, options: Options, startedAt: number): Promise<ExitCode> {
  tell(
    `Sending ${options.requests.length} requests: the first ${warmUp} one after the other, then ${options.rate} a second`,
  )
  const firstReplySeconds = await runLoad(platform, options, startedAt)
  const evidence = await evidenceOf(platform)
  const [result, backtests] = [accountOf(evidence), proofsOf(evidence)]
  const next = [
    ...proofPage(result, backtests),
    '',
    ...platform.notices,
    'Next: npm run demo -- --keep leaves it running; npm run waybill -- --help lists what you can do with it.',
  ]
  if (options.json) say(JSON.stringify({ ...result, log: platform.kind, firstReplySeconds, backtests }))
  else say(pageOf(result, platform.kind, next))
  if (options.keep) {
    const told = Object.entries(platform.addresses).map(([name, value]) => `${name}=${value}`)
    tell(`Running: ${told.join(' ')}`)
    tell('Ctrl-C stops it.')
    await interrupted()
  }
  return isClean(result) ? 0 : 1
}

const simulator = { latencyScale: 1, seed: '1' }

const startOnKafka = (): Promise<Arena> =>
  startPlatform({
    progress: tell,
    fresh: true,
    profile: 'test',
    folder: join(stateFolder, 'demo'),
    simulator,
    // Topics of its own for each run: what is counted is this run, also on brokers that are shared.
    settings: { WAYBILL_PREFIX: `waybill-demo-${Date.now().toString(36)}.` },
  })

async function run(given: readonly string[]): Promise<ExitCode> {
  const startedAt = Date.now() - performance.now()
  const options = optionsOf(given)
  const platform = options.embedded ? await startEmbedded(simulator) : await startOnKafka()
  try {
    return await onPlatform(platform, options, startedAt)
  } finally {
    tell('Stopping')
    await platform.stop()
  }
}

export const demo: Command = { name: 'demo', summary: 'show the main job end to end', help, run }
