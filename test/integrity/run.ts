// Requests through the real thing while its processes are killed, and an account of what came of it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Account, Evidence } from '@waybill/cli/demo/account'
import { accountOf } from '@waybill/cli/demo/account'
import { gather } from '@waybill/cli/demo/evidence'
import { exampleRequests } from '@waybill/cli/demo/examples'
import { sendAll } from '@waybill/cli/demo/load'
import type { Platform, PlatformOptions } from '@waybill/cli/platform/platform'
import { startPlatform } from '@waybill/cli/platform/platform'
import { openKafkaLog } from '@waybill/runtime/kafka/log'
import { kafkaSettings, openRegisteredCodec } from '@waybill/runtime/process'

export interface IntegrityOptions {
  readonly requests: number
  readonly kills: number
  readonly rate: number
  readonly replicas: number
  /** Names which process is killed when. */
  readonly seed: number
  readonly progress: (line: string) => void
}

export interface IntegrityResult {
  readonly account: Account
  readonly evidence: Evidence
  readonly killed: readonly string[]
}

/** Whole numbers below `most`, from a seed. */
function dice(seed: number): (most: number) => number {
  let state = seed >>> 0
  return (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 4_294_967_296) * most)
  }
}

/** Starts everything on ports and in a folder of its own, runs, and leaves nothing behind. */
export async function onPlatform<Result>(
  given: Pick<PlatformOptions, 'progress'> &
    Partial<Pick<PlatformOptions, 'profile' | 'settings'>> & {
      readonly replicas: number
      readonly latencyScale?: number
    },
  run: (platform: Platform) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-'))
  const { replicas, progress, latencyScale = 1, profile = 'test', settings = {} } = given
  const simulator = { latencyScale, seed: '1' }
  try {
    const platform = await startPlatform({
      progress,
      fresh: true,
      profile,
      folder,
      anyPorts: true,
      replicas,
      simulator,
      settings,
    })
    try {
      return await run(platform)
    } finally {
      await platform.stop()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What the topics and the ledger hold now. */
async function evidenceOf({ settings, simulatorUrl = '' }: Platform): Promise<Evidence> {
  const log = await openKafkaLog(kafkaSettings(settings, 'waybill-integrity'))
  try {
    const codec = await openRegisteredCodec(settings)
    return await gather({ log, codec, partitions: settings.partitions, simulatorUrl })
  } finally {
    await log.close()
  }
}

const patienceMs = 90_000

/** Waits until every request has its reply, and every call its cost, or patience ends. */
export async function settled(platform: Platform, progress: (line: string) => void): Promise<Evidence> {
  const end = Date.now() + patienceMs
  for (;;) {
    const evidence = await evidenceOf(platform)
    const { lost, requests, unaccounted } = accountOf(evidence)
    if ((lost === 0 && unaccounted === 0) || Date.now() > end) return evidence
    progress(`${requests - lost} of ${requests} answered, ${unaccounted} calls without a cost`)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
}

/** Sends requests, duplicates among them, and kills processes at moments that the seed names. */
export function integrityRun(options: IntegrityOptions): Promise<IntegrityResult> {
  const { requests: count, kills, rate, seed, progress } = options
  return onPlatform(options, async (platform) => {
    const roll = dice(seed)
    const moments = new Set(
      Array.from({ length: kills }, (_, index) => Math.floor(((index + 1) * count) / (kills + 1))),
    )
    const killed: string[] = []
    await sendAll(platform.client, exampleRequests(count), rate, (index) => {
      if (!moments.has(index)) return
      const victim = platform.services[roll(platform.services.length)]
      if (victim === undefined) return
      progress(`kill -9 ${victim.program.name} after ${index} requests`)
      killed.push(victim.program.name)
      victim.kill()
    })
    const evidence = await settled(platform, progress)
    return { account: accountOf(evidence), evidence, killed }
  })
}
