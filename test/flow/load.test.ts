// What the workers and the router know of a target's load reaches the decision: the real stages of the router and of the
// statistics on a log in memory, each stepped by hand, under a clock of the test.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import { callsKey } from '@waybill/routing/latency/reported'
import { sizeClassOf } from '@waybill/routing/latency/size-class'
import { emptyStats } from '@waybill/routing/latency/stats'
import { dispatchedAt } from '@waybill/routing/plan'
import { parsePolicy } from '@waybill/routing/policy/parse'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { Outcome } from '@waybill/schemas/generated/outcome'
import type { Result } from '@waybill/schemas/generated/result'
import type { RouterState } from '@waybill/schemas/generated/router-state'
import type { StatsState } from '@waybill/schemas/generated/stats-state'
import { costs, latencyStats, topics } from '@waybill/schemas/topics'
import { until } from '@waybill/runtime/conformance/observe'
import type { Log } from '@waybill/runtime/log'
import { memoryUnderTest } from '@waybill/runtime/memory/under-test'
import type { Codec } from '@waybill/runtime/registry/codec'
import { openCodec } from '@waybill/runtime/registry/codec'
import { memoryRegistry } from '@waybill/runtime/registry/memory-registry'
import type { Output } from '@waybill/runtime/task/stage'
import { schemasOf } from '@waybill/runtime/task/stage'
import { storeUnderTest } from '@waybill/runtime/task/store-under-test'
import { request } from '@waybill/router/desk.test'
import { prepareRequest } from '@waybill/router/preparing'
import type { RouterStage } from '@waybill/router/service'
import { routerStage } from '@waybill/router/service'
import { result } from '@waybill/stats/given'
import { statsStage } from '@waybill/stats/service'

const parsed = parsePolicy(readFileSync(new URL('../../deploy/policies/default.yaml', import.meta.url), 'utf8'))
const settings = { ...protocolDefaults, partitions: 1 }

const isDispatch = (output: Output): output is Output & { readonly value: Dispatch } =>
  output.topic.name.startsWith('provider.')

class Town {
  readonly log: Log
  readonly #codec: Codec
  readonly #router: RouterStage
  readonly #clock: { now: number }
  readonly #claims = storeUnderTest<RouterState>({})
  readonly #cells = storeUnderTest<StatsState>({})
  readonly #stats = statsStage(settings)
  #offset = 0

  constructor(log: Log, codec: Codec, router: RouterStage, clock: { now: number }) {
    this.log = log
    this.#codec = codec
    this.#router = router
    this.#clock = clock
  }

  pass(ms: number): void {
    this.#clock.now += ms
  }

  /** The dispatch of a request that is like no other. */
  send(latencyBudgetMs = 60_000): Dispatch {
    const offset = this.#offset++
    const bytes = Buffer.from('a request')
    const place = { topic: 'requests', partition: 0, offset, key: '', timestamp: this.#clock.now, headers: {}, bytes }
    const value = prepareRequest(request({ id: `${offset}`, sampleIndex: offset, latencyBudgetMs }), 300, 1)
    const context = { now: this.#clock.now, partition: 0, processId: 'me', tables: this.#router.tables() }
    const step = this.#router.reducer.step(this.#claims, { kind: 'record', arrival: place, value }, context)
    for (const [key, state] of step.changes ?? []) this.#claims.set(key, state)
    for (const effect of step.effects ?? []) this.#router.run(effect, 0, () => undefined)
    const dispatch = step.outputs?.find(isDispatch)?.value
    if (dispatch === undefined) throw new Error('Nothing was dispatched.')
    return dispatch
  }

  /** The worker's result reaches the statistics, and what they say of it the router. */
  async end(dispatch: Dispatch, outcome: Partial<Outcome>): Promise<void> {
    const { now } = this.#clock
    const value: Result = { ...result({ startedAt: now - 900, endedAt: now, ...outcome }), dispatch }
    const arrival = { topic: '', partition: 0, offset: 0, key: '', timestamp: now, headers: {}, bytes: null }
    const context = { now, partition: 0, processId: 'me', tables: null }
    const step = this.#stats.reducer.step(this.#cells, { kind: 'record', arrival, value }, context)
    for (const [key, state] of step.changes ?? []) this.#cells.set(key, state)
    const records = (step.outputs ?? []).map((output) => ({
      key: output.key,
      value: this.#codec.encode(output.topic.value, output.value),
    }))
    await this.log.append({ topic: latencyStats.name, partition: 0, records })
    const { id } = dispatch.target
    await until(() => (this.#router.tables().snapshot.targets.get(id)?.attempts ?? 0) > 0)
  }

  /** The normaliser has booked the call, and the router has read it. */
  async book({ claim, attempt, tenant, owner, hash, target, taskClass }: Dispatch): Promise<void> {
    const { now } = this.#clock
    const chain = { claim, attempt, tenant, id: owner, hash, target, taskClass, appendedAt: now, at: now }
    const value = this.#codec.encode(costs.value, { ...chain, ...unbilled })
    await this.log.append({ topic: costs.name, partition: 0, records: [{ key: claim, value }] })
    await until(() => Object.keys(this.underWay(target.id)).length === 0)
  }

  /** The worker tells that a call has not ended, whoever has dispatched it. */
  async tell({ target, startBy, deadline, expectedOutputTokens }: Dispatch): Promise<void> {
    const { now } = this.#clock
    const place = { target: target.id, sizeClass: sizeClassOf(expectedOutputTokens), shard: 0 }
    const underWay = { at: now, calls: 1, since: [dispatchedAt(startBy, deadline, settings)] }
    const value = this.#codec.encode(latencyStats.value, { ...emptyStats(place), updatedAt: now, underWay })
    await this.log.append({ topic: latencyStats.name, partition: 0, records: [{ key: callsKey(place), value }] })
    await until(() => Object.keys(this.underWay(target.id)).length > 0)
  }

  underWay(target: string): object {
    return this.#router.tables().snapshot.targets.get(target)?.underWayMs ?? {}
  }
}

const unbilled = {
  servedModel: null,
  providerRequestId: null,
  kind: 'free',
  failure: 'overloaded',
  status: 529,
  inputTokens: null,
  cachedInputTokens: null,
  cacheWriteInputTokens: null,
  outputTokens: null,
  reasoningTokens: null,
  estimatedInputTokens: null,
  costPicoUsd: 0,
  upperBoundPicoUsd: null,
  priceVersion: null,
  baselineModel: null,
  baselinePicoUsd: null,
  baselineMethod: null,
  flags: [],
  labels: {},
  callMs: null,
} as const

async function openTown(): Promise<Town> {
  if (!('policy' in parsed)) throw new Error('The default policy is no policy.')
  const { policy } = parsed
  const cluster = await memoryUnderTest()
  const codec = await openCodec(memoryRegistry(), schemasOf(topics(), ''))
  for (const { name, maxMessageBytes } of topics()) await cluster.createTopic(name, { partitions: 1, maxMessageBytes })
  const log = await cluster.client()
  const time = { now: 1_800_000_000_000 }
  const clock = { real: false, now: () => time.now, monotonic: () => time.now, schedule: () => () => undefined }
  const stage = await routerStage({ log, codec, clock, settings, catalogue, policy: () => policy })
  return new Town(log, codec, stage, time)
}

const sharesOf = (town: Town, target: string): number =>
  Array.from({ length: 100 }, () => town.send().target.id).filter((id) => id === target).length / 100

test('a target that says that little is left of its limit gives up requests, and gets them back as the limit fills', async () => {
  const town = await openTown()
  const { target, ...first } = town.send()
  assert.equal(sharesOf(town, target.id), 1)
  await town.end({ ...first, target }, { headroom: { share: 0.05, fullInMs: 60_000 } })
  const short = sharesOf(town, target.id)
  assert.ok(short > 0.1 && short < 0.35, String(short))
  town.pass(6_000)
  const half = sharesOf(town, target.id)
  assert.ok(half > 0.4 && half < 0.75, String(half))
  town.pass(10_000)
  assert.equal(sharesOf(town, target.id), 1)
})

test('a call that hangs counts against its target before it has ended, until its cost is booked', async () => {
  const town = await openTown()
  const hanging = town.send()
  const { id } = hanging.target
  town.pass(12_000)
  assert.equal(town.send(60_000).target.id, id, 'who has more time than that may still wait')
  assert.notEqual(town.send(10_000).target.id, id)
  await town.book(hanging)
})

test('a backup, or a call that another router has dispatched, counts too: its worker tells', async () => {
  const [town, elsewhere] = [await openTown(), await openTown()]
  const hanging = { ...elsewhere.send(), attempt: 2 }
  const { id } = hanging.target
  town.pass(12_000)
  assert.equal(town.send(10_000).target.id, id, 'this router has heard nothing of it')
  await town.tell(hanging)
  assert.notEqual(town.send(10_000).target.id, id)
  assert.equal(town.send(60_000).target.id, id, 'who has more time than that may still wait')
  town.pass(6_000)
  assert.equal(town.send(10_000).target.id, id, 'what is not told again is over')
})
