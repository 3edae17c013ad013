// A service as a process: settings in, signals, exit codes.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { RecordSchema } from '@waybill/schemas/record-schema'
import { topics } from '@waybill/schemas/topics'
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import type { Settings } from './config.ts'
import { readSettings, SettingsError } from './config.ts'
import { openKafkaLog } from './kafka/log.ts'
import type { KafkaSettings } from './kafka/settings.ts'
import type { Log } from './log.ts'
import type { Logger } from './observability/logger.ts'
import { openLogger } from './observability/logger.ts'
import type { Endpoint } from './observability/metrics/endpoint.ts'
import { openEndpoint, PortError } from './observability/metrics/endpoint.ts'
import type { Metrics } from './observability/metrics/metrics.ts'
import { measureTasks } from './observability/metrics/task-metrics.ts'
import { watchPolicy } from './policy-file.ts'
import type { Codec } from './registry/codec.ts'
import { requireTopics } from './required-topics.ts'
import { openCodec, registerSubjects } from './registry/codec.ts'
import { confluentRegistry } from './registry/confluent-registry.ts'
import type { SchemaRegistry } from './registry/schema-registry.ts'
import type { RunningService } from './task/service.ts'
import { FatalError } from './task/fatal.ts'
import { schemasOf } from './task/stage.ts'
import type { TaskEvent } from './task/task.ts'

/** What a service is given to be wired with. */
export interface Surroundings {
  readonly settings: Settings
  readonly log: Log
  readonly codec: Codec
  readonly clock: Clock
  readonly logger: Logger
  readonly processId: string
  /** The policy's text, now and whenever its file changes. */
  readonly watchPolicy: (take: (text: string) => void) => void
  readonly onEvent: (event: TaskEvent) => void
  /** Where the service puts its metrics; undefined where nobody asks for any. */
  readonly metrics?: Metrics
}

/** How to reach the brokers. */
export function kafkaSettings(settings: Settings, clientId: string): KafkaSettings {
  const { kafkaSaslMechanism: mechanism, kafkaUsername: username, kafkaPassword: password } = settings
  const authenticated = mechanism === 'plain' || mechanism === 'scram-sha-256' || mechanism === 'scram-sha-512'
  return {
    brokers: settings.kafkaBrokers,
    clientId,
    prefix: settings.topicPrefix,
    ...(settings.kafkaTls ? { ssl: true } : {}),
    ...(authenticated ? { sasl: { mechanism, username, password } } : {}),
  }
}

const registryOf = (settings: Settings): SchemaRegistry =>
  confluentRegistry({
    url: settings.schemaRegistryUrl,
    ...(settings.schemaRegistryUser === ''
      ? {}
      : { username: settings.schemaRegistryUser, password: settings.schemaRegistryPassword }),
  })

/** Registers the schema of every topic. */
export const registerSchemas = (settings: Settings): Promise<void> =>
  registerSubjects(registryOf(settings), allSubjects(settings.topicPrefix))

/** The codec of every record. */
export const openRegisteredCodec = (settings: Settings): Promise<Codec> =>
  openCodec(registryOf(settings), allSubjects(settings.topicPrefix))

const allSubjects = (prefix: string): ReadonlyMap<string, RecordSchema<unknown>> => schemasOf(topics(), prefix)

const defaultPolicy = join(import.meta.dirname, '../../../deploy/policies/default.yaml')

/** What an operator reads of a task's life; what happens for every batch is only counted. */
export function logEvent(logger: Logger, event: TaskEvent): void {
  const { code, ...rest } = event
  if (code === 'committed') return
  if (code === 'dropped') logger.warn({ code, ...rest }, 'The task starts anew after an error.')
  else if (code === 'dead_letter') logger.warn({ code, ...rest }, 'Records could not be processed: see dead-letters.')
  else logger.debug({ code, ...rest })
}

/** What stands after `--name` on the command line; empty where nothing does. */
export function argumentOf(name: string): string {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? '' : (process.argv[at + 1] ?? '')
}

const needed = ['kafkaBrokers', 'schemaRegistryUrl'] as const

/**
 * Runs a service until a signal ends it, and ends the process: 0 after a stop, 1 where it could not go on, 2 for
 * settings. Writes JSON lines to standard output: what records call it, its memberships, and that it is ready.
 */
export async function runProcess(name: string, start: (given: Surroundings) => Promise<RunningService>): Promise<void> {
  let logger = openLogger('info', { service: name })
  try {
    const settings = readSettings()
    logger = openLogger(settings.logLevel, { service: name })
    const missing = needed.filter((key) => settings[key].length === 0)
    if (missing.length > 0)
      throw new SettingsError(
        missing.map((key) => ({
          name: key === 'kafkaBrokers' ? 'KAFKA_BROKERS' : 'SCHEMA_REGISTRY_URL',
          problem: 'is not set.',
        })),
      )
    process.exitCode = await live(name, settings, logger, start)
  } catch (error) {
    process.exitCode = told(error, name, logger)
  }
  // Whatever still holds the event loop, an idle connection for one, must not keep a stopped service alive.
  process.exit()
}

/** Says why a process ends. @returns its exit code */
function told(error: unknown, name: string, logger: Logger): number {
  if (error instanceof SettingsError) {
    for (const { name: setting, problem } of error.problems) logger.fatal({ code: 'wrong_setting', setting }, problem)
    return 2
  }
  if (error instanceof FatalError) logger.fatal({ code: error.code }, error.message)
  else {
    const problem = error instanceof Error ? error.message : 'unknown'
    logger.fatal({ code: 'failed', problem }, `${name} cannot start.`)
  }
  return 1
}

/** For a supervisor: one JSON object a line. */
function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

interface Observed {
  readonly metrics: Metrics
  readonly endpoint: Endpoint
}

/**
 * Serves metrics, where a port is set for them.
 * @throws SettingsError where the port cannot be listened on
 */
async function openObserved(
  { metricsPort: port, metricsHost: host }: Settings,
  isHealthy: () => boolean,
): Promise<Observed | undefined> {
  if (port === undefined) return undefined
  const { openMetrics } = await import('./observability/metrics/metrics.ts')
  const metrics = openMetrics()
  try {
    return { metrics, endpoint: await openEndpoint({ port, host, metrics, isHealthy }) }
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    throw new SettingsError([{ name: 'WAYBILL_METRICS_PORT', problem: error.message }])
  }
}

/** @throws FatalError where topics are missing */
async function openLog(settings: Settings, clientId: string): ReturnType<typeof openKafkaLog> {
  const log = await openKafkaLog({
    ...kafkaSettings(settings, clientId),
    onMember: ({ group, memberId }) => {
      say({ member: { group, memberId } })
    },
  })
  await requireTopics(log, topics(), settings)
  return log
}

async function live(
  name: string,
  settings: Settings,
  logger: Logger,
  start: (given: Surroundings) => Promise<RunningService>,
): Promise<number> {
  const processId = randomUUID()
  // What records call it.
  say({ process: processId })
  let healthy = false
  const observed = await openObserved(settings, () => healthy)
  const clientId = `${name}-${processId.slice(0, 8)}`
  const [codec, log] = await Promise.all([openRegisteredCodec(settings), openLog(settings, clientId)])
  if (observed !== undefined) measureTasks(observed.metrics, log)
  const service = await start({
    ...(observed === undefined ? {} : { metrics: observed.metrics }),
    settings,
    log,
    codec,
    clock: systemClock,
    logger,
    processId,
    watchPolicy: (take) => {
      watchPolicy(settings.policyFile === '' ? defaultPolicy : settings.policyFile, logger, take)
    },
    onEvent: (event) => {
      logEvent(logger, event)
    },
  })
  observed?.metrics.watch(service)
  healthy = true
  const stop = (): void => {
    healthy = false
    void service.stop()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop)
  // A pipe ends when its writer dies, even by kill -9: nothing is left running behind a supervisor.
  if (process.argv.includes('--with-parent')) process.stdin.on('end', stop).resume()
  // Whoever reads this may end the process at once, and in good order.
  say({ ready: true, service: name, ...(observed === undefined ? {} : { metricsPort: observed.endpoint.port }) })
  const reason = await service.ended
  healthy = false
  if (reason !== undefined) logger.fatal({ code: reason.code }, reason.message)
  await Promise.all([log.close(), observed?.endpoint.close()])
  return reason === undefined ? 0 : 1
}
