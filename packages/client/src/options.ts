// What a client is opened with, and errors in its words.
import type { KafkaSettings } from '@waybill/runtime/kafka/settings'
import type { RegistrySettings } from '@waybill/runtime/registry/request'

export interface ClientOptions {
  readonly kafka: Pick<KafkaSettings, 'brokers' | 'ssl' | 'sasl'>
  readonly registry: RegistrySettings
  /** Before every topic; `waybill.` unless the deployment has another. */
  readonly prefix?: string
}

const mechanisms: readonly unknown[] = ['plain', 'scram-sha-256', 'scram-sha-512']

const isLogin = (login: unknown): boolean =>
  typeof login === 'object' &&
  login !== null &&
  'mechanism' in login &&
  mechanisms.includes(login.mechanism) &&
  'username' in login &&
  typeof login.username === 'string' &&
  'password' in login &&
  typeof login.password === 'string'

const isListOfText = (given: unknown): boolean =>
  Array.isArray(given) && given.length > 0 && given.every((each) => typeof each === 'string')

/** JavaScript does not look at types, and these come from a person. */
export function checkOptions({ kafka, registry, prefix }: ClientOptions): void {
  if (!isListOfText(kafka?.brokers))
    throw new TypeError("kafka.brokers must be a list of host:port, such as ['127.0.0.1:9092'].")
  if (kafka.sasl !== undefined && !isLogin(kafka.sasl))
    throw new TypeError(
      'kafka.sasl must have a mechanism (plain, scram-sha-256, scram-sha-512), a username and a password.',
    )
  if (typeof registry?.url !== 'string' || !URL.canParse(registry.url))
    throw new TypeError('registry.url must be a URL, such as http://127.0.0.1:8081.')
  if (prefix !== undefined && typeof prefix !== 'string')
    throw new TypeError('prefix must be a text, such as waybill. with its dot, which it is unless given.')
}

/** What the runtime calls a setting of the environment, and what it is here; longer ones first. */
const names: readonly (readonly [setting: string, option: string])[] = [
  ['KAFKA_USERNAME, KAFKA_PASSWORD (or KAFKA_PASSWORD_FILE) and KAFKA_SASL_MECHANISM', 'kafka.sasl'],
  [
    'SCHEMA_REGISTRY_USER, SCHEMA_REGISTRY_PASSWORD (or SCHEMA_REGISTRY_PASSWORD_FILE)',
    'registry.username, registry.password',
  ],
  ['KAFKA_SASL_MECHANISM', 'kafka.sasl'],
  ['KAFKA_BROKERS', 'kafka.brokers'],
  ['KAFKA_TLS', 'kafka.ssl'],
  ['SCHEMA_REGISTRY_URL', 'registry.url'],
]

/** Does something, and tells of its errors in the caller's words. */
export type Telling = <Result>(attempt: () => Promise<Result>) => Promise<Result>

export const asItIs: Telling = (attempt) => attempt()

/** Errors name options where they would name settings. */
export const namingOptions: Telling = async (attempt) => {
  try {
    return await attempt()
  } catch (error) {
    if (error instanceof Error)
      for (const [setting, option] of names) error.message = error.message.replaceAll(setting, option)
    throw error
  }
}
