// The real services, wired as their own start functions do, but for what a simulation has to be master of.
import { handle } from '@waybill/providers/validation/thread'
import { normaliserStage } from '@waybill/normaliser/service'
import type { RouterDependencies } from '@waybill/router/service'
import { routerStage } from '@waybill/router/service'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import type { Policy } from '@waybill/routing/policy/policy'
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import type { Topic } from '@waybill/schemas/topics'
import { responses } from '@waybill/schemas/topics'
import type { Log } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import type { RunningService, ServiceOptions } from '@waybill/runtime/task/service'
import { runService, taskDefaults } from '@waybill/runtime/task/service'
import type { Reducer, Stage } from '@waybill/runtime/task/stage'
import type { TaskSettings } from '@waybill/runtime/task/task'
import type { TaskEvent } from '@waybill/runtime/task/task'
import { statsStage } from '@waybill/stats/service'
import { workerStage } from '@waybill/worker/service'
import { partitions } from './load.ts'
import { tombstoneMs } from './log-cleaner.ts'
import type { Mutation } from './mutation.ts'
import type { SimulatedProcess } from './simulated-process.ts'
import type { SimulatedRedis } from './simulated-redis.ts'
import type { Taste } from './taste.ts'
import type { Vendors } from './vendor.ts'

export interface Given {
  readonly process: SimulatedProcess
  readonly log: Log
  readonly codec: Codec
  readonly taste: Taste
  readonly vendors: Vendors
  /** Undefined where the routers have none. */
  readonly redis: SimulatedRedis | undefined
  readonly policy: () => Policy
  readonly mutation: Mutation | undefined
  readonly onEvent: (event: TaskEvent) => void
}

/** Times are short, so that a window passes within a run; the window and its margin still outlast every outage. */
export const settingsOf = (taste: Taste): ProtocolSettings => ({
  ...protocolDefaults,
  partitions,
  permits: taste.permits,
  ...(taste.shortWindow
    ? { dedupWindowMs: taste.shortWindowMs, claimMarginMs: 500, sendByMs: 1_500 }
    : { dedupWindowMs: 120_000, claimMarginMs: 90_000 }),
  latencyBudgetMs: 30_000,
  attemptMaxMs: 15_000,
})

/** Well within what a tombstone stays for. */
const knownForMs = tombstoneMs / 2

/** Answers that are too large for the topic of responses are not made of megabytes here. */
const largestResponse = 5_000

const shrunk = (topic: Topic): Topic =>
  topic.name === responses.name ? { ...topic, maxMessageBytes: largestResponse } : topic

function withSmallTopics<State, Prepared, Outcome, Effect, Tables>(
  stage: Stage<State, Prepared, Outcome, Effect, Tables>,
): Stage<State, Prepared, Outcome, Effect, Tables> {
  const { reducer } = stage
  const small: Reducer<State, Prepared, Outcome, Effect, Tables> = {
    ...reducer,
    step(view, event, context) {
      const step = reducer.step(view, event, context)
      if (step.outputs === undefined) return step
      return { ...step, outputs: step.outputs.map((output) => ({ ...output, topic: shrunk(output.topic) })) }
    },
  }
  return { ...stage, reducer: small }
}

const validate = (check: Parameters<typeof handle>[0]): Promise<number | null> => Promise.resolve(handle(check))

/** How the mutation, if there is one, has it; else as it is. */
const mutated = <Part>(part: Part, mutate: ((part: Part) => Part) | undefined): Part =>
  mutate === undefined ? part : mutate(part)

const none: Mutation = { name: 'none' }

export function startService(given: Given): Promise<RunningService> {
  const { process, taste, mutation = none, onEvent } = given
  const codec = mutated(given.codec, mutation.codec)
  const log = mutated(given.log, (own) => mutation.log?.(own, process, codec) ?? own)
  const settings = mutated(settingsOf(taste), (own) => mutation.settings?.(own, process) ?? own)
  const task: TaskSettings = { ...taskDefaults, partitions, store: taste.store, knownForMs }
  return start(
    { ...given, log, codec, mutation },
    { log, codec, clock: process.clock, processId: process.id, onEvent, settings: mutated(task, mutation.task) },
    settings,
  )
}

interface Starting extends Given {
  readonly mutation: Mutation
}

function start(given: Starting, options: ServiceOptions, settings: ProtocolSettings): Promise<RunningService> {
  const { process, log, codec, mutation } = given
  const { clock, kind } = process
  const surroundings = { process, log, codec }
  switch (kind) {
    case 'router':
      return startRouter(given, options, settings)
    case 'stats': {
      const stage = statsStage(settings)
      return runService(() => mutation.stats?.(stage, surroundings) ?? stage, options)
    }
    case 'normaliser': {
      const told = { validate, catalogue: () => catalogue, onEvent: () => undefined }
      const stage = withSmallTopics(normaliserStage({ codec, clock, settings, ...told }))
      return runService(() => mutation.normaliser?.(stage, surroundings) ?? stage, options)
    }
    default:
      return startWorker(given, options, settings)
  }
}

async function startRouter(
  { process, log, codec, mutation, policy, redis, taste }: Starting,
  options: ServiceOptions,
  settings: ProtocolSettings,
): Promise<RunningService> {
  const { clock } = process
  const shared =
    redis === undefined ? {} : { cache: redis.cacheOf(process), reservations: redis.reservationsOf(process) }
  const wiring: RouterDependencies = { log, codec, clock, settings, catalogue, policy, ...shared, ...taste.answers }
  const stage = await routerStage(mutation.wiring?.(wiring, process) ?? wiring)
  return runService(() => mutation.router?.(stage, { process, log, codec }) ?? stage, options)
}

function startWorker(
  { process, log, codec, mutation, vendors }: Starting,
  options: ServiceOptions,
  protocol: ProtocolSettings,
): Promise<RunningService> {
  const { clock, kind } = process
  const worker = workerStage(
    { provider: kind, accounts: new Map(), attribution: true, protocol },
    { log, codec, clock, connections: vendors.connections(process, kind), onEvent: () => undefined },
    new Map([['default', vendors.vendor]]),
  )
  return runService((tasks) => {
    const stage = worker(tasks)
    return mutation.worker?.(stage, { process, log, codec }) ?? stage
  }, options)
}
