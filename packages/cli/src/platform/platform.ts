// The whole product on this machine: brokers, registry, topics, every service, and a simulator where no vendor is wanted.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { providers, topics } from '@waybill/schemas/topics'
import { connectBySettings } from '@waybill/client/client'
import type { Stack } from '@waybill/deploy/stack'
import { startStack } from '@waybill/deploy/stack'
import type { Settings } from '@waybill/runtime/config'
import { environmentWith, javaHome, readSettings, settingsOver } from '@waybill/runtime/config'
import { createTopics, removeMember } from '@waybill/runtime/kafka/admin'
import { openKafkaLog } from '@waybill/runtime/kafka/log'
import { kafkaSettings, openRegisteredCodec, registerSchemas } from '@waybill/runtime/process'
import { registrySettings } from '../connection.ts'
import type { Arena, Reader } from './arena.ts'
import { withMetrics } from './metrics-ports.ts'
import { passedOn } from './passed-on.ts'
import { simulated } from './simulated.ts'
import type { Program } from './supervisor.ts'
import { Supervised } from './supervisor.ts'

export interface PlatformOptions {
  readonly progress: (line: string) => void
  /** Wipes what an earlier run left in our own brokers. */
  readonly fresh: boolean
  readonly profile: 'test' | 'bench'
  /** Where data, logs and process ids go, under the repository's .waybill. */
  readonly folder: string
  /** Any free ports: several platforms run side by side. */
  readonly anyPorts?: boolean
  /** Processes of each service. */
  readonly replicas?: number
  /** The port of the first service's metrics; the others follow, each at one that is free. Without it there are none. */
  readonly metricsPort?: number
  readonly simulator?: { readonly latencyScale: number; readonly seed: string }
  /** Settings on top of the environment. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface Platform extends Arena {
  readonly stack: Stack
  readonly services: readonly Supervised[]
  /** Where metrics are scraped, by the name of the process. */
  readonly metricsUrls: ReadonlyMap<string, string>
}

const root = join(import.meta.dirname, '../../../..')
export const stateFolder = join(root, '.waybill')

function programsOf(environment: Readonly<Record<string, string>>, replicas: number): readonly Program[] {
  const each: readonly Program[] = [
    { name: 'router', file: 'services/router/src/main.ts' },
    ...providers.map((provider) => ({
      name: `worker ${provider}`,
      file: 'services/worker/src/main.ts',
      arguments: ['--provider', provider],
    })),
    { name: 'normaliser', file: 'services/normaliser/src/main.ts' },
    { name: 'stats', file: 'services/stats/src/main.ts' },
  ]
  return each.flatMap((program) =>
    Array.from({ length: replicas }, (_, index) => ({
      ...program,
      name: index === 0 ? program.name : `${program.name} ${index + 1}`,
      environment,
    })),
  )
}

/** Starts all of it, and returns when the services are members of their groups. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { progress, folder, profile, fresh, anyPorts = false, replicas = 1 } = options
  const given = readSettings(environmentWith(options.settings ?? {}))
  const logs = join(folder, 'logs')
  mkdirSync(logs, { recursive: true })
  const home = javaHome()
  const stack = await startStack({
    folder: join(folder, 'stack'),
    cache: join(stateFolder, 'cache'),
    addresses: {
      ...(given.kafkaBrokers.length > 0 ? { kafkaBrokers: given.kafkaBrokers.join(',') } : {}),
      ...(given.schemaRegistryUrl === '' ? {} : { schemaRegistryUrl: given.schemaRegistryUrl }),
      ...(given.redisUrl === '' ? {} : { redisUrl: given.redisUrl }),
    },
    need: ['kafka', 'registry', 'redis'],
    profile,
    fresh,
    ...(anyPorts ? { ports: { kafka: 0, registry: 0, redis: 0 } } : {}),
    ...(home === undefined ? {} : { javaHome: home }),
    progress,
  })
  const running: Supervised[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(running.toReversed().map((service) => service.stop()))
    await stack.stop()
  }
  try {
    return await onStack(options, stack, running, { given, logs, replicas, stop })
  } catch (error) {
    await stop()
    throw error
  }
}

interface Running {
  readonly given: Settings
  readonly logs: string
  readonly replicas: number
  readonly stop: () => Promise<void>
}

async function onStack(
  options: PlatformOptions,
  stack: Stack,
  running: Supervised[],
  { given, logs, replicas, stop }: Running,
): Promise<Platform> {
  const { progress, simulator: wanted } = options
  const addresses = {
    KAFKA_BROKERS: stack.kafkaBrokers.join(','),
    SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
    REDIS_URL: stack.redisUrl ?? '',
  }
  const own = settingsOver(settingsOver(passedOn(given), options.settings ?? {}), addresses)
  const settings = readSettings(own)
  const kafka = kafkaSettings(settings, 'waybill-up')
  const remove = (group: string, id: string): Promise<void> => removeMember(kafka, group, id)
  const supervise = { folder: logs, progress, removeMember: remove }
  const simulator = wanted === undefined ? undefined : new Supervised(simulatorProgram(wanted), supervise)
  if (simulator !== undefined) running.push(simulator)
  progress('Creating topics and registering schemas')
  const { partitions, replicationFactor } = settings
  await Promise.all([createTopics(kafka, topics(), { partitions, replicationFactor }), registerSchemas(settings)])
  const simulatorUrl = simulator === undefined ? undefined : (await simulator.ready).url
  const environment = settingsOver(own, simulatorUrl === undefined ? {} : simulated(simulatorUrl))
  progress('Starting the services')
  const { programs, urls: metricsUrls } = await withMetrics(programsOf(environment, replicas), options.metricsPort)
  const services = programs.map((program) => new Supervised(program, supervise))
  running.push(...services)
  await Promise.all(services.map(({ ready }) => ready))
  const { topicPrefix: prefix } = settings
  const client = await connectBySettings({ kafka, registry: registrySettings(settings), prefix })
  return {
    kind: 'kafka',
    settings,
    client,
    stack,
    addresses: { ...addresses, WAYBILL_PREFIX: prefix },
    reader: () => openReader(settings),
    simulatorUrl,
    services,
    metricsUrls,
    notices: stack.notices,
    async stop() {
      await client.close()
      await stop()
    },
  }
}

async function openReader(settings: Settings): Promise<Reader> {
  const [log, codec] = await Promise.all([
    openKafkaLog(kafkaSettings(settings, 'waybill-reader')),
    openRegisteredCodec(settings),
  ])
  return { log, codec }
}

const simulatorProgram = ({ seed, latencyScale }: NonNullable<PlatformOptions['simulator']>): Program => ({
  name: 'simulator',
  file: 'services/simulator/src/main.ts',
  arguments: ['--seed', seed, '--latency-scale', String(latencyScale)],
})
