// The whole path under open-loop load: what it adds to a call, and what it costs the machine.
import type { RequestInput } from '@waybill/client/complete'
import { accountOf } from '@waybill/cli/demo/account'
import { sendAll } from '@waybill/cli/demo/load'
import type { Platform } from '@waybill/cli/platform/platform'
import { onPlatform, settled } from '../integrity/run.ts'
import type { ProcessUsage } from './usage.ts'
import { usageOf } from './usage.ts'

export interface PathOptions {
  /** Requests a second, one run each. */
  readonly rates: readonly number[]
  readonly seconds: number
  readonly partitions: number
  readonly progress: (line: string) => void
}

interface Process {
  readonly cpuUsARequest: number
  readonly residentMiB: number
}

export interface PathResult {
  readonly rate: number
  readonly requests: number
  readonly addedMs: { readonly p50: number; readonly p95: number; readonly p99: number }
  readonly lost: number
  readonly doubled: number
  readonly failed: number
  /** By process: broker, router, worker openai, … */
  readonly processes: Readonly<Record<string, Process>>
}

const words =
  'the delivery left the northern depot on Tuesday and was weighed at the bridge before it went on to the harbour '

/** About 2 KB of text, never the same twice. */
const requestOf = (run: string, index: number): RequestInput => ({
  tenant: 'bench',
  id: `${run}-${index}`,
  taskClass: 'summary',
  latencyBudgetMs: 30_000,
  maxOutputTokens: 300,
  messages: [{ role: 'user', text: `${run} ${index}: ${words.repeat(18)}` }],
})

function pidsOf({ services, stack }: Platform): readonly (readonly [name: string, pid: number | undefined])[] {
  return [['broker', stack.broker?.pid], ...services.map(({ program, pid }) => [program.name, pid] as const)]
}

function usages(platform: Platform): ReadonlyMap<string, ProcessUsage | null> {
  return new Map(pidsOf(platform).map(([name, pid]) => [name, usageOf(pid)]))
}

function differences(
  before: ReadonlyMap<string, ProcessUsage | null>,
  after: ReadonlyMap<string, ProcessUsage | null>,
  requests: number,
): Readonly<Record<string, Process>> {
  const entries = [...after].map(([name, usage]) => {
    const cpu = (usage?.cpuSeconds ?? 0) - (before.get(name)?.cpuSeconds ?? 0)
    return [name, { cpuUsARequest: Math.round((cpu * 1e6) / requests), residentMiB: usage?.residentMiB ?? 0 }] as const
  })
  return Object.fromEntries(entries)
}

async function runRate(
  platform: Platform,
  rate: number,
  seconds: number,
  progress: PathOptions['progress'],
): Promise<PathResult> {
  const run = `r${rate}`
  const count = rate * seconds
  const before = usages(platform)
  await sendAll(
    platform.client,
    Array.from({ length: count }, (_, index) => requestOf(run, index)),
    rate,
    (index) => {
      if (index % (rate * 5) === 0) progress(`${rate}/s: ${index} of ${count} sent`)
    },
  )
  const processes = differences(before, usages(platform), count)
  const evidence = await settled(platform, progress)
  const own = <Value extends { readonly id: string }>(
    records: readonly { readonly value: Value; readonly timestamp: number }[],
  ): typeof records =>
    records.filter(({ value }) => value.id.startsWith(`${run}-`) && Number(value.id.slice(run.length + 1)) >= rate)
  // The first second of each rate is left out: it follows another load.
  const { addedMs, lost, doubled, failed, requests } = accountOf({
    ...evidence,
    requests: own(evidence.requests),
    replies: own(evidence.replies),
  })
  return { rate, requests, addedMs, lost, doubled, failed, processes }
}

export function benchPath({ rates, seconds, partitions, progress }: PathOptions): Promise<readonly PathResult[]> {
  const settings = { WAYBILL_PARTITIONS: String(partitions) }
  return onPlatform({ replicas: 1, progress, profile: 'bench', latencyScale: 0.3, settings }, async (platform) => {
    progress('Warming up')
    await runRate(platform, 100, 45, progress)
    const results: PathResult[] = []
    for (const rate of rates) results.push(await runRate(platform, rate, seconds, progress))
    return results
  })
}
