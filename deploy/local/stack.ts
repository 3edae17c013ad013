import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { startBroker } from './broker.ts'
import type { Profile } from './broker.ts'
import { installApicurio, installKafka } from './install.ts'
import type { Progress } from './install.ts'
import { findJava } from './java.ts'
import type { Java } from './java.ts'
import { tryLock } from './lock-file.ts'
import { choosePort } from './ports.ts'
import { registryUrl, startRegistry } from './registry.ts'
import { StackError } from './stack-error.ts'
import { endStale } from './supervised.ts'
import type { StackProcess } from './supervised.ts'

export type StackPart = 'kafka' | 'registry' | 'redis'

export type StackOptions = {
  /** Data, logs and pids of this stack. One stack at a time. */
  readonly folder: string
  /** What is fetched once; any number of stacks may use it. */
  readonly cache: string
  /** Servers that run already. Nothing is started for those. */
  readonly addresses: {
    readonly kafkaBrokers?: string | undefined
    readonly schemaRegistryUrl?: string | undefined
    readonly redisUrl?: string | undefined
  }
  readonly need: readonly StackPart[]
  readonly profile: Profile
  /** Without the data of earlier runs. */
  readonly fresh?: boolean
  /** 0 is any free port. A port that is taken is replaced by a free one, and a notice says so. */
  readonly ports?: { readonly kafka?: number; readonly registry?: number; readonly redis?: number }
  readonly javaHome?: string | undefined
  readonly progress: Progress
}

export type Stack = {
  readonly kafkaBrokers: readonly string[]
  readonly schemaRegistryUrl: string
  readonly redisUrl: string | undefined
  /** What a user should know: ports that differ from the usual ones, parts that are absent. */
  readonly notices: readonly string[]
  readonly broker: StackProcess | undefined
  readonly registry: StackProcess | undefined
  readonly redis: StackProcess | undefined
  stop(): Promise<void>
}

const usualPorts = { kafka: 19_092, registry: 18_081, redis: 16_379 } as const

type Started = { readonly address: string; readonly process: StackProcess | undefined }
type Setting = StackOptions & { readonly notices: string[] }

/**
 * Starts what is needed and not given: real Kafka, the schema registry and Redis as child processes, which end with
 * this process however it ends. Rejects with a `StackError` and leaves nothing running.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const setting = { ...options, folder: resolve(options.folder), cache: resolve(options.cache), notices: [] }
  mkdirSync(setting.cache, { recursive: true })
  const release = lockFolder(setting.folder)
  try {
    await prepareFolder(setting)
    return await startParts(setting, release)
  } catch (error) {
    release()
    throw error
  }
}

function lockFolder(folder: string): () => void {
  const release = tryLock(join(folder, 'lock'))
  if (release !== undefined) return release
  throw new StackError('folderInUse', `Another stack runs in ${folder}: stop it first, or choose another folder.`)
}

async function prepareFolder({ folder, fresh, notices }: Setting): Promise<void> {
  for (const part of ['kafka', 'registry', 'redis']) {
    if (await endStale(pidFile(folder, part))) notices.push(`ended the ${part} that a killed run had left running`)
    if (fresh === true) rmSync(join(folder, part), { recursive: true, force: true })
    rmSync(join(folder, part, `${part === 'kafka' ? 'broker' : part}.log`), { force: true })
  }
}

async function startParts(setting: Setting, release: () => void): Promise<Stack> {
  const java = needsJava(setting) ? await findJava(setting.javaHome) : undefined
  const starts = await Promise.allSettled([startKafkaPart(setting, java), startRegistryPart(setting, java)])
  const processes = starts.flatMap((start) =>
    start.status === 'fulfilled' && start.value.process !== undefined ? [start.value.process] : [],
  )
  const [kafka, registry] = starts
  if (kafka.status === 'rejected' || registry.status === 'rejected') {
    await Promise.all(processes.map((process) => process.stop()))
    throw kafka.status === 'rejected' ? kafka.reason : registry.status === 'rejected' ? registry.reason : undefined
  }
  return {
    kafkaBrokers: kafka.value.address.split(',').filter((address) => address !== ''),
    schemaRegistryUrl: registry.value.address,
    redisUrl: setting.addresses.redisUrl,
    notices: setting.notices,
    broker: kafka.value.process,
    registry: registry.value.process,
    redis: undefined,
    async stop() {
      await Promise.all(processes.map((process) => process.stop()))
      release()
    },
  }
}

function needsJava({ need, addresses }: Setting): boolean {
  const kafka = need.includes('kafka') && addresses.kafkaBrokers === undefined
  return kafka || (need.includes('registry') && addresses.schemaRegistryUrl === undefined)
}

async function startKafkaPart(setting: Setting, java: Java | undefined): Promise<Started> {
  const given = setting.addresses.kafkaBrokers
  if (given !== undefined) return { address: given, process: undefined }
  if (java === undefined || !setting.need.includes('kafka')) return { address: '', process: undefined }
  const { folder, cache, profile, progress } = setting
  const jars = await installKafka(cache, java, progress)
  const port = await portFor(setting, 'kafka')
  const controllerPort = await choosePort(port + 1)
  progress('starting Kafka')
  const started = performance.now()
  const process = await startBroker({
    java,
    jars,
    cache,
    folder: join(folder, 'kafka'),
    pidFile: pidFile(folder, 'kafka'),
    port,
    controllerPort,
    profile,
  })
  progress(`Kafka runs on 127.0.0.1:${port} (${secondsSince(started)} s)`)
  return { address: `127.0.0.1:${port}`, process }
}

async function startRegistryPart(setting: Setting, java: Java | undefined): Promise<Started> {
  const given = setting.addresses.schemaRegistryUrl
  if (given !== undefined) return { address: given, process: undefined }
  if (java === undefined || !setting.need.includes('registry')) return { address: '', process: undefined }
  const { folder, cache, progress } = setting
  const program = await installApicurio(cache, java, progress)
  const port = await portFor(setting, 'registry')
  progress('starting the schema registry')
  const started = performance.now()
  const process = await startRegistry({
    java,
    program,
    cache,
    folder: join(folder, 'registry'),
    pidFile: pidFile(folder, 'registry'),
    port,
  })
  progress(`the schema registry runs on 127.0.0.1:${port} (${secondsSince(started)} s)`)
  return { address: registryUrl(port), process }
}

async function portFor({ ports, notices }: Setting, part: StackPart): Promise<number> {
  const wanted = ports?.[part] ?? usualPorts[part]
  const port = await choosePort(wanted)
  if (wanted !== 0 && port !== wanted) notices.push(`port ${wanted} is taken, so that ${part} uses ${port}`)
  return port
}

function pidFile(folder: string, part: string): string {
  return join(folder, 'pids', `${part}.json`)
}

function secondsSince(started: number): string {
  return ((performance.now() - started) / 1000).toFixed(1)
}
