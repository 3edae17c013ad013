// The real router, all partitions of it, in virtual time: its reducer, its state, its timers. Around it only what a
// replay says: which policy holds for a request, and how long a model takes.
import { nothingLearned } from '@waybill/routing/estimate/learned'
import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import type { Policy } from '@waybill/routing/policy/policy'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import type { Decision } from '@waybill/schemas/generated/decision'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { Reply } from '@waybill/schemas/generated/reply'
import type { Request } from '@waybill/schemas/generated/request'
import type { Response } from '@waybill/schemas/generated/response'
import type { RouterState } from '@waybill/schemas/generated/router-state'
import { decisions, replies, routerChangelog } from '@waybill/schemas/topics'
import { prepareRequest } from '@waybill/router/preparing'
import { routerReducer } from '@waybill/router/reducer'
import type { Effect, Prepared, ReadDone, Tables } from '@waybill/router/reducer/prepared'
import { openCodec } from '@waybill/runtime/registry/codec'
import { memoryRegistry } from '@waybill/runtime/registry/memory-registry'
import type { Arrival, Output, StageEvent } from '@waybill/runtime/task/stage'
import { schemasOf } from '@waybill/runtime/task/stage'
import { packingOf } from '@waybill/runtime/task/packing'
import { taskDefaults } from '@waybill/runtime/task/service'
import { Store } from '@waybill/runtime/task/store'
import { Queue } from './queue.ts'

const { partitions } = protocolDefaults
const codec = await openCodec(memoryRegistry(), schemasOf([routerChangelog], ''))
const packing = packingOf(codec, routerChangelog.value)

/** How a call ends: after so long, and with what. */
export interface Ending {
  readonly afterMs: number
  readonly response: Response
}

export interface World {
  readonly catalogue: Catalogue
  readonly policyFor: (request: Request) => Policy
  readonly call: (dispatch: Dispatch, request: Request) => Ending
  readonly onReply: (reply: Reply, at: number) => void
  readonly onDecision?: (decision: Decision) => void
}

type Happening =
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'response'; readonly partition: number; readonly response: Response }
  | { readonly kind: 'read'; readonly partition: number; readonly done: ReadDone }
  | { readonly kind: 'timer'; readonly partition: number; readonly key: string }

/** The reducer writes what the schema of the topic says. */
const isReply = (output: Output): output is Output & { readonly value: Reply } => output.topic === replies
const isDecision = (output: Output): output is Output & { readonly value: Decision } => output.topic === decisions
const isDispatch = (output: Output): output is Output & { readonly value: Dispatch } =>
  output.topic.name.startsWith('provider.')

export class RouterWorld {
  readonly #world: World
  readonly #reducer = routerReducer(protocolDefaults)
  readonly #stores = Array.from(
    { length: partitions },
    () => new Store<RouterState>({ rules: this.#reducer, packing, processId: 'replay', settings: taskDefaults.store }),
  )
  readonly #queue = new Queue<Happening>()
  readonly #answers = new Map<string, Response>()
  #policy: Policy | undefined
  #offset = 0

  constructor(world: World) {
    this.#world = world
  }

  /** @param at epoch milliseconds, of which a broker's clock knows whole ones */
  request(at: number, request: Request): void {
    this.#queue.put(Math.round(at), { kind: 'request', request })
  }

  /** Until nothing happens any more that anybody waits for. */
  run(): void {
    for (let next = this.#queue.take(); next !== undefined; next = this.#queue.take()) this.#happen(next.at, next.item)
  }

  #happen(now: number, item: Happening): void {
    switch (item.kind) {
      case 'request': {
        const bytes = Buffer.from(JSON.stringify(item.request))
        const value = prepareRequest(item.request, bytes.length, partitions)
        this.#policy = this.#world.policyFor(item.request)
        this.#step(value.home, now, {
          kind: 'record',
          arrival: this.#arrival('requests', value.home, now, bytes),
          value,
        })
        break
      }
      case 'response': {
        const arrival = this.#arrival('responses', item.partition, now, Buffer.alloc(500))
        this.#answers.set(item.response.hash, item.response)
        const value = { type: 'response', response: item.response } as const
        this.#step(item.partition, now, { kind: 'record', arrival, value })
        break
      }
      case 'read':
        this.#step(item.partition, now, { kind: 'outcome', outcome: item.done })
        break
      case 'timer':
        this.#timer(item.partition, now, item.key)
    }
  }

  #timer(partition: number, now: number, key: string): void {
    const due = this.#dueOf(partition, key, now)
    if (due !== null && due <= now) this.#step(partition, now, { kind: 'timer', key })
  }

  #dueOf(partition: number, key: string, now: number): number | null {
    const state = this.#stores[partition]?.get(key)
    return state === undefined
      ? null
      : (this.#reducer.due?.(key, state, { caughtUpAt: now, processId: 'replay' }) ?? null)
  }

  #arrival(topic: string, partition: number, timestamp: number, bytes: Buffer): Arrival {
    return { topic, partition, offset: this.#offset++, key: '', timestamp, headers: {}, bytes }
  }

  #tables(): Tables {
    const policy = this.#policy
    if (policy === undefined) throw new Error('There was no request yet.')
    return {
      snapshot: { targets: new Map(), learned: nothingLearned },
      policy,
      catalogue: this.#world.catalogue,
      clock: () => 0,
      settings: protocolDefaults,
      partitions,
      spend: new Map(),
      prepare: (bytes) => {
        const request: Request = JSON.parse(Buffer.from(bytes).toString())
        return prepareRequest(request, bytes.length, partitions)
      },
      schemaSupport: () => ({}),
      backups: { coolingDown: false, requests: 0, backupsUsed: 0 },
    }
  }

  #step(partition: number, now: number, event: StageEvent<Prepared, ReadDone>): void {
    const store = this.#stores[partition]
    if (store === undefined) throw new Error(`There is no partition ${partition}.`)
    const step = this.#reducer.step(store, event, { now, partition, processId: 'replay', tables: this.#tables() })
    for (const [key, state] of step.changes ?? []) {
      store.set(key, state)
      const due = this.#dueOf(partition, key, now)
      if (due !== null) this.#queue.put(Math.max(due, now), { kind: 'timer', partition, key })
    }
    store.commit()
    for (const output of step.outputs ?? []) this.#publish(partition, now, output)
    for (const effect of step.effects ?? []) this.#run(partition, now, effect)
  }

  #publish(partition: number, now: number, output: Output): void {
    if (isReply(output)) this.#world.onReply(output.value, now)
    else if (isDecision(output)) this.#world.onDecision?.(output.value)
    else if (isDispatch(output)) {
      const request: Request = JSON.parse(Buffer.from(output.value.request).toString())
      const { afterMs, response } = this.#world.call(output.value, request)
      this.#queue.put(now + Math.round(afterMs), { kind: 'response', partition, response })
    }
  }

  /** What is kept is found at once; the real router reads it from memory, Redis or the log. */
  #run(partition: number, now: number, effect: Effect): void {
    if (effect.kind !== 'read') return
    const { hash, claim } = effect
    const known = this.#answers.get(hash)
    const response = known?.claim === claim ? known : null
    this.#queue.put(now, { kind: 'read', partition, done: { hash, claim, response, bytes: 500 } })
  }
}
