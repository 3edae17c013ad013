// A router that takes over a partition full of claims: what the claims hold of memory and disk, and how soon they are read.
import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import { routerStage } from '@waybill/router/service'
import { systemClock } from '@waybill/runtime/clock'
import type { Log, OutgoingRecord } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import type { RunningService } from '@waybill/runtime/task/service'
import { runService, taskDefaults } from '@waybill/runtime/task/service'
import type { RouterState } from '@waybill/schemas/generated/router-state'
import { routerChangelog } from '@waybill/schemas/topics'
import { Policies } from '../simulation/policies.ts'
import { onKafka } from './on-kafka.ts'

export interface RestoreResult {
  /** Claims, each with its one ask. */
  readonly claims: number
  readonly seconds: number
  readonly claimsPerSecond: number
  /** Of this process, the collection of garbage included: it says more than the time where others use the machine. */
  readonly cpuUsPerClaim: number
  /** Of heap and external memory, in a router that is running: both entries, their keys and their timers. */
  readonly memoryBytesPerClaim: number
  /** Of the event loop, from before the restore until the router has been running for a while. */
  readonly longestPauseMs: number
  readonly changelogBytesPerClaim: number
}

const nothing: RouterState = { positions: null, claim: null, ask: null, spend: null }
/** Nothing expires meanwhile. */
const from = Date.now()
const runningMs = 3_000

/** Hashes as they are: 64 hexadecimal digits. */
const hashOf = (index: number): string => {
  const part = Math.imul(index + 1, 0x9e3779b1) >>> 0
  return `${part.toString(16).padStart(8, '0')}${index.toString(16).padStart(8, '0')}`.padEnd(64, 'a5')
}

/** What is left of a request that was answered. */
function settled(index: number): readonly (readonly [key: string, state: RouterState])[] {
  const hash = hashOf(index)
  const at = from + index
  const claim: RouterState['claim'] = {
    phase: 'answered',
    claim: `requests/0/${index}`,
    k: 0,
    mode: 'availability',
    owner: `order-${index}`,
    startedAt: at,
    giveUpAt: at + 60_000,
    where: `responses/0/${index}`,
    why: null,
    settledAt: at + 2_000,
    body: null,
    reservedNanoUsd: 0,
  }
  const ask: RouterState['ask'] = {
    order: index,
    source: `requests/0/${index}`,
    id: '',
    replied: true,
    appendedAt: at,
    deadline: at + 30_000,
    duplicate: 'none',
    request: null,
    tenant: '',
  }
  return [
    [`claim/${hash}`, { ...nothing, claim }],
    [`ask/${hash}/${hashOf(index + 7).slice(0, 32)}`, { ...nothing, ask }],
  ]
}

const claimsABatch = 2_000

async function write(log: Log, codec: Codec, claims: number, progress: (line: string) => void): Promise<void> {
  const send = (records: readonly OutgoingRecord[]): Promise<unknown> =>
    log.append({ topic: routerChangelog.name, partition: 0, records })
  for (let first = 0; first < claims; first += claimsABatch) {
    const count = Math.min(claimsABatch, claims - first)
    const entries = Array.from({ length: count }, (_, index) => settled(first + index)).flat()
    await send(entries.map(([key, state]) => ({ key, value: codec.encode(routerChangelog.value, state) })))
    if (first % 100_000 === 0) progress(`${first} of ${claims} claims written`)
  }
  const positions: RouterState = { ...nothing, positions: { next: { requests: 0, rekeyed: 0, responses: 0 } } }
  await send([{ key: 'positions', value: codec.encode(routerChangelog.value, positions) }])
}

function used(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

interface Life {
  /** Entries, once they are restored. */
  entries: number
  /** Milliseconds. */
  restoredIn: number
  cpuUs: number
}

/** A router takes the partition over, and runs for a while. */
async function live(log: Log, codec: Codec): Promise<Life & { readonly service: RunningService }> {
  const settings = { ...protocolDefaults, partitions: 1 }
  const policy = new Policies('availability', null).current
  const stage = await routerStage({ log, codec, clock: systemClock, settings, catalogue, policy: () => policy })
  const life: Life = { entries: 0, restoredIn: 0, cpuUs: 0 }
  let fenced = { at: 0, cpu: process.cpuUsage() }
  const running = Promise.withResolvers<void>()
  const service = await runService(() => stage, {
    log,
    codec,
    clock: systemClock,
    processId: 'bench',
    settings: { ...taskDefaults, partitions: 1 },
    onEvent({ code, count = 0 }) {
      if (code === 'fenced') fenced = { at: performance.now(), cpu: process.cpuUsage() }
      else if (code === 'restored') {
        const { user, system } = process.cpuUsage(fenced.cpu)
        Object.assign(life, { restoredIn: performance.now() - fenced.at, cpuUs: user + system, entries: count })
      } else if (code === 'running') running.resolve()
    },
  })
  const ended = await Promise.race([running.promise, service.ended])
  if (ended !== undefined) throw ended
  await sleep(runningMs)
  return { ...life, service }
}

async function measured(
  log: Log,
  codec: Codec,
  claims: number,
): Promise<Omit<RestoreResult, 'changelogBytesPerClaim'>> {
  const before = used()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const { restoredIn, cpuUs, entries, service } = await live(log, codec)
  delay.disable()
  const memory = used() - before
  await service.stop()
  if (entries !== 2 * claims) throw new Error(`${entries} entries were restored, not ${2 * claims}.`)
  const seconds = restoredIn / 1_000
  return {
    claims,
    seconds: Math.round(seconds * 100) / 100,
    claimsPerSecond: Math.round(claims / seconds),
    cpuUsPerClaim: Math.round((cpuUs / claims) * 10) / 10,
    memoryBytesPerClaim: Math.round(memory / claims),
    longestPauseMs: Math.round(delay.max / 1e6),
  }
}

function bytesUnder(folder: string): number {
  const files = globSync(`**/${routerChangelog.name}-0/*.log`, { cwd: folder })
  return files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
}

export const benchRestore = (claims: number, progress: (line: string) => void): Promise<RestoreResult> =>
  onKafka(1, progress, async ({ log, codec, folder }) => {
    await write(log, codec, claims, progress)
    const result = await measured(log, codec, claims)
    return { ...result, changelogBytesPerClaim: Math.round(bytesUnder(folder) / claims) }
  })
