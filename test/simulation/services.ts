// The real services, wired as their own start functions do, but for what a simulation has to be master of.
import { handle } from '@waybill/providers/validation/thread'
import { normaliserStage } from '@waybill/normaliser/service'
import { routerStage } from '@waybill/router/service'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import type { Policy } from '@waybill/routing/policy/policy'
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import type { Topic } from '@waybill/schemas/topics'
import { responses } from '@waybill/schemas/topics'
import { memoryReservations } from '@waybill/runtime/memory/reservations'
import type { Log } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import type { RunningService } from '@waybill/runtime/task/service'
import { runService, taskDefaults } from '@waybill/runtime/task/service'
import type { Reducer, Stage } from '@waybill/runtime/task/stage'
import type { TaskEvent } from '@waybill/runtime/task/task'
import { workerStage } from '@waybill/worker/service'
import { partitions } from './load.ts'
import type { Mutation } from './mutation.ts'
import type { SimulatedProcess } from './simulated-process.ts'
import type { Taste } from './taste.ts'
import type { Vendors } from './vendor.ts'

export interface Given {
  readonly process: SimulatedProcess
  readonly log: Log
  readonly codec: Codec
  readonly taste: Taste
  readonly vendors: Vendors
  readonly policy: () => Policy
  readonly mutation: Mutation | undefined
  readonly onEvent: (event: TaskEvent) => void
}

/** Times are short, so that a window passes within a run; the window and its margin still outlast every outage. */
const settingsOf = (taste: Taste): ProtocolSettings => ({
  ...protocolDefaults,
  partitions,
  permits: taste.permits,
  ...(taste.shortWindow
    ? { dedupWindowMs: 2_000, claimMarginMs: 500, sendByMs: 1_500 }
    : { dedupWindowMs: 120_000, claimMarginMs: 90_000 }),
  latencyBudgetMs: 30_000,
  attemptMaxMs: 15_000,
})

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

export async function startService(given: Given): Promise<RunningService> {
  const { process, codec, taste, policy, mutation, vendors, onEvent } = given
  const log = mutation?.log?.(given.log, process, codec) ?? given.log
  const { clock, kind } = process
  const surroundings = { process, log, codec }
  const settings = mutation?.settings?.(settingsOf(taste), process) ?? settingsOf(taste)
  const options = {
    log,
    codec,
    clock,
    processId: process.id,
    onEvent,
    settings: { ...taskDefaults, partitions, store: taste.store },
  }
  if (kind === 'router') {
    const reservations = memoryReservations(clock)
    const stage = await routerStage({ log, codec, clock, settings, catalogue, policy, reservations })
    return runService(() => mutation?.router?.(stage, surroundings) ?? stage, options)
  }
  if (kind === 'normaliser') {
    const stage = withSmallTopics(
      normaliserStage({ codec, clock, settings, validate, catalogue: () => catalogue, onEvent: () => undefined }),
    )
    return runService(() => mutation?.normaliser?.(stage, surroundings) ?? stage, options)
  }
  const connections = vendors.connections(process, kind)
  const worker = workerStage(
    { provider: kind, accounts: new Map(), attribution: true, protocol: settings },
    { log, codec, clock, connections, onEvent: () => undefined },
    new Map([['default', vendors.vendor]]),
  )
  return runService((tasks) => {
    const stage = worker(tasks)
    return mutation?.worker?.(stage, surroundings) ?? stage
  }, options)
}
