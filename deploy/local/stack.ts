import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { displayPath } from './display-path.ts'
import { findJava } from './java.ts'
import type { Java } from './java.ts'
import { tryLock } from './lock-file.ts'
import { pidFile, recordingFolder, startKafkaPart, startRedisPart, startRegistryPart } from './parts.ts'
import type { PartSetting, StackPart, StartedPart } from './parts.ts'
import { StackError } from './stack-error.ts'
import { endStale } from './supervised.ts'
import type { StackProcess } from './supervised.ts'

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
  /** `test` starts fast, `bench` runs fast. */
  readonly profile: PartSetting['profile']
  /** Without the data of earlier runs. */
  readonly fresh?: boolean
  /** 0 is any free port. A port that is taken is replaced by a free one, and a notice says so. */
  readonly ports?: PartSetting['ports']
  readonly kafka?: PartSetting['kafka']
  readonly redisUser?: PartSetting['redisUser']
  readonly javaHome?: string | undefined
  readonly progress: (line: string) => void
}

export type Stack = {
  /** Empty where Kafka is neither needed nor given. */
  readonly kafkaBrokers: readonly string[]
  /** With the path of Confluent's API; empty where the registry is neither needed nor given. */
  readonly schemaRegistryUrl: string
  readonly redisUrl: string | undefined
  /** What a user should know: ports that differ from the usual ones, parts that are absent. */
  readonly notices: readonly string[]
  /** Undefined where nothing was started. */
  readonly broker: StackProcess | undefined
  readonly registry: StackProcess | undefined
  readonly redis: StackProcess | undefined
  stop(): Promise<void>
}

type Setting = StackOptions & PartSetting
type Parts = Readonly<Record<StackPart, StartedPart | undefined>>

const parts: readonly StackPart[] = ['kafka', 'registry', 'redis']
const logFiles = { kafka: 'broker.log', registry: 'registry.log', redis: 'redis.log' } as const

/**
 * Starts what is needed and not given: real Kafka, the schema registry and Redis as child processes, which end with
 * this process however it ends. Rejects with a `StackError` and leaves nothing running.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const setting = { ...options, folder: resolve(options.folder), cache: resolve(options.cache), notices: [] }
  const release = lockFolder(setting.folder)
  try {
    await prepareFolder(setting)
    return runningStack(setting, await startParts(setting), release)
  } catch (error) {
    release()
    throw error
  }
}

function lockFolder(folder: string): () => void {
  const release = tryLock(join(folder, 'lock'))
  if (release !== undefined) return release
  throw new StackError(
    'folderInUse',
    `Another stack runs in ${displayPath(folder)}: stop it first, or choose another folder.`,
  )
}

async function prepareFolder({ folder, cache, fresh, notices }: Setting): Promise<void> {
  mkdirSync(cache, { recursive: true })
  for (const part of parts) {
    if (await endStale(pidFile(folder, part))) notices.push(`ended the ${part} that a killed run had left running`)
    await endStale(pidFile(folder, `recording-${part}`))
    rmSync(join(folder, part, logFiles[part]), { force: true })
    if (fresh === true) rmSync(join(folder, part), { recursive: true, force: true })
  }
  rmSync(recordingFolder(folder), { recursive: true, force: true })
}

async function startParts(setting: Setting): Promise<Parts> {
  const { need, addresses } = setting
  const given = { kafka: addresses.kafkaBrokers, registry: addresses.schemaRegistryUrl, redis: addresses.redisUrl }
  const wants = (part: StackPart): boolean => need.includes(part) && given[part] === undefined
  const java = wants('kafka') || wants('registry') ? await findJava(setting.javaHome) : undefined
  const withJava = (
    part: StackPart,
    start: (setting: PartSetting, java: Java) => Promise<StartedPart>,
  ): Promise<StartedPart | undefined> =>
    wants(part) && java !== undefined ? start(setting, java) : Promise.resolve(undefined)
  const starts = await Promise.allSettled([
    withJava('kafka', startKafkaPart),
    withJava('registry', startRegistryPart),
    wants('redis') ? startRedisPart(setting) : Promise.resolve(undefined),
  ])
  const [kafka, registry, redis] = starts.map((start) => (start.status === 'fulfilled' ? start.value : undefined))
  const failed = starts.find((start) => start.status === 'rejected')
  if (failed !== undefined) {
    await Promise.all([kafka, registry, redis].map(async (part) => part?.process.stop()))
    throw failed.reason
  }
  return { kafka, registry, redis }
}

function runningStack(setting: Setting, running: Parts, release: () => void): Stack {
  const stopping = new AbortController()
  // A bench measures: nothing else may run beside it.
  const preparing =
    setting.profile === 'bench' ? Promise.resolve() : prepareNextStart(running, setting.folder, stopping.signal)
  let stopped: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    stopping.abort()
    await Promise.all([preparing, ...parts.map((part) => running[part]?.process.stop())])
    release()
  }
  return {
    ...addressesOf(setting, running),
    notices: setting.notices,
    broker: running.kafka?.process,
    registry: running.registry?.process,
    redis: running.redis?.process,
    // Once only: after the first time the folder may belong to somebody else.
    stop: () => (stopped ??= stop()),
  }
}

function addressesOf(
  { addresses }: Setting,
  { kafka, registry, redis }: Parts,
): Pick<Stack, 'kafkaBrokers' | 'schemaRegistryUrl' | 'redisUrl'> {
  const brokers = addresses.kafkaBrokers ?? kafka?.address ?? ''
  return {
    kafkaBrokers: brokers.split(',').filter((address) => address !== ''),
    schemaRegistryUrl: addresses.schemaRegistryUrl ?? registry?.address ?? '',
    redisUrl: addresses.redisUrl ?? redis?.address,
  }
}

async function prepareNextStart(running: Parts, folder: string, signal: AbortSignal): Promise<void> {
  for (const part of parts) {
    if (signal.aborted) break
    // It only saves time: a run that fails or is cut short is done again after the next start.
    await running[part]?.prepareNext(signal).catch(() => undefined)
  }
  rmSync(recordingFolder(folder), { recursive: true, force: true })
}
