// Wires the worker of one provider: its reducer, its calls, and the vendor's SDK.
import { defaultAccount } from '@waybill/routing/catalogue/accounts'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { LateOutcome } from '@waybill/schemas/generated/late-outcome'
import { lateOutcomeRecord } from '@waybill/schemas/generated/late-outcome'
import type { Request } from '@waybill/schemas/generated/request'
import { requestRecord } from '@waybill/schemas/generated/request'
import type { WorkerState } from '@waybill/schemas/generated/worker-state'
import { dispatches, late, latencyStats, workerChangelog } from '@waybill/schemas/topics'
import type { Clock } from '@waybill/runtime/clock'
import { sleep } from '@waybill/runtime/clock'
import type { Settings } from '@waybill/runtime/config'
import { SettingsError } from '@waybill/runtime/config'
import type { Connections } from '@waybill/runtime/http/capturing-fetch'
import { openConnections } from '@waybill/runtime/http/capturing-fetch'
import type { Log } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import type { Surroundings } from '@waybill/runtime/process'
import type { RunningService, Tasks } from '@waybill/runtime/task/service'
import { runService, taskDefaults } from '@waybill/runtime/task/service'
import type { Stage } from '@waybill/runtime/task/stage'
import { makeAttempt } from './attempt.ts'
import { Calls } from './calls.ts'
import type { OpenExchange } from './exchange.ts'
import { publishLate } from './late.ts'
import { measureWorker } from './metrics.ts'
import { Permits } from './permits.ts'
import { missedBy, workerReducer } from './reducer.ts'
import type { AttemptOutcome, Effect, Prepared } from './reducer/prepared.ts'
import type { Report } from './telling.ts'
import { Telling } from './telling.ts'
import { loadVendor } from './vendors/load.ts'
import type { Vendor, VendorSettings } from './vendors/vendor.ts'

export interface WorkerSettings {
  /** openai, anthropic or gemini. */
  readonly provider: string
  /** Our accounts with the provider, by the names that targets have for them: where each calls, and with which key. */
  readonly accounts: ReadonlyMap<string, VendorSettings>
  /** Whether calls name their attempt, claim and hash in x-waybill headers: for a simulator's ledger only. */
  readonly attribution: boolean
  /** permits, sendByMs, attemptMaxMs, graceMs and settledCallMs are used here. */
  readonly protocol: ProtocolSettings
}

/** Ids and codes only. */
interface WorkerEvent {
  /** An answer came after its attempt was settled as an orphan. */
  readonly code: 'answer_lost'
  readonly attempt: string
}

export interface WorkerDependencies {
  readonly log: Log
  readonly codec: Codec
  readonly clock: Clock
  readonly connections: Connections
  readonly onEvent: (event: WorkerEvent) => void
}

export type WorkerStage = Stage<WorkerState, Prepared, AttemptOutcome, Effect, null>

/** How often, and how long apart, the registry is asked for the schema of a request. */
const schemaAttempts = 8
const schemaRetryMs = 1_000

async function readRequest({ codec, clock }: WorkerDependencies, bytes: Uint8Array): Promise<Request | null> {
  for (let attempt = 0; attempt < schemaAttempts; attempt++) {
    const decoded = codec.decode(requestRecord, bytes)
    if (decoded.kind === 'value') return decoded.value
    if (decoded.kind === 'unreadable') return null
    if (!(await codec.learn(decoded.id))) await sleep(clock, schemaRetryMs)
  }
  return null
}

function openCalls(
  settings: WorkerSettings,
  dependencies: WorkerDependencies,
  vendors: ReadonlyMap<string, Vendor>,
  tasks: Tasks<AttemptOutcome>,
  permits: Permits,
): Calls {
  const { provider, attribution, protocol } = settings
  const { clock, codec, log, connections } = dependencies
  const telling = new Telling({
    clock,
    settings: protocol,
    publish: (reports) => publishReports(dependencies, reports),
  })
  const encode = (value: LateOutcome): Buffer => codec.encode(lateOutcomeRecord, value)
  const attempts = {
    clock,
    provider,
    vendors,
    attribution,
    openExchange: (options: Parameters<OpenExchange>[0]) => connections.exchange(options),
    readRequest: (bytes: Uint8Array) => readRequest(dependencies, bytes),
    freeSlots: () => permits.freeShare,
  }
  return new Calls({
    clock,
    settings: protocol,
    permits,
    report: tasks.report,
    make: (partition, marked, sendBy) =>
      telling.during(partition, marked.marker.dispatch, makeAttempt(attempts, marked, sendBy)),
    publish: (partition, hash, value) => publishLate({ log, clock, provider, encode }, partition, hash, value),
  })
}

/** A partition at a time; what the log does not take is left out. */
async function publishReports({ log, codec }: WorkerDependencies, reports: readonly Report[]): Promise<void> {
  const { name: topic, value } = latencyStats
  const encode = ({ key, stats }: Report): { readonly key: string; readonly value: Buffer | null } => ({
    key,
    value: stats === null ? null : codec.encode(value, stats),
  })
  const sends = [...Map.groupBy(reports, ({ partition }) => partition)].map(([partition, each]) =>
    log.append({ topic, partition, records: each.map(encode) }),
  )
  await Promise.allSettled(sends)
}

/** The runtime has decoded the value with the schema of its topic. */
const isDispatch = (topic: string, provider: string, _value: unknown): _value is Dispatch =>
  topic === dispatches(provider).name
const isLate = (topic: string, provider: string, _value: unknown): _value is LateOutcome =>
  topic === late(provider).name

interface Running extends Pick<WorkerDependencies, 'clock' | 'onEvent'> {
  readonly calls: Calls
  readonly permits: Permits
}

function run({ calls, permits, clock, onEvent }: Running, effect: Effect, partition: number): void {
  switch (effect.kind) {
    case 'call': {
      const since = permits.take(partition, effect.offset) ?? clock.monotonic()
      calls.start(partition, effect.marked, since)
      break
    }
    case 'passed':
      permits.passed(partition, effect.offset)
      break
    case 'adopt':
      calls.adopt(partition, effect.marked, effect.own)
      break
    case 'settled':
      calls.settled(effect.attempt)
      break
    case 'answerLost':
      onEvent({ code: 'answer_lost', attempt: effect.attempt })
  }
}

/**
 * @param vendors by account
 * @returns what makes the stage, given how to reach its tasks
 */
export function workerStage(
  settings: WorkerSettings,
  dependencies: WorkerDependencies,
  vendors: ReadonlyMap<string, Vendor>,
): (tasks: Tasks<AttemptOutcome>) => WorkerStage {
  const { provider, protocol } = settings
  const { clock } = dependencies
  return (tasks) => {
    const permits = new Permits(protocol.permits, tasks.wake)
    const calls = openCalls(settings, dependencies, vendors, tasks, permits)
    return {
      group: `worker.${provider}`,
      inputs: [late(provider), dispatches(provider)],
      changelog: workerChangelog(provider),
      reducer: workerReducer(provider, protocol),
      prepare(value, { topic }) {
        if (isDispatch(topic, provider, value)) return { type: 'dispatch', dispatch: value }
        if (isLate(topic, provider, value)) return { type: 'late', late: value }
        throw new TypeError(`${topic} is no input of the worker.`)
      },
      tables: () => null,
      admit(value, { partition, offset }, now) {
        if (value.type === 'late' || missedBy(value.dispatch, now) !== null) return true
        if (permits.reserve(partition, offset, clock.monotonic())) return true
        return Math.min(value.dispatch.startBy + 1, value.dispatch.deadline)
      },
      run(effect, partition) {
        run({ calls, permits, ...dependencies }, effect, partition)
      },
      lost: (partition) => {
        calls.lost(partition)
      },
      dropped: (partition) => {
        permits.dropped(partition)
      },
      stopping: () => {
        calls.stopping()
      },
      // A marker that nobody answers for is an unknown outcome, though no call was made.
      stopsKnowing: true,
      finish: () => calls.finish(),
    }
  }
}

/** The worker of one provider, its SDK loaded. For `runService`. */
export async function worker(
  settings: WorkerSettings,
  dependencies: WorkerDependencies,
): Promise<(tasks: Tasks<AttemptOutcome>) => WorkerStage> {
  const { provider, accounts } = settings
  const vendors = new Map<string, Vendor>()
  for (const [account, access] of accounts) vendors.set(account, await loadVendor(provider, access))
  return workerStage(settings, dependencies, vendors)
}

interface Access {
  readonly apiKey: string
  readonly baseUrl: string
  readonly variable: string
}

const accessOf: Readonly<Record<string, (settings: Settings) => Access>> = {
  openai: ({ openaiApiKey, openaiBaseUrl }) => ({
    apiKey: openaiApiKey,
    baseUrl: openaiBaseUrl,
    variable: 'OPENAI_API_KEY',
  }),
  anthropic: ({ anthropicApiKey, anthropicBaseUrl }) => ({
    apiKey: anthropicApiKey,
    baseUrl: anthropicBaseUrl,
    variable: 'ANTHROPIC_API_KEY',
  }),
  gemini: ({ geminiApiKey, geminiBaseUrl }) => ({
    apiKey: geminiApiKey,
    baseUrl: geminiBaseUrl,
    variable: 'GEMINI_API_KEY',
  }),
}

const urlOf = (baseUrl: string): string | undefined => (baseUrl === '' ? undefined : baseUrl)

/** The default account, and those that are named: these call where that does, unless they say where. */
function accountsOf(provider: string, { apiKey, baseUrl }: Access, own: Settings): WorkerSettings['accounts'] {
  const named = own.accounts.filter((account) => account.provider === provider)
  return new Map([
    [defaultAccount, { apiKey, baseUrl: urlOf(baseUrl) }],
    ...named.map(
      (account) =>
        [account.name, { apiKey: account.apiKey, baseUrl: urlOf(account.baseUrl) ?? urlOf(baseUrl) }] as const,
    ),
  ])
}

/**
 * Starts the worker of this process.
 * @throws SettingsError where the provider is not known or has no key
 */
export async function startWorker(given: Surroundings, provider: string): Promise<RunningService> {
  const { settings: own, log, codec, clock, processId, onEvent, logger, metrics } = given
  const access = accessOf[provider]?.(own)
  if (access === undefined)
    throw new SettingsError([
      { name: '--provider', problem: `"${provider}" is none of: ${Object.keys(accessOf).join(', ')}.` },
    ])
  const { apiKey, baseUrl, variable } = access
  if (apiKey === '')
    throw new SettingsError([{ name: variable, problem: `is not set, and calls to ${provider} need a key.` }])
  const targets = [...catalogue.targets.values()].filter((target) => target.provider === provider)
  const { partitions, permits, dedupWindowMs } = own
  if (metrics !== undefined) measureWorker(metrics, { provider, permits, targets, now: () => clock.now() })
  const settings: WorkerSettings = {
    provider,
    accounts: accountsOf(provider, access, own),
    attribution: baseUrl !== '',
    protocol: { ...protocolDefaults, partitions, permits, dedupWindowMs },
  }
  const dependencies: WorkerDependencies = {
    log,
    codec,
    clock,
    connections: openConnections(),
    onEvent: ({ code, attempt }) => {
      logger.warn({ code, attempt }, 'An answer came after its attempt had been settled as unknown.')
    },
  }
  const make = await worker(settings, dependencies)
  return runService(make, { log, codec, clock, processId, onEvent, settings: { ...taskDefaults, partitions } })
}
