// Requests in virtual time against endpoints that take as long as somebody measured: the real decision, the real rolling
// statistics, and what a worker and the normaliser do with an attempt that fails.
import { createHash } from 'node:crypto'
import type { Headroom } from '@waybill/schemas/generated/headroom'
import { complete } from '@waybill/client/complete'
import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import { catalogueOf } from '@waybill/routing/catalogue/catalogue'
import { decide } from '@waybill/routing/decide'
import { nothingLearned } from '@waybill/routing/estimate/learned'
import type { LatencySample } from '@waybill/routing/latency/stats'
import { emptyStats, record, statsKey } from '@waybill/routing/latency/stats'
import type { LatencyTable } from '@waybill/routing/latency/table'
import { emptyTable, foldStats, snapshotAt } from '@waybill/routing/latency/table'
import type { UnderWayMs } from '@waybill/routing/latency/under-way'
import { UnderWay } from '@waybill/routing/latency/under-way'
import type { Policy } from '@waybill/routing/policy/policy'
import { rules as allRules } from '@waybill/routing/rules/rules'
import type { Rule } from '@waybill/routing/rules/rule'
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import { Queue } from '../queue.ts'
import { Limits } from './limits.ts'
import { policyFor, targetOf } from './offered.ts'

/** What an endpoint does with a call that starts now. */
export interface Behaviour {
  readonly ms: number
  readonly outcome: 'ok' | 'rateLimited' | 'failed'
}

/** null: it is not offered at that time. */
export type Endpoint = (at: number) => Behaviour | null

export interface ArenaOptions {
  readonly endpoints: ReadonlyMap<string, Endpoint>
  /** When requests come, in milliseconds from the start, in order. */
  readonly arrivals: readonly number[]
  /** What is left alone after a failure that is no rate limit. */
  readonly failureScope: 'model' | 'provider'
  /** Of requests. */
  readonly exploration: number
  /** Of endpoints that take only so many requests a minute. */
  readonly limits?: ReadonlyMap<string, number>
  /** Whether answers say in their headers how much of the limit is left; they do unless told. */
  readonly limitsAreTold?: boolean
  /** Dollars per million tokens, where it is not 1. */
  readonly prices?: ReadonlyMap<string, number>
  /** That share the requests in turn, each with tables of its own; one unless told. */
  readonly routers?: number
  /** Other rules than the router's. */
  readonly rules?: readonly Rule[]
  /** Only calls that have ended are looked at: what a rolling percentile alone would do. */
  readonly endedOnly?: boolean
}

export interface Ended {
  readonly at: number
  readonly ms: number
  readonly attempts: number
  readonly isAnswered: boolean
  /** What was chosen for it; empty where nothing was left. */
  readonly chosen: string
  /** Which of the routers chose. */
  readonly router: number
}

/** How long a caller waits, and so the longest that an attempt may take. */
export const budgetMs = 30_000
const attemptsMax = 3
const epoch = Date.UTC(2024, 3, 15)

const request = complete({
  tenant: 'replay',
  id: '1',
  latencyBudgetMs: budgetMs,
  messages: [{ role: 'user', text: 'What the endpoints were asked.' }],
})

/** One request on its way. */
interface Chain {
  readonly at: number
  readonly order: readonly string[]
  readonly router: Router
  attempts: number
}

/** What one router has read. */
interface Router {
  readonly number: number
  readonly table: LatencyTable
  readonly underWay: UnderWay
}

/** As the statistics service: a key is published at once, and then at most so often. */
const publishEveryMs = 1_000
/** The second router reads everything so much later than the first, the third twice that. */
const lagMs = 300
const refused: Behaviour = { ms: 300, outcome: 'rateLimited' }
const nothing: ReadonlyMap<string, UnderWayMs> = new Map()
const gone: Behaviour = { ms: 0, outcome: 'failed' }

type Happening =
  | { readonly kind: 'arrival'; readonly number: number }
  | { readonly kind: 'end'; readonly chain: Chain; readonly call: Call }
  | { readonly kind: 'publish'; readonly key: string }
  | { readonly kind: 'read'; readonly router: Router; readonly key: string; readonly stats: LatencyStats }

interface Call {
  readonly name: string
  readonly target: string
  readonly ms: number
  readonly outcome: LatencySample['outcome']
  readonly headroom: Headroom | null
  readonly retryAfterMs: number | null
}

class Arena {
  readonly #options: ArenaOptions
  readonly #catalogue: Catalogue
  readonly #policies = new Map<string, { readonly policy: Policy; readonly catalogue: Catalogue }>()
  readonly #routers: readonly Router[]
  readonly #stats = new Map<string, LatencyStats>()
  /** Keys that wait to be published again, and whether there is something new. */
  readonly #held = new Map<string, boolean>()
  readonly #limits: Limits
  readonly #isBlind: boolean
  #calls = 0
  readonly #queue = new Queue<Happening>()
  readonly ended: Ended[] = []

  constructor(options: ArenaOptions) {
    this.#options = options
    this.#isBlind = options.endedOnly ?? false
    this.#catalogue = this.#catalogueOf([...options.endpoints.keys()])
    this.#limits = new Limits(options.limits ?? new Map(), options.limitsAreTold ?? true)
    this.#routers = Array.from({ length: options.routers ?? 1 }, (_, number) => ({
      number,
      table: emptyTable(),
      underWay: new UnderWay(),
    }))
    for (const [number, at] of options.arrivals.entries()) this.#queue.put(at, { kind: 'arrival', number })
  }

  run(): readonly Ended[] {
    for (let next = this.#queue.take(); next !== undefined; next = this.#queue.take()) {
      const { at, item } = next
      if (item.kind === 'arrival') this.#decide(at, item.number)
      else if (item.kind === 'publish') this.#publishAgain(at, item.key)
      else if (item.kind === 'read') foldStats(item.router.table, item.key, item.stats)
      else this.#end(at, item.chain, item.call)
    }
    return this.ended
  }

  #catalogueOf(ids: readonly string[]): Catalogue {
    return catalogueOf(ids.map((id) => targetOf(id, this.#options.prices?.get(id) ?? 1)))
  }

  /** The policy of the endpoints that are offered now. */
  #policy(at: number): { readonly policy: Policy; readonly catalogue: Catalogue } | undefined {
    const { endpoints, exploration } = this.#options
    const ids = [...endpoints].flatMap(([id, endpoint]) => (endpoint(at) === null ? [] : [id]))
    if (ids.length === 0) return undefined
    const key = ids.join(' ')
    const known = this.#policies.get(key)
    if (known !== undefined) return known
    const catalogue = this.#catalogueOf(ids)
    const made = { policy: policyFor(ids, catalogue, exploration), catalogue }
    this.#policies.set(key, made)
    return made
  }

  #decide(at: number, number: number): void {
    const made = this.#policy(at)
    if (made === undefined) return
    const now = epoch + at
    const router = this.#routers[number % this.#routers.length]
    if (router === undefined) return
    const { table, underWay } = router
    const outcome = decide({
      request,
      hash: createHash('sha256').update(`${number}`).digest('hex'),
      requestBytes: 300,
      deadline: now + budgetMs,
      snapshot: snapshotAt(table, now, this.#catalogue, nothingLearned, this.#isBlind ? nothing : underWay.at(now)),
      ...made,
      now,
      k: 0,
      schemaSupport: {},
      clock: () => 0,
      rules: this.#options.rules ?? allRules,
    })
    const order = outcome.kind === 'rejected' ? [] : [outcome.target, ...outcome.backups].map(({ id }) => id)
    const chain = { at, order, router, attempts: 0 }
    if (order.length === 0) this.#over(at, chain, false)
    else this.#call(at, chain)
  }

  #call(at: number, chain: Chain): void {
    const target = chain.order[chain.attempts] ?? ''
    const limit = this.#limits.call(target, epoch + at)
    const behaviour = limit.isRefused ? refused : (this.#options.endpoints.get(target)?.(at) ?? gone)
    const left = chain.at + budgetMs - at
    const isLate = behaviour.ms > left
    const call: Call = {
      name: `${this.#calls++}`,
      target,
      ms: Math.min(behaviour.ms, left),
      outcome: isLate ? 'timedOut' : behaviour.outcome,
      headroom: limit.headroom,
      retryAfterMs: limit.retryAfterMs,
    }
    chain.attempts += 1
    const until = epoch + chain.at + budgetMs
    chain.router.underWay.begin({ claim: call.name, target, sizeClass: 'short', at: epoch + at, until, partition: 0 })
    this.#queue.put(at + call.ms, { kind: 'end', chain, call })
  }

  #end(at: number, chain: Chain, call: Call): void {
    chain.router.underWay.end(call.name)
    this.#learn(at, call)
    const isAnswered = call.outcome === 'ok'
    const mayGoOn = chain.attempts < Math.min(attemptsMax, chain.order.length) && at < chain.at + budgetMs
    if (!isAnswered && mayGoOn) this.#call(at, chain)
    else this.#over(at, chain, isAnswered)
  }

  #over(at: number, { at: since, order, attempts, router }: Chain, isAnswered: boolean): void {
    const chosen = order[0] ?? ''
    this.ended.push({ at: since, ms: at - since, attempts, isAnswered, chosen, router: router.number })
  }

  #learn(at: number, { target, ms, outcome, headroom, retryAfterMs }: Call): void {
    const scope = outcome === 'rateLimited' ? 'model' : this.#options.failureScope
    const sample: LatencySample = {
      target,
      sizeClass: 'short',
      shard: 0,
      endedAt: epoch + at,
      appendedAt: epoch + at,
      totalMs: ms,
      callMs: ms,
      outcome,
      limitMs: budgetMs,
      coolDown: outcome === 'ok' || outcome === 'timedOut' ? null : { scope, retryAfterMs },
      headroom,
    }
    const key = statsKey(sample)
    const stats = record(this.#stats.get(key) ?? emptyStats(sample), sample)
    this.#stats.set(key, stats)
    if (this.#held.has(key)) this.#held.set(key, true)
    else this.#publish(at, key)
  }

  /** To every router. */
  #publish(at: number, key: string): void {
    const stats = this.#stats.get(key)
    if (stats === undefined) return
    for (const router of this.#routers)
      this.#queue.put(at + router.number * lagMs, { kind: 'read', router, key, stats })
    this.#held.set(key, false)
    this.#queue.put(at + publishEveryMs, { kind: 'publish', key })
  }

  #publishAgain(at: number, key: string): void {
    if (this.#held.get(key) === true) this.#publish(at, key)
    else this.#held.delete(key)
  }
}

/** What became of every request. */
export const runArena = (options: ArenaOptions): readonly Ended[] => new Arena(options).run()
