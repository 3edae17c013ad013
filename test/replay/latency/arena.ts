// Requests in virtual time against endpoints that take as long as somebody measured: the real decision, the real rolling
// statistics, and what a worker and the normaliser do with an attempt that fails.
import { createHash } from 'node:crypto'
import type { Headroom } from '@waybill/schemas/generated/headroom'
import { complete } from '@waybill/client/complete'
import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import { catalogueOf } from '@waybill/routing/catalogue/catalogue'
import { priorsOf, sinceLaunch, unlimited, usd } from '@waybill/routing/catalogue/declared'
import type { CatalogueTarget } from '@waybill/routing/catalogue/target'
import { decide } from '@waybill/routing/decide'
import { nothingLearned } from '@waybill/routing/estimate/learned'
import type { LatencySample } from '@waybill/routing/latency/stats'
import { emptyStats, record, statsKey } from '@waybill/routing/latency/stats'
import { emptyTable, foldStats, snapshotAt } from '@waybill/routing/latency/table'
import { UnderWay } from '@waybill/routing/latency/under-way'
import type { Policy } from '@waybill/routing/policy/policy'
import { parsePolicy } from '@waybill/routing/policy/parse'
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import { Queue } from '../queue.ts'
import type { Limit } from './limit.ts'

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
  /** Of endpoints that take only so many calls. */
  readonly limits?: ReadonlyMap<string, Limit>
}

export interface Ended {
  readonly at: number
  readonly ms: number
  readonly attempts: number
  readonly isAnswered: boolean
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

/** All cost the same, so that only latency decides. */
const targetOf = (id: string): CatalogueTarget => ({
  id,
  provider: id.split('/')[0] ?? id,
  account: 'default',
  api: 'chatCompletions',
  model: id,
  pinned: true,
  alias: null,
  serviceTier: null,
  regions: [],
  retention: '30d',
  prices: sinceLaunch(usd(1, 1, 1, 1)),
  contextTokens: 4_096,
  maxOutputTokens: 4_096,
  capabilities: {
    tools: false,
    parallelTools: false,
    singleTool: false,
    forcedTool: false,
    jsonSchema: 'none',
    schemaWithTools: false,
    images: false,
    sampling: [],
    efforts: [],
    reasoningLimit: false,
    limits: unlimited,
  },
  retiresAt: null,
  source: 'measured',
  checkedOn: '2024-05-03',
  priors: {
    ...priorsOf('replay', { firstTokenMs: 1_000, tokensPerSecond: 60, outputTokens: 100 }),
    inputRatio: 1,
    inputRatioUpper: 1,
  },
})

function policyFor(ids: readonly string[], exploration: number): Policy {
  const file = {
    version: 'replay',
    tiers: { all: ids },
    otherClasses: 'all',
    defaultRoute: ids.slice(0, 1),
    baseline: { model: ids[0], since: '2024-04-15' },
    exploration: { share: exploration, costFactor: 100 },
    statistics: { freshMs: 60_000, minSamples: 3 },
    maxOutputTokens: 100,
  }
  const parsed = parsePolicy(JSON.stringify(file), catalogueOf(ids.map(targetOf)))
  if ('policy' in parsed) return parsed.policy
  throw new Error(parsed.problems.map(({ path, problem }) => `${path}: ${problem}`).join('; '))
}

/** One request on its way. */
interface Chain {
  readonly at: number
  readonly order: readonly string[]
  attempts: number
}

const refused: Behaviour = { ms: 300, outcome: 'rateLimited' }
const gone: Behaviour = { ms: 0, outcome: 'failed' }

type Happening =
  | { readonly kind: 'arrival'; readonly number: number }
  | { readonly kind: 'end'; readonly chain: Chain; readonly call: Call }

interface Call {
  readonly name: string
  readonly target: string
  readonly ms: number
  readonly outcome: LatencySample['outcome']
  readonly headroom: Headroom | null
}

class Arena {
  readonly #options: ArenaOptions
  readonly #catalogue: Catalogue
  readonly #policies = new Map<string, { readonly policy: Policy; readonly catalogue: Catalogue }>()
  readonly #table = emptyTable()
  readonly #stats = new Map<string, LatencyStats>()
  readonly #underWay = new UnderWay()
  #calls = 0
  readonly #queue = new Queue<Happening>()
  readonly ended: Ended[] = []

  constructor(options: ArenaOptions) {
    this.#options = options
    this.#catalogue = catalogueOf([...options.endpoints.keys()].map(targetOf))
    for (const [number, at] of options.arrivals.entries()) this.#queue.put(at, { kind: 'arrival', number })
  }

  run(): readonly Ended[] {
    for (let next = this.#queue.take(); next !== undefined; next = this.#queue.take()) {
      const { at, item } = next
      if (item.kind === 'arrival') this.#decide(at, item.number)
      else this.#end(at, item.chain, item.call)
    }
    return this.ended
  }

  /** The policy of the endpoints that are offered now. */
  #policy(at: number): { readonly policy: Policy; readonly catalogue: Catalogue } | undefined {
    const { endpoints, exploration } = this.#options
    const ids = [...endpoints].flatMap(([id, endpoint]) => (endpoint(at) === null ? [] : [id]))
    if (ids.length === 0) return undefined
    const key = ids.join(' ')
    const known = this.#policies.get(key)
    if (known !== undefined) return known
    const made = { policy: policyFor(ids, exploration), catalogue: catalogueOf(ids.map(targetOf)) }
    this.#policies.set(key, made)
    return made
  }

  #decide(at: number, number: number): void {
    const made = this.#policy(at)
    if (made === undefined) return
    const now = epoch + at
    const outcome = decide({
      request,
      hash: createHash('sha256').update(`${number}`).digest('hex'),
      requestBytes: 300,
      deadline: now + budgetMs,
      snapshot: snapshotAt(this.#table, now, this.#catalogue, nothingLearned, this.#underWay.at(now)),
      ...made,
      now,
      k: 0,
      schemaSupport: {},
      clock: () => 0,
    })
    if (outcome.kind === 'rejected') this.ended.push({ at, ms: 0, attempts: 0, isAnswered: false })
    else this.#call(at, { at, order: [outcome.target, ...outcome.backups].map(({ id }) => id), attempts: 0 })
  }

  #call(at: number, chain: Chain): void {
    const target = chain.order[chain.attempts] ?? ''
    const limit = this.#options.limits?.get(target)
    const behaviour = limit?.take(at) === false ? refused : (this.#options.endpoints.get(target)?.(at) ?? gone)
    const left = chain.at + budgetMs - at
    const isLate = behaviour.ms > left
    const call: Call = {
      name: `${this.#calls++}`,
      target,
      ms: Math.min(behaviour.ms, left),
      outcome: isLate ? 'timedOut' : behaviour.outcome,
      headroom: limit?.headroom ?? null,
    }
    chain.attempts += 1
    const until = epoch + chain.at + budgetMs
    this.#underWay.begin({ claim: call.name, target, sizeClass: 'short', at: epoch + at, until, partition: 0 })
    this.#queue.put(at + call.ms, { kind: 'end', chain, call })
  }

  #end(at: number, chain: Chain, call: Call): void {
    this.#underWay.end(call.name)
    this.#learn(at, call)
    const isAnswered = call.outcome === 'ok'
    const mayGoOn = chain.attempts < Math.min(attemptsMax, chain.order.length) && at < chain.at + budgetMs
    if (!isAnswered && mayGoOn) this.#call(at, chain)
    else this.ended.push({ at: chain.at, ms: at - chain.at, attempts: chain.attempts, isAnswered })
  }

  #learn(at: number, { target, ms, outcome, headroom }: Call): void {
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
      coolDown: outcome === 'ok' || outcome === 'timedOut' ? null : { scope, retryAfterMs: null },
      headroom,
    }
    const key = statsKey(sample)
    const stats = record(this.#stats.get(key) ?? emptyStats(sample), sample)
    this.#stats.set(key, stats)
    foldStats(this.#table, key, stats)
  }
}

/** What became of every request. */
export const runArena = (options: ArenaOptions): readonly Ended[] => new Arena(options).run()
