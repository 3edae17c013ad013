// The router's whole step in this process, and the decision alone: decode, hash, decide over 50 candidates, encode.
import type { CatalogueTarget } from '@waybill/routing/catalogue/target'
import { catalogue, catalogueOf } from '@waybill/routing/catalogue/catalogue'
import { decide } from '@waybill/routing/decide'
import { nothingLearned } from '@waybill/routing/estimate/learned'
import type { Policy } from '@waybill/routing/policy/policy'
import { parsePolicy } from '@waybill/routing/policy/parse'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import type { Request } from '@waybill/schemas/generated/request'
import { requestRecord } from '@waybill/schemas/generated/request'
import type { RouterState } from '@waybill/schemas/generated/router-state'
import { requests, routerChangelog, topics } from '@waybill/schemas/topics'
import { complete } from '@waybill/client/complete'
import { prepareRequest } from '@waybill/router/preparing'
import { routerReducer } from '@waybill/router/reducer'
import type { Tables } from '@waybill/router/reducer/prepared'
import type { Send } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import { openCodec } from '@waybill/runtime/registry/codec'
import { memoryRegistry } from '@waybill/runtime/registry/memory-registry'
import { Fold } from '@waybill/runtime/task/fold'
import { packingOf } from '@waybill/runtime/task/packing'
import { schemasOf } from '@waybill/runtime/task/stage'
import { taskDefaults } from '@waybill/runtime/task/service'
import { Store } from '@waybill/runtime/task/store'
import { percentileOf } from '@waybill/cli/demo/account'

export interface DecisionResult {
  /** The decision alone, explanation included: median, in microseconds. */
  readonly decideUs: number
  readonly sizes: readonly {
    readonly bytes: number
    readonly p50Us: number
    readonly p99Us: number
    readonly p999Us: number
    readonly worstUs: number
  }[]
}

const candidates = 50

/** Fifty equivalent targets, made from real ones at slightly different prices. */
function manyTargets(): readonly CatalogueTarget[] {
  const real = [...catalogue.targets.values()]
  return Array.from({ length: candidates }, (_, index) => {
    const model = real[index % real.length]
    if (model === undefined) throw new Error('The catalogue is empty.')
    const prices = model.prices.map((price) => ({ ...price, input: price.input + index, output: price.output + index }))
    return { ...model, id: `${model.id}-${index}`, model: `${model.model}-${index}`, prices }
  })
}

function policyOver(targets: readonly CatalogueTarget[], from: ReturnType<typeof catalogueOf>): Policy {
  const ids = targets.map(({ id }) => `    - ${id}`).join('\n')
  const first = targets[0]?.id ?? ''
  const text = `version: bench\ntiers:\n  all:\n${ids}\notherClasses: all\ndefaultRoute:\n  - ${first}\nbaseline: { model: ${first}, since: '2026-11-26' }\n`
  const parsed = parsePolicy(text, from)
  if (!('policy' in parsed))
    throw new Error(parsed.problems.map(({ path, problem }) => `${path}: ${problem}`).join('; '))
  return parsed.policy
}

const words = 'the delivery left the northern depot and was weighed at the bridge before it went on '

export const requestOf = (index: number, bytes: number): Request =>
  complete({
    tenant: 'bench',
    id: `${index}`,
    latencyBudgetMs: 30_000,
    messages: [{ role: 'user', text: `${index} ${words.repeat(Math.ceil(bytes / words.length))}`.slice(0, bytes) }],
  })

/** What a task has of its own. */
interface Task {
  readonly codec: Codec
  readonly tables: Tables
  readonly reducer: ReturnType<typeof routerReducer>
  readonly store: Store<RouterState>
}

export function benchTask(codec: Codec): Task {
  const rules = routerReducer(protocolDefaults)
  const packing = packingOf(codec, routerChangelog.value)
  const store = new Store<RouterState>({ rules, packing, processId: 'bench', settings: taskDefaults.store })
  return { codec, tables: benchTables(), reducer: rules, store }
}

/** One batch of one record, as a task folds it. Nothing of it stays, so that the store does not grow without end. */
export function step({ codec, tables, reducer, store }: Task, bytes: Buffer, index: number): readonly Send[] {
  const decoded = codec.decode(requestRecord, bytes)
  if (decoded.kind !== 'value') throw new Error('The request cannot be read.')
  const value = prepareRequest(decoded.value, bytes.length, protocolDefaults.partitions)
  const fold = new Fold({
    reducer,
    store,
    changelog: routerChangelog,
    codec,
    context: { now: 1_000_000, partition: value.home, processId: 'bench', tables },
    limits: { events: 500, bytesPerPartition: 512 * 1024 },
    group: 'router',
    writesDeadLetters: true,
  })
  const { name: topic } = requests
  const arrival = { topic, partition: value.home, offset: index, key: '', timestamp: 1_000_000, headers: {}, bytes }
  fold.add({ kind: 'record', arrival, value })
  store.rollback()
  return fold.sends({ next: {} })
}

export function timesOf(count: number, run: (index: number) => void): Float64Array {
  const times = new Float64Array(count)
  for (let index = 0; index < count; index++) {
    const from = process.hrtime.bigint()
    run(index)
    times[index] = Number(process.hrtime.bigint() - from) / 1_000
  }
  return times
}

const clock = (): number => performance.now() * 1_000

/** What the router looks at, with fifty candidates for every request. */
function benchTables(): Tables {
  const targets = manyTargets()
  const own = catalogueOf(targets)
  return {
    snapshot: { targets: new Map(), learned: nothingLearned },
    policy: policyOver(targets, own),
    catalogue: own,
    clock,
    settings: protocolDefaults,
    partitions: protocolDefaults.partitions,
    spend: new Map(),
    prepare: () => null,
    schemaSupport: () => ({}),
    backups: { coolingDown: false, requests: 0, backupsUsed: 0 },
  }
}

/** So many decisions a router makes in its first minutes; before that, the engine still compiles. */
const untilCompiled = 30_000

export async function benchDecision(steps: number, progress: (line: string) => void): Promise<DecisionResult> {
  const codec = await openCodec(memoryRegistry(), schemasOf(topics(), ''))
  const task = benchTask(codec)
  const { snapshot, policy, catalogue: own } = task.tables
  const alone = requestOf(0, 2_000)
  const decideOnce = (): void => {
    decide({
      request: alone,
      hash: 'ab'.repeat(32),
      requestBytes: 2_100,
      deadline: 1_030_000,
      snapshot,
      policy,
      catalogue: own,
      now: 1_000_000,
      k: 0,
      schemaSupport: {},
      clock,
    })
  }
  for (let index = 0; index < untilCompiled; index++) decideOnce()
  const decideUs = percentileOf([...timesOf(20_000, decideOnce)], 0.5)
  const sizes = [2_000, 20_000].map((bytes) => {
    progress(`${bytes} bytes`)
    const inputs = Array.from({ length: 200 }, (_, index) => codec.encode(requestRecord, requestOf(index, bytes)))
    const run = (index: number): void => {
      step(task, inputs[index % inputs.length] ?? Buffer.alloc(0), index)
    }
    for (let index = 0; index < 3_000; index++) run(index)
    const times = [...timesOf(Math.floor(steps / 2), run)]
    const at = (share: number): number => percentileOf(times, share)
    return { bytes, p50Us: at(0.5), p99Us: at(0.99), p999Us: at(0.999), worstUs: at(1) }
  })
  return { decideUs, sizes }
}
