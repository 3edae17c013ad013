// The settings: read once, checked with the name of what is wrong, and passed down. The only reader of the environment.
import { readFileSync } from 'node:fs'
import type { ProviderAccount } from './account-settings.ts'
import { accountsNamed } from './account-settings.ts'
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
  /** Accounts beside each vendor's default one; those without a key are not there. */
  readonly accounts: readonly ProviderAccount[]
}

/** Each has a row in the table of settings; accounts are named by whoever has them. */
export type SettingKey = Exclude<keyof Settings, 'accounts'>

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

/** Reads settings one by one, and collects what is wrong with them. */
class Reading {
  readonly problems: SettingProblem[] = []
  readonly #environment: Environment

  constructor(environment: Environment) {
    this.#environment = environment
  }

  /** A value, or for NAME_FILE what stands in that file: for secrets that are mounted. */
  text(key: SettingKey): string {
    const { name, fallback } = settingsTable[key]
    return this.#named(name, fallback)
  }

  #named(name: string, fallback = ''): string {
    const [given, file = ''] = [this.#environment[name], this.#environment[`${name}_FILE`]]
    if (file === '') return given ?? fallback
    if (given !== undefined && given !== '') this.#complain(name, `and ${name}_FILE are both set: unset one of them.`)
    const text = fileText(file)
    if (text === undefined) this.#complain(`${name}_FILE`, 'the file cannot be read. Check its path and its rights.')
    else if (text === '') this.#complain(`${name}_FILE`, 'the file is empty.')
    return text ?? fallback
  }

  /** As text, but what is set to nothing is not set. */
  #chosen(key: SettingKey): string {
    const text = this.text(key)
    return text === '' ? settingsTable[key].fallback : text
  }

  number(key: SettingKey): number {
    const { least = 0 } = settingsTable[key]
    const text = this.#chosen(key)
    const value = Number(text)
    if (!Number.isSafeInteger(value) || value < least)
      this.complain(key, `"${text}" is no whole number of at least ${least}.`)
    return value
  }

  /** Undefined where nothing is set. */
  port(key: SettingKey): number | undefined {
    if (this.text(key) === '') return undefined
    const value = Number(this.text(key))
    if (!Number.isSafeInteger(value) || value < 0 || value > 65_535)
      this.complain(key, `"${this.text(key)}" is no port, which is a whole number from 0 to 65535.`)
    return value
  }

  choice(key: SettingKey): string {
    const { choices = [] } = settingsTable[key]
    const value = this.#chosen(key)
    const shown = choices.filter((choice) => choice !== '').join(', ')
    if (!choices.includes(value)) this.complain(key, `"${value}" is none of: ${shown}.`)
    return value
  }

  /** @param schemes what it may begin with */
  url(key: SettingKey, schemes: readonly [string, ...string[]]): string {
    return this.#url(settingsTable[key].name, this.text(key), schemes)
  }

  #url(name: string, value: string, schemes: readonly [string, ...string[]]): string {
    if (value === '') return value
    // What stands before an @ may be a password.
    const shown = value.includes('@') ? 'what is set' : `"${value}"`
    const found = URL.parse(value)
    if (found === null || !schemes.includes(found.protocol))
      this.#complain(
        name,
        `${shown} is no URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}.`,
      )
    return value
  }

  brokers(key: SettingKey): readonly string[] {
    const brokers = this.text(key)
      .split(',')
      .map((broker) => broker.trim())
      .filter((broker) => broker !== '')
    for (const broker of brokers)
      if (!isPlace(broker)) this.complain(key, `"${broker}" is no host:port, such as 127.0.0.1:9092.`)
    return brokers
  }

  accounts(): readonly ProviderAccount[] {
    return accountsNamed(Object.keys(this.#environment))
      .map(({ provider, name, key, url }) => ({
        provider,
        name,
        apiKey: this.#named(key),
        baseUrl: this.#url(url, this.#named(url), web),
      }))
      .filter(({ apiKey }) => apiKey !== '')
  }

  prefix(key: SettingKey): string {
    const value = this.text(key)
    if (!/^[\w.-]{0,100}$/u.test(value))
      this.complain(key, `"${value}" cannot begin a topic's name: at most 100 letters, digits, ".", "_" and "-".`)
    return value
  }

  /** Settings that are of use together only. */
  together(keys: readonly [SettingKey, SettingKey, ...SettingKey[]]): void {
    const isSet = (key: SettingKey): boolean => this.text(key) !== ''
    const [given, missing] = [keys.filter(isSet), keys.filter((key) => !isSet(key))]
    const named = (some: readonly SettingKey[]): string => some.map((key) => settingsTable[key].name).join(' and ')
    for (const key of given.slice(0, 1))
      if (missing.length > 0) this.complain(key, `is set without ${named(missing)}: set all of them, or none.`)
  }

  complain(key: SettingKey, problem: string): void {
    this.#complain(settingsTable[key].name, problem)
  }

  /** Once: a text may be looked at twice. */
  #complain(name: string, problem: string): void {
    if (this.problems.every((known) => known.name !== name || known.problem !== problem))
      this.problems.push({ name, problem })
  }
}

const isPlace = (text: string): boolean => {
  const [, port] = /^(?:[^:\s[\]]+|\[[\da-f:]+\]):(\d{1,5})$/iu.exec(text) ?? []
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535
}

function fileText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}

const web = ['http:', 'https:'] as const

/** What no single setting shows. */
function checkTogether(read: Reading, { schemaRegistryUrl, replicationFactor }: Settings): void {
  read.together(['kafkaSaslMechanism', 'kafkaUsername', 'kafkaPassword'])
  read.together(['schemaRegistryUser', 'schemaRegistryPassword'])
  if ((URL.parse(schemaRegistryUrl)?.username ?? '') !== '')
    read.complain('schemaRegistryUrl', 'holds a user: put it into SCHEMA_REGISTRY_USER and SCHEMA_REGISTRY_PASSWORD.')
  if (replicationFactor === 0)
    read.complain('replicationFactor', '"0" is no number of replicas; -1 is the broker\'s default.')
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
    schemaRegistryUrl: read.url('schemaRegistryUrl', web),
    schemaRegistryUser: read.text('schemaRegistryUser'),
    schemaRegistryPassword: read.text('schemaRegistryPassword'),
    redisUrl: read.url('redisUrl', ['redis:', 'rediss:']),
    topicPrefix: read.prefix('topicPrefix'),
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
    openaiBaseUrl: read.url('openaiBaseUrl', web),
    anthropicBaseUrl: read.url('anthropicBaseUrl', web),
    geminiBaseUrl: read.url('geminiBaseUrl', web),
    permits: read.number('permits'),
    dedupWindowMs: read.number('dedupWindowMs'),
    logLevel: read.choice('logLevel'),
    metricsPort: read.port('metricsPort'),
    metricsHost: read.text('metricsHost'),
    accounts: read.accounts(),
  }
  checkTogether(read, settings)
  if (read.problems.length > 0) throw new SettingsError(read.problems)
  return settings
}

const fileEnding = '_FILE'
const otherName = (name: string): string =>
  name.endsWith(fileEnding) ? name.slice(0, -fileEnding.length) : `${name}${fileEnding}`

/** Settings with others on top: a value takes the place of a file that holds it, and a file that of a value. */
export function settingsOver<Value extends string | undefined>(
  under: Readonly<Record<string, Value>>,
  over: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const replaced = new Set(Object.keys(over).map(otherName))
  return { ...Object.fromEntries(Object.entries(under).filter(([name]) => !replaced.has(name))), ...over }
}

/** The environment for a child process: ours, with what is set on top. */
export const environmentWith = (added: Readonly<Record<string, string>>): Record<string, string | undefined> =>
  settingsOver<string | undefined>(process.env, added)

/** Names that look like settings of ours and are none: a slip of the pen would otherwise change nothing, in silence. */
export function unknownSettings(environment: Environment = process.env): readonly string[] {
  const accounts = accountsNamed(Object.keys(environment)).map(({ url }) => url)
  const ours = [...Object.values(settingsTable).map(({ name }) => name), ...accounts]
  const known = new Set(ours.flatMap((name) => [name, `${name}_FILE`]))
  return Object.keys(environment).filter((name) => name.startsWith('WAYBILL_') && !known.has(name))
}

/** The file of certificates that Node itself trusts beside the system's; empty where none is set. */
export const extraCertificates = (): string => process.env['NODE_EXTRA_CA_CERTS'] ?? ''

/** What a person has set of the machine itself: where Java is, and how wide the terminal may be coloured. */
export const javaHome = (): string | undefined => process.env['JAVA_HOME']
