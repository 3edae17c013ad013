// How commands reach a deployment: the settings of the environment, and what they open with them.
import { readSettings, SettingsError } from '@waybill/runtime/config'
import type { Settings } from '@waybill/runtime/config'
import type { Client } from '@waybill/client/client'
import { connectBySettings } from '@waybill/client/client'
import { openKafkaLog } from '@waybill/runtime/kafka/log'
import type { Log } from '@waybill/runtime/log'
import { kafkaSettings } from '@waybill/runtime/process'
import type { Codec } from '@waybill/runtime/registry/codec'
import { openCodec } from '@waybill/runtime/registry/codec'
import type { Topic } from '@waybill/schemas/topics'
import type { RegistrySettings } from '@waybill/runtime/registry/request'
import { confluentRegistry } from '@waybill/runtime/registry/confluent-registry'

const needed = { kafkaBrokers: 'KAFKA_BROKERS', schemaRegistryUrl: 'SCHEMA_REGISTRY_URL' } as const
const hint = 'is not set. "npm run waybill -- up" starts a deployment here and prints what to export.'

/** @throws SettingsError for what is wrong, and for addresses that are missing */
export function deploymentSettings(keys: readonly (keyof typeof needed)[]): Settings {
  const settings = readSettings()
  const missing = keys.filter((key) => settings[key].length === 0)
  if (missing.length > 0) throw new SettingsError(missing.map((key) => ({ name: needed[key], problem: hint })))
  return settings
}

export function registrySettings(settings: Settings): RegistrySettings {
  const { schemaRegistryUrl: url, schemaRegistryUser: username, schemaRegistryPassword: password } = settings
  return username === '' ? { url } : { url, username, password }
}

/** Something to read with, that registers nothing and creates nothing. */
export interface Reading {
  readonly log: Log
  readonly codec: Codec
}

export async function withReading<Result>(
  settings: Settings,
  run: (reading: Reading) => Promise<Result>,
): Promise<Result> {
  const codec = await openCodec(confluentRegistry(registrySettings(settings)), new Map())
  const log = await openKafkaLog(kafkaSettings(settings, 'waybill-command'))
  try {
    return await run({ log, codec })
  } finally {
    await log.close()
  }
}

/**
 * How many partitions a topic has that must be there: a report of no topic would look like one of no money.
 * @throws SettingsError where it is not there
 */
export async function partitionsOf(
  { log }: Reading,
  { name }: Pick<Topic, 'name'>,
  { topicPrefix }: Pick<Settings, 'topicPrefix'>,
): Promise<number> {
  const count = (await log.partitionCounts([name])).get(name) ?? 0
  if (count > 0) return count
  const problem = `is "${topicPrefix}", and there is no topic ${topicPrefix}${name} at these brokers. "npm run waybill -- topics" lists those that are needed.`
  throw new SettingsError([{ name: 'WAYBILL_PREFIX', problem }])
}

export async function withClient<Result>(run: (client: Client) => Promise<Result>): Promise<Result> {
  const settings = deploymentSettings(['kafkaBrokers', 'schemaRegistryUrl'])
  const client = await connectBySettings({
    kafka: kafkaSettings(settings, 'waybill-command'),
    registry: registrySettings(settings),
    prefix: settings.topicPrefix,
  })
  try {
    return await run(client)
  } finally {
    await client.close()
  }
}

/** Resolves at Ctrl-C, or when a supervisor asks for a stop. */
export const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        resolve()
      })
  })
