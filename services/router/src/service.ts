// Wires the router: what its reducer looks at, and where answers are read from.
import type { SpendTable } from '@waybill/routing/budget/spend-table'
import { foldSpend } from '@waybill/routing/budget/spend-table'
import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import { catalogue as ourCatalogue } from '@waybill/routing/catalogue/catalogue'
import { emptyTable, foldStats, snapshotAt } from '@waybill/routing/latency/table'
import { offersOf } from '@waybill/routing/offers'
import { UnderWay } from '@waybill/routing/latency/under-way'
import type { Policy } from '@waybill/routing/policy/policy'
import { parsePolicy } from '@waybill/routing/policy/parse'
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import type { Request } from '@waybill/schemas/generated/request'
import { requestRecord } from '@waybill/schemas/generated/request'
import type { Response } from '@waybill/schemas/generated/response'
import { responseRecord } from '@waybill/schemas/generated/response'
import type { RouterState } from '@waybill/schemas/generated/router-state'
import type { Spend } from '@waybill/schemas/generated/spend'
import { costs, latencyStats, rekeyed, requests, responses, routerChangelog, spend } from '@waybill/schemas/topics'
import type { AnswerCache } from '@waybill/runtime/answer-cache'
import type { Clock } from '@waybill/runtime/clock'
import type { Log } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import { warnOfRetirements } from '@waybill/runtime/observability/retirement'
import { followTable } from '@waybill/runtime/table'
import { followTail } from '@waybill/runtime/tail'
import type { Surroundings } from '@waybill/runtime/process'
import { redisAnswerCache } from '@waybill/runtime/redis/answer-cache'
import { redisReservations } from '@waybill/runtime/redis/reservations'
import type { Reservations } from '@waybill/runtime/reservations'
import type { RunningService } from '@waybill/runtime/task/service'
import { runService, taskDefaults } from '@waybill/runtime/task/service'
import type { Stage } from '@waybill/runtime/task/stage'
import { Answers } from './answers.ts'
import { Holding } from './holding.ts'
import { BackupUse, Lessons } from './learning.ts'
import { measureRouter } from './metrics.ts'
import { prepareRequest } from './preparing.ts'
import { oncePerWindow } from './soft-limits.ts'
import { routerReducer } from './reducer.ts'
import type { Effect, Keep, Prepared, Read, ReadDone, SoftLimit, Tables } from './reducer/prepared.ts'
import { supportOf } from './schema-support.ts'

export interface RouterDependencies {
  readonly log: Log
  readonly codec: Codec
  readonly clock: Clock
  readonly settings: ProtocolSettings
  readonly catalogue: Catalogue
  /** The policy in force: asked once a batch, so that a new file needs no restart. */
  readonly policy: () => Policy
  /** Answers by hash, shared by all routers; without it they are read from the log. */
  readonly cache?: AnswerCache
  /** What all routers hold of tenants' budgets; without it, each promises its share of what is left. */
  readonly reservations?: Reservations
  /** A tenant is over a soft limit: called for each request that is. */
  readonly onSoftLimit?: (limit: SoftLimit) => void
}

export type RouterStage = Stage<RouterState, Prepared, ReadDone, Effect, Tables>

const answersBytes = 64 * 1024 * 1024

/** Both tables, once all that there is of them has been read. */
async function followTables({
  log,
  codec,
  settings,
}: RouterDependencies): Promise<{ readonly latency: ReturnType<typeof emptyTable>; readonly spent: SpendTable }> {
  const { partitions } = settings
  const latency = emptyTable()
  const spent: SpendTable = new Map()
  await Promise.all([
    followTable<LatencyStats>({ log, codec, topic: latencyStats, partitions }, (key, stats) => {
      foldStats(latency, key, stats)
    }),
    followTable<Spend>({ log, codec, topic: spend, partitions }, (_, value) => {
      if (value !== null) foldSpend(spent, value)
    }),
  ])
  return { latency, spent }
}

/** @returns what a batch looks at: a new snapshot each time it is asked */
async function tablesOf(given: RouterDependencies, use: BackupUse, underWay: UnderWay): Promise<() => Tables> {
  const { codec, clock, settings, policy } = given
  const { partitions } = settings
  const { latency, spent } = await followTables(given)
  const lessons = learning(given, underWay)
  const prepare = (bytes: Uint8Array): ReturnType<Tables['prepare']> => {
    const decoded = codec.decode(requestRecord, bytes)
    return decoded.kind === 'value' ? prepareRequest(decoded.value, bytes.length, partitions) : null
  }
  return () => {
    const now = clock.now()
    const inForce = policy()
    // With the targets of the policy's accounts.
    const { catalogue } = offersOf(inForce, given.catalogue)
    const snapshot = snapshotAt(latency, now, catalogue, lessons.learned, underWay.at(now))
    return {
      snapshot,
      policy: inForce,
      catalogue,
      clock: () => clock.monotonic() * 1_000,
      settings,
      partitions,
      spend: spent,
      prepare,
      schemaSupport: supportOf,
      backups: use.at(now, snapshot),
    }
  }
}

/** @returns the stage, once the tables that there are have been read */
export async function routerStage(given: RouterDependencies): Promise<RouterStage> {
  const { clock, settings, reservations, policy } = given
  const answers = new Answers(answersBytes)
  const use = new BackupUse()
  const underWay = new UnderWay()
  const tables = await tablesOf(given, use, underWay)
  const holding = reservations === undefined ? undefined : new Holding({ reservations, clock, policy, tables })
  return {
    group: 'router',
    inputs: [responses, rekeyed, requests],
    changelog: routerChangelog,
    reducer: routerReducer(settings),
    prepare: (value, arrival) => {
      const { topic, bytes } = arrival
      if (isResponse(topic, value)) {
        use.hear(value)
        return { type: 'response', response: value }
      }
      if (!isRequest(topic, value)) throw new TypeError(`${topic} is no input of the router.`)
      const prepared = prepareRequest(value, bytes?.length ?? 0, settings.partitions)
      return holding?.ask(prepared, arrival) ?? prepared
    },
    tables,
    lost(partition) {
      holding?.lost(partition)
      underWay.lost(partition)
    },
    run(effect, _, report) {
      switch (effect.kind) {
        case 'keep':
          keep(given, answers, effect)
          break
        case 'softLimit':
          given.onSoftLimit?.(effect)
          break
        case 'release':
          holding?.release(effect.holder)
          break
        case 'dispatched':
          underWay.begin(effect.begun)
          break
        case 'ended':
          underWay.end(effect.claim)
          break
        case 'read':
          void read(given, answers, effect, report)
      }
    },
  }
}

/** What the costs teach from now on: each is the end of a call, too. */
function learning({ log, codec, settings }: RouterDependencies, underWay: UnderWay): Lessons {
  const lessons = new Lessons()
  const { partitions } = settings
  followTail({ log, codec, topic: costs, partitions }, (cost) => {
    lessons.hear(cost)
    underWay.end(cost.claim)
  })
  return lessons
}

/** The runtime has decoded the value with the schema of its topic. */
const isResponse = (topic: string, _value: unknown): _value is Response => topic === responses.name
const isRequest = (topic: string, _value: unknown): _value is Request =>
  topic === requests.name || topic === rekeyed.name

/** The answer of a claim: of this process, else of the log. Only exact coordinates, key and claim are an answer. */
async function read(
  given: RouterDependencies,
  answers: Answers,
  wanted: Read,
  report: (done: ReadDone) => void,
): Promise<void> {
  const { hash, claim } = wanted
  const kept = answers.find(hash, claim)
  if (kept !== undefined) {
    report({ hash, claim, ...kept })
    return
  }
  try {
    report({ hash, claim, ...((await readCache(given, wanted)) ?? (await readLog(given, wanted))) })
  } catch {
    // The log does not answer now: the asks wait, at most until their deadlines.
    given.clock.schedule(500, () => void read(given, answers, wanted, report))
  }
}

/** Keeps an answer for the next who asks: in this process, and where all routers find it. */
function keep({ cache, codec, settings }: RouterDependencies, answers: Answers, { hash, response, bytes }: Keep): void {
  answers.keep(hash, response, bytes)
  void cache?.set(hash, codec.encode(responseRecord, response), settings.dedupWindowMs)
}

/** A cached answer is one only for exactly this hash and claim: a cache may be old, shared, or restored. */
async function readCache(
  { cache, codec }: RouterDependencies,
  { hash, claim }: Read,
): Promise<Pick<ReadDone, 'response' | 'bytes'> | null> {
  const bytes = (await cache?.get(hash)) ?? null
  const response = bytes === null ? null : decode(codec, bytes, claim)
  return bytes === null || response?.hash !== hash ? null : { response, bytes: bytes.length }
}

async function readLog(
  { log, codec }: RouterDependencies,
  { hash, claim, where }: Read,
): Promise<Pick<ReadDone, 'response' | 'bytes'>> {
  const [topic = '', partition = '', offset = ''] = where.split('/')
  const record = await log.readOne(topic, Number(partition), Number(offset))
  if (record === null || String(record.key) !== hash) return { response: null, bytes: 0 }
  return { response: decode(codec, record.value, claim), bytes: record.value?.length ?? 0 }
}

function decode(codec: Codec, value: Buffer | null, claim: string): Response | null {
  const decoded = codec.decode(responseRecord, value)
  return decoded.kind === 'value' && decoded.value.claim === claim ? decoded.value : null
}

/** @throws where the text is no policy: with every problem, its path and what to do */
function readPolicy(text: string): Policy {
  const parsed = parsePolicy(text)
  if ('policy' in parsed) return parsed.policy
  throw new Error(parsed.problems.map(({ path, problem, hint }) => `${path}: ${problem} ${hint}`).join('; '))
}

/** Starts the router of this process. */
export async function startRouter(given: Surroundings): Promise<RunningService> {
  const { settings: own, log, codec, clock, processId, onEvent, watchPolicy, logger, metrics } = given
  if (metrics !== undefined) measureRouter(metrics)
  const { partitions, dedupWindowMs } = own
  const settings = { ...protocolDefaults, partitions, dedupWindowMs }
  warnOfRetirements(ourCatalogue.targets.values(), clock.now(), logger)
  let inForce: Policy | undefined = undefined
  watchPolicy((text) => {
    inForce = readPolicy(text)
  })
  const policy = (): Policy => {
    if (inForce === undefined) throw new Error('There is no policy.')
    return inForce
  }
  const stage = await routerStage({
    log,
    codec,
    clock,
    settings,
    catalogue: ourCatalogue,
    policy,
    onSoftLimit: oncePerWindow(({ tenant, window }) => {
      logger.warn({ code: 'soft_limit', tenant, window }, 'A tenant is over the soft limit of its budget.')
    }),
    ...shared(own, logger),
  })
  return runService(() => stage, { log, codec, clock, processId, onEvent, settings: { ...taskDefaults, partitions } })
}

/** What Redis makes faster and more exact, where there is one. */
function shared(
  { redisUrl: url, topicPrefix: prefix }: Surroundings['settings'],
  logger: Surroundings['logger'],
): Pick<RouterDependencies, 'cache' | 'reservations'> {
  if (url === '') return {}
  const onError = (problem: string): void => {
    logger.warn(
      { code: 'redis_failed', problem },
      'Redis is not used until it works: "waybill doctor" tells what is wrong.',
    )
  }
  return {
    cache: redisAnswerCache({ url, prefix, onError }),
    reservations: redisReservations({ url, prefix, onError }),
  }
}
