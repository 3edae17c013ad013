// The whole product in one process, over a log in memory: for trying it without Java.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@waybill/client/client'
import { startNormaliser } from '@waybill/normaliser/service'
import { startRouter } from '@waybill/router/service'
import type { Clock } from '@waybill/runtime/clock'
import { systemClock } from '@waybill/runtime/clock'
import { readSettings } from '@waybill/runtime/config'
import { MemoryCluster } from '@waybill/runtime/memory/cluster'
import { MemoryLog } from '@waybill/runtime/memory/log'
import type { Logger } from '@waybill/runtime/observability/logger'
import { openLogger } from '@waybill/runtime/observability/logger'
import type { Metrics } from '@waybill/runtime/observability/metrics/metrics'
import { measureTasks } from '@waybill/runtime/observability/metrics/task-metrics'
import type { Surroundings } from '@waybill/runtime/process'
import { logEvent } from '@waybill/runtime/process'
import { openCodec } from '@waybill/runtime/registry/codec'
import { memoryRegistry } from '@waybill/runtime/registry/memory-registry'
import type { RunningService } from '@waybill/runtime/task/service'
import { schemasOf } from '@waybill/runtime/task/stage'
import { providers, topics } from '@waybill/schemas/topics'
import { startSimulator } from '@waybill/simulator/server'
import { startStats } from '@waybill/stats/service'
import { startWorker } from '@waybill/worker/service'
import type { Arena } from './arena.ts'
import { simulated } from './simulated.ts'

const defaultPolicy = join(import.meta.dirname, '../../../../deploy/policies/default.yaml')

type Start = (given: Surroundings) => Promise<RunningService>

const starts: readonly Start[] = [
  startRouter,
  startNormaliser,
  startStats,
  ...providers.map(
    (provider): Start =>
      (given) =>
        startWorker(given, provider),
  ),
]

export interface EmbeddedOptions {
  readonly latencyScale: number
  readonly seed: string
  /** On top of the simulator's addresses and keys, as in the environment. */
  readonly settings?: Readonly<Record<string, string>>
  /** Of the services. */
  readonly clock?: Clock
  readonly logger?: Logger
  /** Those of all services together. */
  readonly metrics?: Metrics
}

/** Starts everything here. What it does not prove is in its notices. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Arena> {
  const simulator = await startSimulator(options)
  const { url } = simulator
  const settings = readSettings({ ...simulated(url), ...options.settings })
  const cluster = new MemoryCluster()
  const { partitions } = settings
  for (const { name, maxMessageBytes } of topics()) cluster.createTopic(name, partitions, maxMessageBytes)
  const registry = memoryRegistry()
  const codec = await openCodec(registry, schemasOf(topics(), ''))
  const { clock = systemClock, logger = openLogger('warn', { service: 'embedded' }), metrics } = options
  if (metrics !== undefined) measureTasks(metrics, new MemoryLog(cluster))
  const surroundings = (): Surroundings => ({
    settings,
    log: new MemoryLog(cluster),
    codec,
    clock,
    logger,
    ...(metrics === undefined ? {} : { metrics }),
    processId: randomUUID(),
    watchPolicy: (take) => {
      take(readFileSync(settings.policyFile === '' ? defaultPolicy : settings.policyFile, 'utf8'))
    },
    onEvent: (event) => {
      logEvent(logger, event)
    },
  })
  const services = await Promise.all(starts.map((start) => start(surroundings())))
  for (const service of services) metrics?.watch(service)
  const client = new Client(new MemoryLog(cluster), codec, partitions)
  return {
    kind: 'memory',
    settings,
    client,
    simulatorUrl: url,
    addresses: {},
    notices: [
      'Embedded: one process, the log in memory. This shows the whole path; it proves nothing about Kafka, crashes or restarts.',
    ],
    reader: () => Promise.resolve({ log: new MemoryLog(cluster), codec }),
    async stop() {
      await Promise.all(services.map((service) => service.stop()))
      await client.close()
      await simulator.close()
    },
  }
}
