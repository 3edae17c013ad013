import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Java } from './java.ts'
import { runCommand } from './run-command.ts'
import { StackError } from './stack-error.ts'
import { startSupervised } from './supervised.ts'
import type { StackProcess } from './supervised.ts'

export type Profile = 'test' | 'bench'

export type BrokerOptions = {
  readonly java: Java
  /** Where the jars are. */
  readonly jars: string
  /** Data, settings and log of this broker. */
  readonly folder: string
  readonly pidFile: string
  readonly port: number
  readonly controllerPort: number
  readonly profile: Profile
  /** Further flags of the JVM, asked at each start. */
  readonly flags: () => readonly string[]
  readonly background?: AbortSignal
}

const jvmFlags: Readonly<Record<Profile, readonly string[]>> = {
  // C1 boots fastest, which is what a test waits for.
  test: ['-Xms256m', '-Xmx512m', '-XX:TieredStopAtLevel=1'],
  // C2 needs a minute to warm up and then takes 40 % less of the processor.
  bench: ['-Xms512m', '-Xmx1g', '-Xmn256m'],
}

/** One node of Kafka that is broker and controller, ready for requests. */
export async function startBroker(options: BrokerOptions): Promise<StackProcess> {
  const settings = join(options.folder, 'server.properties')
  mkdirSync(options.folder, { recursive: true })
  writeFileSync(settings, serverProperties(options.port, options.controllerPort, join(options.folder, 'data')))
  await format(options)
  const logging = '-Dorg.slf4j.simpleLogger'
  return startSupervised({
    name: 'Kafka',
    command: options.java.command,
    parameters: () => [
      ...jvmFlags[options.profile],
      '-XX:+UseSerialGC',
      ...options.flags(),
      `${logging}.defaultLogLevel=warn`,
      `${logging}.showDateTime=true`,
      `${logging}.log.kafka.server.KafkaRaftServer=info`,
      '-cp',
      join(options.jars, '*'),
      'kafka.Kafka',
      settings,
    ],
    logFile: join(options.folder, 'broker.log'),
    pidFile: options.pidFile,
    // The port listens before requests are served, so that the line in the log is what counts.
    isReady: async (output) => output.includes('Kafka Server started') && (await accepts(options.port)),
    background: options.background,
  })
}

/** Formatting costs a start of the JVM, so that it is done once a version and copied from then on. */
async function format(options: BrokerOptions): Promise<void> {
  const data = join(options.folder, 'data')
  if (existsSync(data)) return
  const template = `${options.jars}-formatted`
  if (!existsSync(template)) await writeTemplate(options, template)
  const unfinished = `${data}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  cpSync(template, unfinished, { recursive: true })
  renameSync(unfinished, data)
}

async function writeTemplate({ java, jars, folder }: BrokerOptions, template: string): Promise<void> {
  const unfinished = `${template}.${process.pid}`
  const settings = join(folder, 'format.properties')
  writeFileSync(settings, serverProperties(9092, 9093, unfinished))
  const tool = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', join(jars, '*'), 'kafka.tools.StorageTool']
  const { exitCode, output } = await runCommand(java.command, [
    ...tool,
    'format',
    '-t',
    'AAAAAAAAQACAAAAAAAAAAQ',
    '-c',
    settings,
  ])
  if (exitCode !== 0) throw new StackError('programDied', `Kafka could not format ${unfinished}: ${output.trim()}`)
  try {
    renameSync(unfinished, template)
  } catch {
    // Another stack has written it at the same time.
    rmSync(unfinished, { recursive: true, force: true })
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

function serverProperties(port: number, controllerPort: number, data: string): string {
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': data,
    ...oneNode,
    ...quickRecovery,
    ...twoCores,
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

/** Topics of the broker's own with one replica and one partition each; 50, the default, are 50 folders to recover. */
const oneNode = {
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 1,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 1,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'min.insync.replicas': 1,
  'default.replication.factor': 1,
  'auto.create.topics.enable': false,
}

const quickRecovery = {
  // By default the first member of every group waits 3 s for others.
  'group.initial.rebalance.delay.ms': 0,
  // The controller keeps a dead broker's registration for this long, and its restart waits: 11 s by default.
  'broker.session.timeout.ms': 1000,
  'broker.heartbeat.interval.ms': 100,
  'group.min.session.timeout.ms': 1000,
  // How late a dead producer's transaction is aborted, after its own time-out.
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1000,
}

const twoCores = {
  // The defaults of 3 and 8 threads halve what two cores carry.
  'num.network.threads': 1,
  'num.io.threads': 2,
  'group.coordinator.threads': 1,
  // What a client waits while the markers of its last transaction are written.
  'add.partitions.to.txn.retry.backoff.ms': 2,
  'log.cleaner.backoff.ms': 500,
  'log.segment.bytes': 64 * 1024 * 1024,
  // Mapped for each segment of each partition.
  'log.index.size.max.bytes': 1024 * 1024,
}
