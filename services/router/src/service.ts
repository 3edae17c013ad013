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
import { sleep } from '@waybill/runtime/clock'
import type { Log } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import { decodeLearning } from '@waybill/runtime/registry/learning'
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
import { readAnswer } from './reading.ts'
import { oncePerWindow } from './soft-limits.ts'
import { routerReducer } from './reducer.ts'
import type { Effect, Keep, Prepared, ReadDone, SoftLimit, Tables } from './reducer/prepared.ts'
import { supportOf } from './schema-support.ts'

export interface RouterDependencies {
  readonly log: Log
  readonly codec: Codec
  readonly clock: Clock
  readonly settings: ProtocolSettings
  readonly catalogue: Catalogue
  /** The policy in force: asked once a batch, so that a new file needs no restart. */
  readonly policy: () => Policy
  /** Of memory for the newest answers of this process; 64 MiB unless said. */
  readonly answersBytes?: number
  /** Answers by hash, shared by all routers; without it they are read from the log. */
  readonly cache?: AnswerCache
  /** What all routers hold of tenants' budgets; without it, each promises its share of what is left. */
  readonly reservations?: Reservations
  /** A tenant is over a soft limit: called for each request that is. */
  readonly onSoftLimit?: (limit: SoftLimit) => void
}

export type RouterStage = Stage<RouterState, Prepared, ReadDone, Effect, Tables>

const defaultAnswersBytes = 64 * 1024 * 1024

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
  const answers = new Answers(given.answersBytes ?? defaultAnswersBytes)
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
    recall: (open) => recall(given, open),
    lost(partition) {
      holding?.lost(partition)
      underWay.lost(partition)
    },
    run: (effect, _, report) => {
      run(given, { answers, underWay, holding }, effect, report)
    },
  }
}

interface Kept {
  readonly answers: Answers
  readonly underWay: UnderWay
  readonly holding: Holding | undefined
}

function run(
  given: RouterDependencies,
  { answers, underWay, holding }: Kept,
  effect: Effect,
  report: (done: ReadDone) => void,
): void {
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
    case 'read': {
      const decode: Parameters<typeof readAnswer>[0]['decode'] = (value) =>
        decodeLearning(given.codec, responseRecord, value)
      void readAnswer({ ...given, decode }, answers, effect, report)
    }
  }
}

/** How often, and how long apart, the registry is asked: all that the task has to do waits meanwhile. */
const schemaAttempts = 5
const schemaRetryMs = 1_000

/**
 * Requests that wait may have been written with schemas that this process has not met. What happens to them next must
 * read them: who inherits a chain is decided for, and a reply repeats their metadata.
 */
async function recall(
  { codec, clock }: RouterDependencies,
  open: Iterable<readonly [string, RouterState]>,
): Promise<void> {
  const unknown = new Set<number>()
  for (const [, { ask }] of open) {
    const decoded = codec.decode(requestRecord, ask?.request ?? null)
    if (decoded.kind === 'unknownSchema') unknown.add(decoded.id)
  }
  for (const id of unknown)
    for (let attempt = 1; attempt <= schemaAttempts && !(await codec.learn(id)); attempt++)
      await sleep(clock, schemaRetryMs)
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

/** Keeps an answer for the next who asks: in this process, and where all routers find it. */
function keep({ cache, codec, settings }: RouterDependencies, answers: Answers, { hash, response, bytes }: Keep): void {
  answers.keep(hash, response, bytes)
  void cache?.set(hash, codec.encode(responseRecord, response), settings.dedupWindowMs)
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
