import { join } from 'node:path'
import { startBroker } from './broker.ts'
import type { BrokerOptions, Profile } from './broker.ts'
import { archiveFlags, classArchive, writeArchive } from './class-archive.ts'
import { installApicurio, installKafka } from './install.ts'
import type { Progress } from './install.ts'
import type { Java } from './java.ts'
import { choosePort } from './ports.ts'
import { findRedis, redisUrl, startRedis } from './redis.ts'
import { registryUrl, startRegistry } from './registry.ts'
import type { RedisOptions } from './redis.ts'
import type { StackProcess } from './supervised.ts'

export type StackPart = 'kafka' | 'registry' | 'redis'

/** What the start of a part needs to know; what the user should know afterwards is added to the notices. */
export type PartSetting = {
  readonly folder: string
  readonly cache: string
  readonly profile: Profile
  readonly ports?: { readonly kafka?: number; readonly registry?: number; readonly redis?: number } | undefined
  /** Who may come in to the broker, and settings of its own. A user belongs to the data: he needs a fresh folder. */
  readonly kafka?: Pick<BrokerOptions, 'sasl' | 'tls' | 'properties'> | undefined
  /** Who may come in to Redis; the address then carries the password. */
  readonly redisUser?: RedisOptions['user']
  readonly progress: Progress
  readonly notices: string[]
}

export type StartedPart = {
  readonly address: string
  readonly process: StackProcess
  /** Makes the next start faster; for the time after this one, and until the signal. */
  readonly prepareNext: (signal: AbortSignal) => Promise<void>
}

const usualPorts = { kafka: 19_092, registry: 18_081, redis: 16_379 } as const

export function pidFile(folder: string, part: string): string {
  return join(folder, 'pids', `${part}.json`)
}

/** Where the runs work whose only purpose is to record classes. */
export function recordingFolder(folder: string): string {
  return join(folder, 'recording')
}

export async function startKafkaPart(setting: PartSetting, java: Java): Promise<StartedPart> {
  const { folder, cache, profile, kafka, progress } = setting
  const jars = await installKafka(cache, java, progress)
  const port = await portFor(setting, 'kafka')
  const controllerPort = await choosePort(port + 1)
  const archive = classArchive(cache, 'broker', jars, java)
  const process = await inTime('Kafka', port, progress, () =>
    startBroker({
      java,
      jars,
      port,
      controllerPort,
      profile,
      ...kafka,
      folder: join(folder, 'kafka'),
      pidFile: pidFile(folder, 'kafka'),
      flags: () => archiveFlags(archive),
    }),
  )
  const prepareNext = (signal: AbortSignal): Promise<void> =>
    writeArchive(archive, async (flags) => {
      const recordingPort = await choosePort(0)
      return startBroker({
        java,
        jars,
        profile,
        port: recordingPort,
        controllerPort: await choosePort(recordingPort + 1),
        folder: join(recordingFolder(folder), 'kafka'),
        pidFile: pidFile(folder, 'recording-kafka'),
        flags: () => flags,
        background: signal,
      })
    })
  return { address: `127.0.0.1:${port}`, process, prepareNext }
}

export async function startRegistryPart(setting: PartSetting, java: Java): Promise<StartedPart> {
  const { folder, cache, progress } = setting
  const program = await installApicurio(cache, java, progress)
  const port = await portFor(setting, 'registry')
  const archive = classArchive(cache, 'registry', program, java)
  const process = await inTime('the schema registry', port, progress, () =>
    startRegistry({
      java,
      program,
      port,
      folder: join(folder, 'registry'),
      pidFile: pidFile(folder, 'registry'),
      flags: () => archiveFlags(archive),
    }),
  )
  const prepareNext = (signal: AbortSignal): Promise<void> =>
    writeArchive(archive, async (flags) =>
      startRegistry({
        java,
        program,
        port: await choosePort(0),
        folder: join(recordingFolder(folder), 'registry'),
        pidFile: pidFile(folder, 'recording-registry'),
        flags: () => flags,
        background: signal,
      }),
    )
  return { address: registryUrl(port), process, prepareNext }
}

/** Undefined where no server is to be had; everything works without one, and a notice says so. */
export async function startRedisPart(setting: PartSetting): Promise<StartedPart | undefined> {
  const { folder, cache, progress, notices, redisUser: user } = setting
  const command = await findRedis(cache, progress)
  if (command === undefined) {
    notices.push('no Redis: there is no redis-server (Debian: apt-get install redis-server, macOS: brew install redis)')
    return undefined
  }
  const port = await portFor(setting, 'redis')
  const process = await inTime('Redis', port, progress, () =>
    startRedis({ command, folder: join(folder, 'redis'), pidFile: pidFile(folder, 'redis'), port, user }),
  )
  return { address: redisUrl(port, user), process, prepareNext: () => Promise.resolve() }
}

async function portFor({ ports, notices }: PartSetting, part: StackPart): Promise<number> {
  const wanted = ports?.[part] ?? usualPorts[part]
  const port = await choosePort(wanted)
  if (wanted !== 0 && port !== wanted) notices.push(`port ${wanted} is taken, so that ${part} uses ${port}`)
  return port
}

async function inTime(
  name: string,
  port: number,
  progress: Progress,
  start: () => Promise<StackProcess>,
): Promise<StackProcess> {
  progress(`starting ${name}`)
  const started = performance.now()
  const process = await start()
  progress(`${name} runs on 127.0.0.1:${port}, after ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return process
}
