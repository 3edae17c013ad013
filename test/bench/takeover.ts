// How long the partitions of a killed process stand still: with a supervisor that takes the dead member out of its group,
// or without one, until its session has timed out.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { percentileOf } from '@waybill/cli/demo/account'
import { exampleRequests } from '@waybill/cli/demo/examples'
import { sendAll } from '@waybill/cli/demo/load'
import type { Platform } from '@waybill/cli/platform/platform'
import type { Supervised } from '@waybill/cli/platform/supervisor'
import { onPlatform } from '../integrity/run.ts'

export interface TakeoverResult {
  readonly kills: number
  /** From the kill until the last of its partitions runs again, in milliseconds. */
  readonly p50Ms: number
  readonly p95Ms: number
  readonly worstMs: number
}

interface Started {
  readonly partition: number
  readonly at: number
}

interface TakeoverOptions {
  readonly kills: number
  readonly isSupervised: boolean
  readonly progress: (line: string) => void
}

const restMs = 4_000
/** Longer than a session and all that follows it. */
const abandonedMs = 10_000
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** When a process says that it has begun to run a partition. */
function startsIn(folder: string, name: string): readonly Started[] {
  const lines = readFileSync(join(folder, 'logs', `${name.replaceAll(' ', '-')}.log`), 'utf8').split('\n')
  return lines.flatMap((line) => {
    if (!line.includes('"running"')) return []
    const { partition, time }: { readonly partition: number; readonly time: string } = JSON.parse(line)
    return [{ partition, at: Date.parse(time) }]
  })
}

const twinsOf = ({ services }: Platform, { program }: Supervised): readonly string[] =>
  services
    .map((service) => service.program.name)
    .filter((name) => name.replace(/ \d+$/u, '') === program.name.replace(/ \d+$/u, ''))

/** The partitions whose last start before a moment was in this process. */
function heldAt(starts: ReadonlyMap<string, readonly Started[]>, name: string, at: number): readonly number[] {
  const last = new Map<number, { readonly name: string; readonly at: number }>()
  for (const [owner, all] of starts)
    for (const start of all)
      if (start.at < at && start.at >= (last.get(start.partition)?.at ?? 0))
        last.set(start.partition, { name: owner, at: start.at })
  return [...last].filter(([, owner]) => owner.name === name).map(([partition]) => partition)
}

async function takeover(
  platform: Platform,
  folder: string,
  victim: Supervised,
  isSupervised: boolean,
): Promise<number | undefined> {
  const { name } = victim.program
  const at = Date.now()
  if (isSupervised) victim.kill()
  else victim.abandon()
  await sleep(isSupervised ? restMs : abandonedMs)
  const starts = new Map(twinsOf(platform, victim).map((twin) => [twin, startsIn(folder, twin)]))
  const held = heldAt(starts, name, at)
  const again = held.map((partition) =>
    Math.min(
      ...[...starts.values()]
        .flat()
        .flatMap((start) => (start.partition === partition && start.at > at ? [start.at] : [])),
    ),
  )
  const last = Math.max(...again)
  if (last === Infinity) throw new Error(`What ${name} held is not taken over after ${Date.now() - at} ms.`)
  return held.length === 0 ? undefined : last - at
}

export function benchTakeover({ kills, isSupervised, progress }: TakeoverOptions): Promise<TakeoverResult> {
  const settings = { LOG_LEVEL: 'debug' }
  return onPlatform({ replicas: 2, progress: () => undefined, settings }, async (platform, folder) => {
    const times: number[] = []
    const rate = 10
    const lastMs = isSupervised ? restMs : abandonedMs + restMs
    const load = sendAll(
      platform.client,
      exampleRequests((kills * rate * (lastMs + 1_000)) / 1_000),
      rate,
      () => undefined,
    )
    await sleep(restMs)
    for (let kill = 0; kill < kills; kill++) {
      const victim = platform.services[kill % platform.services.length]
      if (victim === undefined) break
      const tookMs = await takeover(platform, folder, victim, isSupervised)
      if (tookMs !== undefined) times.push(tookMs)
      progress(`kill -9 ${victim.program.name}: ${tookMs === undefined ? 'it had no partition' : `${tookMs} ms`}`)
      if (isSupervised) continue
      victim.resume()
      await sleep(restMs)
    }
    await load
    return {
      kills: times.length,
      p50Ms: percentileOf(times, 0.5),
      p95Ms: percentileOf(times, 0.95),
      worstMs: percentileOf(times, 1),
    }
  })
}
