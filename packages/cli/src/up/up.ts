// `waybill up`: the whole product on this machine, until Ctrl-C.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Settings } from '@waybill/runtime/config'
import { readSettings, SettingsError } from '@waybill/runtime/config'
import { settingsTable } from '@waybill/runtime/settings-table'
import type { Command, ExitCode } from '../command.ts'
import { say, tell, UsageError } from '../command.ts'
import { interrupted } from '../connection.ts'
import { wholeNumber } from '../options.ts'
import { readPolicy } from '../policy/policy-file.ts'
import type { Platform } from '../platform/platform.ts'
import { startPlatform, stateFolder } from '../platform/platform.ts'

const help = `Usage: npm run waybill -- up [options]

Starts what is not there yet: Kafka, the schema registry, topics, every service and a simulator of the vendors.
Prints the addresses to export, and runs until Ctrl-C. What it has stored is there again at the next start.

  --replicas N      processes of each service (1)
  --no-simulator    call the vendors themselves: needs OPENAI_API_KEY, ANTHROPIC_API_KEY and GEMINI_API_KEY
  --json            print the addresses as one JSON object
  --help            this text

Each service serves its metrics from WAYBILL_METRICS_PORT (9464) on, at ports that are printed.
KAFKA_BROKERS and SCHEMA_REGISTRY_URL, where they are set, are used instead of starting servers.

Example: npm run waybill -- up --replicas 2
`

/** Where OpenTelemetry's exporter for Prometheus listens. */
const firstMetricsPort = 9_464

/** @throws UsageError where real vendors are to be called without their keys */
export function checkKeys(settings: Settings): void {
  const keys = ['openaiApiKey', 'anthropicApiKey', 'geminiApiKey'] as const
  const missing = keys.filter((key) => settings[key] === '').map((key) => settingsTable[key].name)
  if (missing.length > 0)
    throw new UsageError(`--no-simulator calls the vendors themselves, and ${missing.join(', ')} is not set.`)
}

/** @throws SettingsError for a policy that no service would start with: before anything is started */
export function checkPolicy({ policyFile }: Pick<Settings, 'policyFile'>): void {
  const read = readPolicy(policyFile)
  if (!('problems' in read)) return
  const problems = read.problems.map(({ path, problem, hint }) => `${read.path}, ${path}: ${problem}; ${hint}`)
  throw new SettingsError(problems.map((problem) => ({ name: 'WAYBILL_POLICY', problem })))
}

/** What to type elsewhere to use this deployment. */
function addressesOf({ addresses, settings }: Platform): readonly (readonly [string, string])[] {
  const all = { ...addresses, WAYBILL_PARTITIONS: String(settings.partitions) }
  return Object.entries(all).filter(([, value]) => value !== '')
}

function announce(platform: Platform, json: boolean): void {
  const addresses = addressesOf(platform)
  const { simulatorUrl, notices, metricsUrls } = platform
  for (const notice of notices) tell(`Note: ${notice}`)
  if (json) {
    say(
      JSON.stringify({
        ...Object.fromEntries(addresses),
        simulatorUrl: simulatorUrl ?? null,
        metrics: Object.fromEntries(metricsUrls),
      }),
    )
  } else {
    for (const [name, value] of addresses) say(`export ${name}=${value}`)
  }
  if (simulatorUrl !== undefined)
    tell(`The vendors are simulated at ${simulatorUrl}: no key is used, nothing is billed.`)
  for (const [name, url] of metricsUrls) tell(`Metrics of ${name}: ${url}`)
  tell('Running. In another terminal, after the exports above:')
  tell('  npm run waybill -- send --text "Say hello."')
  tell('  npm run waybill -- doctor')
  tell('Ctrl-C stops it.')
}

async function run(given: readonly string[]): Promise<ExitCode> {
  const { values } = parseArgs({
    args: [...given],
    options: {
      replicas: { type: 'string', default: '1' },
      'no-simulator': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const replicas = wholeNumber('replicas', values.replicas, 1)
  const settings = readSettings()
  if (values['no-simulator']) checkKeys(settings)
  checkPolicy(settings)
  const platform = await startPlatform({
    progress: tell,
    fresh: false,
    profile: 'test',
    folder: join(stateFolder, 'up'),
    replicas,
    metricsPort: settings.metricsPort ?? firstMetricsPort,
    ...(values['no-simulator'] ? {} : { simulator: { latencyScale: 1, seed: '1' } }),
  })
  const stopped = interrupted()
  try {
    announce(platform, values.json)
    await stopped
  } finally {
    tell('Stopping')
    await platform.stop()
  }
  return 0
}

export const up: Command = { name: 'up', summary: 'start everything on this machine, until Ctrl-C', help, run }
