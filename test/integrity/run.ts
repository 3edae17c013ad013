// Requests through the real thing while its processes are killed, and an account of what came of it.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Account, Evidence } from '@waybill/cli/demo/account'
import { accountOf, isClean } from '@waybill/cli/demo/account'
import { gather } from '@waybill/cli/demo/evidence'
import { exampleRequests } from '@waybill/cli/demo/examples'
import { sendAll } from '@waybill/cli/demo/load'
import type { Platform, PlatformOptions } from '@waybill/cli/platform/platform'
import type { Interruption } from '@waybill/cli/platform/supervisor'
import { startPlatform, stateFolder } from '@waybill/cli/platform/platform'
import { openKafkaLog } from '@waybill/runtime/kafka/log'
import type { Log } from '@waybill/runtime/log'
import { kafkaSettings, openRegisteredCodec } from '@waybill/runtime/process'
import type { Codec } from '@waybill/runtime/registry/codec'
import type { AtRest } from './at-rest.ts'
import { atRest, everyProcess } from './at-rest.ts'
import type { Dice, FaultName } from './faults.ts'
import { faults, strikesBroker } from './faults.ts'

export interface IntegrityOptions {
  readonly requests: number
  readonly fault: FaultName
  /** How often it strikes, spread over the requests. */
  readonly times: number
  readonly rate: number
  readonly replicas: number
  /** Names what is struck, and how hard. */
  readonly seed: number
  readonly progress: (line: string) => void
}

export interface IntegrityResult {
  readonly account: Account
  readonly rest: AtRest
  readonly evidence: Evidence
  /** What was done, in order. */
  readonly strikes: readonly string[]
}

function dice(seed: number): Dice {
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
  run: (platform: Platform, folder: string) => Promise<Result>,
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
      return await run(platform, folder)
    } finally {
      await platform.stop()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Opened {
  readonly log: Log
  readonly codec: Codec
}

async function reading<Result>({ settings }: Platform, read: (opened: Opened) => Promise<Result>): Promise<Result> {
  const log = await openKafkaLog(kafkaSettings(settings, 'waybill-integrity'))
  try {
    return await read({ log, codec: await openRegisteredCodec(settings) })
  } finally {
    await log.close()
  }
}

/** What the topics and the ledger hold now. */
const evidenceOf = (platform: Platform): Promise<Evidence> =>
  reading(platform, ({ log, codec }) => {
    const { settings, simulatorUrl = '' } = platform
    return gather({ log, codec, partitions: settings.partitions, simulatorUrl })
  })

const patienceMs = 90_000

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1_000))

/** Waits until every request has its reply, and every call its cost, or patience ends. */
export async function settled(platform: Platform, progress: (line: string) => void): Promise<Evidence> {
  const end = Date.now() + patienceMs
  for (;;) {
    const evidence = await evidenceOf(platform)
    const { lost, requests, unaccounted } = accountOf(evidence)
    if ((lost === 0 && unaccounted === 0) || Date.now() > end) return evidence
    progress(`${requests - lost} of ${requests} answered, ${unaccounted} calls without a cost`)
    await pause()
  }
}

/** Waits until nothing is left to do: a chain may go on after its last reply, and groups commit what they have read now and then. */
async function resting(
  platform: Platform,
  ofBroker: readonly Interruption[],
  progress: (line: string) => void,
): Promise<[Evidence, AtRest]> {
  const { settings } = platform
  const kafka = kafkaSettings(settings, 'waybill-integrity')
  const end = Date.now() + patienceMs
  for (;;) {
    const evidence = await evidenceOf(platform)
    const rest = await reading(platform, ({ log, codec }) =>
      atRest(evidence, {
        log,
        codec,
        kafka,
        partitions: settings.partitions,
        interruptions: [...ofBroker, ...platform.services.flatMap((service) => service.interruptions)],
      }),
    )
    if ((rest.lag === 0 && rest.unfinished === 0) || Date.now() > end) return [evidence, rest]
    progress(`${rest.unfinished} steps not done, ${rest.lag} offsets behind`)
    await pause()
  }
}

/** Sends requests, duplicates among them, and lets a fault strike at moments that are spread over them. */
export function integrityRun(options: IntegrityOptions): Promise<IntegrityResult> {
  const { requests: count, fault, times, rate, seed, progress } = options
  return onPlatform(options, async (platform, folder) => {
    const strike = faults[fault](platform, dice(seed))
    const moments = new Set(
      Array.from({ length: times }, (_, index) => Math.floor(((index + 1) * count) / (times + 1))),
    )
    const strikes: string[] = []
    const ofBroker: Interruption[] = []
    let striking = Promise.resolve()
    const strikeAt = async (index: number): Promise<void> => {
      const from = Date.now()
      const done = await strike()
      if (strikesBroker.has(fault)) ofBroker.push({ process: everyProcess, from, to: Date.now() })
      strikes.push(done)
      progress(`after ${index} requests: ${done}`)
    }
    await sendAll(platform.client, exampleRequests(count), rate, (index) => {
      // One at a time: a strike may take longer than the next one is away.
      if (moments.has(index)) striking = striking.then(() => strikeAt(index))
    })
    await striking
    await settled(platform, progress)
    const [evidence, rest] = await resting(platform, ofBroker, progress)
    const result = { account: accountOf(evidence), rest, evidence, strikes }
    if (!isKept(result)) keepLogs(folder, rest, progress)
    return result
  })
}

/** Whether every promise was kept. */
export const isKept = ({ account, rest }: Pick<IntegrityResult, 'account' | 'rest'>): boolean =>
  isClean(account) && Object.values(rest).every((count) => typeof count !== 'number' || count === 0)

/** Who has to find out why wants to read what the services said. */
function keepLogs(folder: string, { examples }: AtRest, progress: IntegrityOptions['progress']): void {
  const kept = join(stateFolder, 'integrity')
  rmSync(kept, { recursive: true, force: true })
  cpSync(join(folder, 'logs'), kept, { recursive: true })
  for (const example of examples) progress(example)
  progress('The logs of the services are kept in .waybill/integrity.')
}
