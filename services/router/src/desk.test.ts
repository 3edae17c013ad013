// A router task driven by hand, for tests.
import { readFileSync } from 'node:fs'
import type { SpendTable } from '@waybill/routing/budget/spend-table'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import { nothingLearned } from '@waybill/routing/estimate/learned'
import { homePartition } from '@waybill/routing/hash'
import { parsePolicy } from '@waybill/routing/policy/parse'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import type { Decision } from '@waybill/schemas/generated/decision'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { Reply } from '@waybill/schemas/generated/reply'
import type { Request } from '@waybill/schemas/generated/request'
import type { Response } from '@waybill/schemas/generated/response'
import type { RouterState } from '@waybill/schemas/generated/router-state'
import { decisions, replies } from '@waybill/schemas/topics'
import type { Arrival, Output, StageEvent } from '@waybill/runtime/task/stage'
import { storeUnderTest } from '@waybill/runtime/task/store-under-test'
import { prepareRequest } from './preparing.ts'
import { routerReducer } from './reducer.ts'
import type { Effect, Prepared, PreparedRequest, ReadDone, Tables } from './reducer/prepared.ts'

const policyText = readFileSync(new URL('../../../deploy/policies/default.yaml', import.meta.url), 'utf8')
const parsed = parsePolicy(policyText)
if (!('policy' in parsed)) throw new Error('The default policy is no policy.')
const { policy } = parsed

export const request = (rest: Partial<Request> = {}): Request => ({
  tenant: 'acme',
  id: '1',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hello', json: null, media: null, opaque: null }] }],
  tools: [],
  toolChoice: null,
  parallelToolCalls: null,
  outputSchema: null,
  taskClass: null,
  latencyBudgetMs: 10_000,
  costCeilingMicroUsd: null,
  requestedModel: null,
  constraints: null,
  maxOutputTokens: null,
  reasoning: null,
  sampling: null,
  affinity: null,
  cachePoints: [],
  idempotency: 'content',
  idempotencyKey: null,
  sampleIndex: 0,
  replyTo: null,
  priority: 'interactive',
  labels: {},
  metadata: {},
  createdAt: null,
  ...rest,
})

/** A router task, driven by hand: what it was given, and what it has published. */
export class Desk {
  readonly #reducer = routerReducer(protocolDefaults)
  readonly store = storeUnderTest<RouterState>(this.#reducer)
  readonly kept = new Map<string, Request>()
  readonly replies: Reply[] = []
  readonly decisions: Decision[] = []
  readonly dispatches: Dispatch[] = []
  effects: Effect[] = []
  others: Output[] = []
  now = 1_000_000
  policy = policy
  /** Microseconds. */
  clock = (): number => 0
  /** As policies and budgets share by it; hashes go by four. */
  partitions = 4
  readonly spend: SpendTable = new Map()
  offset = 0
  readonly partition: number

  constructor(partition = homePartition(prepareRequest(request(), 100, 4).hash ?? '', 4)) {
    this.partition = partition
  }

  tables(): Tables {
    return {
      snapshot: { targets: new Map(), learned: nothingLearned },
      policy: this.policy,
      catalogue,
      clock: this.clock,
      settings: protocolDefaults,
      partitions: this.partitions,
      spend: this.spend,
      prepare: (bytes) => {
        const kept = this.kept.get(Buffer.from(bytes).toString())
        return kept === undefined ? null : prepareRequest(kept, 100, 4)
      },
      schemaSupport: () => ({}),
      backups: { coolingDown: false, requests: 0, backupsUsed: 0 },
    }
  }

  step(event: StageEvent<Prepared, ReadDone>): void {
    const { partition, now } = this
    const step = this.#reducer.step(this.store, event, { now, partition, processId: 'p', tables: this.tables() })
    for (const [key, state] of step.changes ?? []) this.store.set(key, state)
    this.effects = [...(step.effects ?? [])]
    for (const output of step.outputs ?? []) this.#publish(output)
  }

  #publish(output: Output): void {
    const { topic, value } = output
    // The reducer writes what the topic's schema says.
    if (topic === replies) this.replies.push(JSON.parse(JSON.stringify(value)))
    else if (topic === decisions) this.decisions.push(JSON.parse(JSON.stringify(value)))
    else if (topic.name.startsWith('provider.')) this.dispatches.push(JSON.parse(JSON.stringify(value)))
    else this.others.push(output)
  }

  arrival(topic: string): Arrival {
    const offset = this.offset++
    const bytes = Buffer.from(`${topic}/${offset}`)
    return { topic, partition: this.partition, offset, key: '', timestamp: this.now, headers: {}, bytes }
  }

  request(given: Request, topic = 'requests'): void {
    const arrival = this.arrival(topic)
    this.kept.set(String(arrival.bytes), given)
    this.step({ kind: 'record', arrival, value: prepareRequest(given, 100, 4) })
  }

  /** As if the hash of the request lived on this partition. */
  requestHere(given: Request, grant: PreparedRequest['grant'] = null): void {
    const arrival = this.arrival('requests')
    this.kept.set(String(arrival.bytes), given)
    const value = { ...prepareRequest(given, 100, 4), home: this.partition, grant }
    this.step({ kind: 'record', arrival, value })
  }

  respond(rest: Partial<Response> = {}): Response {
    const [dispatch] = this.dispatches.slice(-1)
    if (dispatch === undefined) throw new Error('Nothing was dispatched.')
    const { claim, hash, tenant, owner, target } = dispatch
    const usage = {
      inputTokens: 1,
      cachedInputTokens: 0,
      cacheWriteInputTokens: null,
      outputTokens: 1,
      reasoningTokens: 0,
    }
    const response: Response = {
      claim,
      hash,
      tenant,
      owner,
      kind: 'ok',
      reason: null,
      answer: {
        status: 'completed',
        finishReason: 'stop',
        text: 'Good day',
        output: null,
        toolCalls: [],
        refusal: null,
        usage,
        message: { role: 'assistant', parts: [] },
        target,
        servedModel: null,
        drifted: false,
        repaired: false,
        ignored: [],
        affinity: null,
      },
      k: dispatch.k,
      attempts: 1,
      flagged: false,
      costPicoUsd: 77,
      unknownPicoUsd: 0,
      timings: { appendedAt: 0, sentAt: null, endedAt: null, callMs: null },
      ...rest,
    }
    this.step({ kind: 'record', arrival: this.arrival('responses'), value: { type: 'response', response } })
    return response
  }

  /** Fires every timer that is due at a time. */
  timersAt(now: number): void {
    this.now = now
    const since = { caughtUpAt: 0, processId: 'p' }
    for (const [key, state] of Array.from(this.store.entries())) {
      const due = this.#reducer.due?.(key, state, since) ?? null
      if (due !== null && due <= now) this.step({ kind: 'timer', key })
    }
  }

  get statuses(): readonly string[] {
    return this.replies.map(({ id, status, reason, duplicate }) => [id, status, reason ?? '-', duplicate].join(' '))
  }
}
