import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Certificate } from './certificate.ts'
import { displayPath } from './display-path.ts'
import type { Java } from './java.ts'
import { runCommand } from './run-command.ts'
import { StackError } from './stack-error.ts'
import { startSupervised } from './supervised.ts'
import type { StackProcess } from './supervised.ts'

export type Profile = 'test' | 'bench'

type BrokerUser = { readonly username: string; readonly password: string }

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
  /** Lets in only these users, by PLAIN and by SCRAM-SHA-512, the first of whom is the broker's own; anybody without it. */
  readonly sasl?: readonly [BrokerUser, ...BrokerUser[]]
  /** Speaks TLS with its clients, and shows this. */
  readonly tls?: Certificate
  /** Settings of Kafka that come on top of ours and win over them. */
  readonly properties?: Readonly<Record<string, string | number | boolean>>
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
  writeFileSync(settings, serverProperties(options, join(options.folder, 'data')))
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
  const unfinished = `${data}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  // A user is part of what is formatted, and of no other broker.
  if (options.sasl !== undefined) await runFormat(options, unfinished)
  else cpSync(await formattedTemplate(options), unfinished, { recursive: true })
  renameSync(unfinished, data)
}

async function formattedTemplate(options: BrokerOptions): Promise<string> {
  const template = `${options.jars}-formatted`
  if (existsSync(template)) return template
  const unfinished = `${template}.${process.pid}`
  await runFormat(options, unfinished)
  try {
    renameSync(unfinished, template)
  } catch {
    // Another stack has written it at the same time.
    rmSync(unfinished, { recursive: true, force: true })
  }
  return template
}

async function runFormat(options: BrokerOptions, data: string): Promise<void> {
  const { java, jars, folder, sasl } = options
  const settings = join(folder, 'format.properties')
  writeFileSync(settings, serverProperties({ ...options, port: 9092, controllerPort: 9093 }, data))
  const tool = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', join(jars, '*'), 'kafka.tools.StorageTool']
  const users = (sasl ?? []).flatMap(({ username, password }) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${username},password=${password}]`,
  ])
  const { exitCode, output } = await runCommand(java.command, [
    ...tool,
    'format',
    '-t',
    'AAAAAAAAQACAAAAAAAAAAQ',
    '-c',
    settings,
    ...users,
  ])
  if (exitCode !== 0)
    throw new StackError('programDied', `Kafka could not format ${displayPath(data)}: ${output.trim()}`)
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

type Listening = Pick<BrokerOptions, 'port' | 'controllerPort' | 'sasl' | 'tls' | 'properties'>

export function serverProperties({ port, controllerPort, sasl, tls, properties }: Listening, data: string): string {
  const clients = `${sasl === undefined ? '' : 'SASL_'}${tls === undefined ? 'PLAINTEXT' : 'SSL'}`
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `${clients}://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `${clients}://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': clients,
    'listener.security.protocol.map': `CONTROLLER:PLAINTEXT,${clients}:${clients}`,
    'log.dirs': data,
    ...oneNode,
    ...quickRecovery,
    ...twoCores,
    ...(sasl === undefined ? {} : saslProperties(sasl, clients)),
    ...(tls === undefined ? {} : tlsProperties(tls)),
    ...properties,
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

/** The broker is a client of itself, when it writes the markers of transactions: the same user, by PLAIN. */
function saslProperties(users: NonNullable<BrokerOptions['sasl']>, clients: string): Readonly<Record<string, string>> {
  const listener = `listener.name.${clients.toLowerCase()}`
  const [{ username, password }] = users
  const [security, login] = ['org.apache.kafka.common.security', `username="${username}" password="${password}"`]
  const known = users.map((user) => `user_${user.username}="${user.password}"`).join(' ')
  return {
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
    'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    [`${listener}.plain.sasl.jaas.config`]: `${security}.plain.PlainLoginModule required ${login} ${known};`,
    [`${listener}.scram-sha-512.sasl.jaas.config`]: `${security}.scram.ScramLoginModule required;`,
  }
}

const tlsProperties = ({ keystore, password, file }: Certificate): Readonly<Record<string, string>> => ({
  'ssl.keystore.type': 'PKCS12',
  'ssl.keystore.location': keystore,
  'ssl.keystore.password': password,
  'ssl.key.password': password,
  'ssl.truststore.type': 'PEM',
  'ssl.truststore.location': file,
})

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
