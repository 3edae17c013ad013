// The settings: read once, checked with the name of what is wrong, and passed down. The only reader of the environment.
import { readFileSync } from 'node:fs'
import { settingsTable } from './settings-table.ts'

export interface Settings {
  readonly kafkaBrokers: readonly string[]
  readonly schemaRegistryUrl: string
  readonly schemaRegistryUser: string
  readonly schemaRegistryPassword: string
  readonly redisUrl: string
  readonly topicPrefix: string
  readonly partitions: number
  readonly replicationFactor: number
  readonly policyFile: string
  readonly kafkaTls: boolean
  readonly kafkaSaslMechanism: string
  readonly kafkaUsername: string
  readonly kafkaPassword: string
  readonly openaiApiKey: string
  readonly anthropicApiKey: string
  readonly geminiApiKey: string
  readonly openaiBaseUrl: string
  readonly anthropicBaseUrl: string
  readonly geminiBaseUrl: string
  readonly permits: number
  readonly dedupWindowMs: number
  readonly logLevel: string
  readonly metricsPort: number | undefined
  readonly metricsHost: string
}

/** A setting that cannot be used: its name, what is wrong, and what to do. */
export interface SettingProblem {
  readonly name: string
  readonly problem: string
}

export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  readonly problems: readonly SettingProblem[]
  constructor(problems: readonly SettingProblem[]) {
    super(problems.map(({ name, problem }) => `${name}: ${problem}`).join('\n'))
    this.problems = problems
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/** A value, or for NAME_FILE what stands in that file: for secrets that are mounted. */
function textOf(environment: Environment, name: string): string | undefined {
  const file = environment[`${name}_FILE`]
  if (file === undefined || file === '') return environment[name]
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    throw new SettingsError([
      { name: `${name}_FILE`, problem: 'the file cannot be read. Check its path and its rights.' },
    ])
  }
}

/** Reads settings one by one, and collects what is wrong with them. */
class Reading {
  readonly problems: SettingProblem[] = []
  readonly #environment: Environment

  constructor(environment: Environment) {
    this.#environment = environment
  }

  text(key: keyof Settings): string {
    const { name, fallback } = settingsTable[key]
    return textOf(this.#environment, name) ?? fallback
  }

  number(key: keyof Settings): number {
    const { least = 0 } = settingsTable[key]
    const value = Number(this.text(key))
    if (!Number.isSafeInteger(value) || value < least)
      this.complain(key, `"${this.text(key)}" is no whole number of at least ${least}.`)
    return value
  }

  /** Undefined where nothing is set. */
  port(key: keyof Settings): number | undefined {
    if (this.text(key) === '') return undefined
    const value = Number(this.text(key))
    if (!Number.isSafeInteger(value) || value < 0 || value > 65_535)
      this.complain(key, `"${this.text(key)}" is no port, which is a whole number from 0 to 65535.`)
    return value
  }

  choice(key: keyof Settings): string {
    const { choices = [] } = settingsTable[key]
    const value = this.text(key)
    if (!choices.includes(value)) this.complain(key, `"${value}" is none of: ${choices.join(', ')}.`)
    return value
  }

  url(key: keyof Settings): string {
    const value = this.text(key)
    // What stands before an @ may be a password.
    const shown = value.includes('@') ? 'what is set' : `"${value}"`
    if (value !== '' && !URL.canParse(value)) this.complain(key, `${shown} is no URL, such as http://127.0.0.1:8081.`)
    return value
  }

  brokers(key: keyof Settings): readonly string[] {
    const brokers = this.text(key)
      .split(',')
      .map((broker) => broker.trim())
      .filter((broker) => broker !== '')
    for (const broker of brokers)
      if (!/^[^:\s]+:\d+$/u.test(broker)) this.complain(key, `"${broker}" is no host:port, such as 127.0.0.1:9092.`)
    return brokers
  }

  complain(key: keyof Settings, problem: string): void {
    this.problems.push({ name: settingsTable[key].name, problem })
  }
}

/**
 * Reads and checks all settings.
 * @param environment the process's own, unless told
 * @throws SettingsError with all that is wrong
 */
export function readSettings(environment: Environment = process.env): Settings {
  const read = new Reading(environment)
  const settings: Settings = {
    kafkaBrokers: read.brokers('kafkaBrokers'),
    schemaRegistryUrl: read.url('schemaRegistryUrl'),
    schemaRegistryUser: read.text('schemaRegistryUser'),
    schemaRegistryPassword: read.text('schemaRegistryPassword'),
    redisUrl: read.url('redisUrl'),
    topicPrefix: read.text('topicPrefix'),
    partitions: read.number('partitions'),
    replicationFactor: read.number('replicationFactor'),
    policyFile: read.text('policyFile'),
    kafkaTls: read.choice('kafkaTls') === 'true',
    kafkaSaslMechanism: read.choice('kafkaSaslMechanism'),
    kafkaUsername: read.text('kafkaUsername'),
    kafkaPassword: read.text('kafkaPassword'),
    openaiApiKey: read.text('openaiApiKey'),
    anthropicApiKey: read.text('anthropicApiKey'),
    geminiApiKey: read.text('geminiApiKey'),
    openaiBaseUrl: read.url('openaiBaseUrl'),
    anthropicBaseUrl: read.url('anthropicBaseUrl'),
    geminiBaseUrl: read.url('geminiBaseUrl'),
    permits: read.number('permits'),
    dedupWindowMs: read.number('dedupWindowMs'),
    logLevel: read.choice('logLevel'),
    metricsPort: read.port('metricsPort'),
    metricsHost: read.text('metricsHost'),
  }
  if (read.problems.length > 0) throw new SettingsError(read.problems)
  return settings
}

/** The environment for a child process: ours, with what is set on top. */
export const environmentWith = (added: Readonly<Record<string, string>>): Record<string, string | undefined> => ({
  ...process.env,
  ...added,
})

/** What a person has set of the machine itself: where Java is, and how wide the terminal may be coloured. */
export const javaHome = (): string | undefined => process.env['JAVA_HOME']
