// Adds up costs: who spent what, what was saved against the baseline, and where. One pass, and memory that does not grow
// with the log.
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Decision } from '@waybill/schemas/generated/decision'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { findTarget } from '../catalogue/catalogue.ts'
import type { Entry, PartName } from './entry.ts'
import { entryOf, isPlausible, partNames } from './entry.ts'
import { SeenCalls } from './seen-calls.ts'
import { Sum } from './sum.ts'

/** What a report is divided by. */
export const dimensions = ['tenant', 'class', 'tier', 'provider', 'model', 'hour'] as const
export type Dimension = (typeof dimensions)[number]

/** The totals of one tenant, class, … or of all. */
export class Account {
  calls = 0
  paid = 0
  free = 0
  unknown = 0
  withoutBaseline = 0
  /** Requests that other work answered. */
  duplicates = 0
  readonly spent = new Sum()
  readonly unknownAtMost = new Sum()
  readonly worth = new Sum()
  readonly parts: Readonly<Record<PartName, Sum>> = {
    routing: new Sum(),
    cache: new Sum(),
    exploration: new Sum(),
    failed: new Sum(),
    unusable: new Sum(),
    redelivered: new Sum(),
    joined: new Sum(),
    replayed: new Sum(),
    failedAgain: new Sum(),
  }

  /** What would have been paid, less what was; calls of unknown outcome left out. */
  get savedAtMost(): bigint {
    return this.worth.picoUsd - this.spent.picoUsd
  }

  /** The same if every call of unknown outcome has cost as much as it can. */
  get savedAtLeast(): bigint {
    return this.savedAtMost - this.unknownAtMost.picoUsd
  }

  book({ kind }: Cost, entry: Entry): void {
    this.calls += 1
    if (kind === 'paid') this.paid += 1
    else if (kind === 'free') this.free += 1
    else this.unknown += 1
    if (entry.lacksBaseline) this.withoutBaseline += 1
    this.spent.add(entry.spent)
    this.unknownAtMost.add(entry.unknownAtMost)
    this.worth.add(entry.worth)
    for (const name of partNames) {
      const amount = entry.parts[name]
      if (amount !== undefined) this.parts[name].add(amount)
    }
  }

  /** A request that would have cost as much as the answer which it was given. */
  duplicate(kind: PartName, picoUsd: number): void {
    this.duplicates += 1
    this.worth.add(picoUsd)
    this.parts[kind].add(picoUsd)
  }

  /** Moves what a choice cost that was made to learn from routing to exploration. */
  explored(extraPicoUsd: number): void {
    this.parts.exploration.add(-extraPicoUsd)
    this.parts.routing.add(extraPicoUsd)
  }
}

/** So many tenants, models, hours are told apart; all further ones are one. */
const mostKeys = 10_000
const furtherOnes = '(further ones)'

/** What was met that a total must not hide. */
export interface Irregular {
  /** Records with amounts that cannot be. */
  implausible: number
  /** Records that were there before. */
  repeated: number
  /** Records that were written long after their call, and were not there lately: perhaps replayed from further back. */
  belated: number
  /** Calls that ended before their request was appended: two clocks disagree. */
  skewed: number
  /** Calls of unknown outcome whose price nobody knew: no bound holds for them. */
  unbounded: number
  /** Paid calls that were billed for more than their request could cost. */
  beyondBound: number
  /** Answers whose cache effects stand under routing, because the catalogue no longer has a price of theirs. */
  unknownPrices: number
  /** Groups beyond what is told apart. */
  folded: number
}

const hourMs = 3_600_000
/** No service is so late by itself. */
const belatedMs = 24 * hourMs

/** The epoch milliseconds at which an hour starts, as text. */
const hourOf = (at: number): string => `${Math.floor(at / hourMs) * hourMs}`

const keysOf = ({ tenant, taskClass, target, at }: Cost): Readonly<Record<Dimension, string>> => ({
  tenant,
  class: taskClass,
  tier: target.tier,
  provider: target.provider,
  model: target.id,
  hour: hourOf(at),
})

const namesOfAll = (): Readonly<Record<Dimension, Map<string, Account>>> => ({
  tenant: new Map(),
  class: new Map(),
  tier: new Map(),
  provider: new Map(),
  model: new Map(),
  hour: new Map(),
})

function countIn(counts: Map<string, number>, key: string): void {
  if (counts.has(key) || counts.size < mostKeys) counts.set(key, (counts.get(key) ?? 0) + 1)
}

const noDuplicates: ReadonlyMap<PartName, number> = new Map()

function bookDuplicates(account: Account, { kind, costPicoUsd }: Cost, met: ReadonlyMap<PartName, number>): void {
  const worth = kind === 'paid' ? (costPicoUsd ?? 0) : 0
  for (const [duplicate, times] of met) for (let time = 0; time < times; time++) account.duplicate(duplicate, worth)
}

export class Ledger {
  readonly total = new Account()
  readonly by = namesOfAll()
  readonly irregular: Irregular = {
    implausible: 0,
    repeated: 0,
    belated: 0,
    skewed: 0,
    unbounded: 0,
    beyondBound: 0,
    unknownPrices: 0,
    folded: 0,
  }
  /** Calls whose answer came from another model than was asked for, by target and served model. */
  readonly drifted = new Map<string, number>()
  /** Answers by what their saving is measured against: the model and the method of the estimate. */
  readonly baselines = new Map<string, number>()
  readonly #catalogue: Catalogue
  readonly #seen = new SeenCalls()

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue
  }

  #accounts(keys: Readonly<Record<Dimension, string>>): readonly Account[] {
    return [this.total, ...dimensions.map((dimension) => this.#account(dimension, keys[dimension]))]
  }

  #account(dimension: Dimension, key: string): Account {
    const accounts = this.by[dimension]
    const known = accounts.get(key)
    if (known !== undefined) return known
    const isFull = accounts.size >= mostKeys && key !== furtherOnes
    if (isFull) {
      this.irregular.folded += 1
      return this.#account(dimension, furtherOnes)
    }
    const account = new Account()
    accounts.set(key, account)
    return account
  }

  /**
   * @param met how often each kind of duplicate was answered with what this call brought
   * @param isCounted false for a call outside the range, which only tells what its duplicates would have cost
   * @param writtenAt when the record was appended, epoch milliseconds
   */
  book(cost: Cost, met: ReadonlyMap<PartName, number> = noDuplicates, isCounted = true, writtenAt = cost.at): void {
    if (!isPlausible(cost)) this.irregular.implausible += 1
    else if (this.#seen.isRepeated(cost)) this.irregular.repeated += 1
    else if (isCounted || met.size > 0) {
      const accounts = this.#accounts(keysOf(cost))
      if (isCounted) this.#count(cost, accounts, writtenAt)
      for (const account of accounts) bookDuplicates(account, cost, met)
    }
  }

  /** A choice that was made to learn was expected to cost this much more, or less, than the best. */
  explore({ tenant, taskClass, tier, target, at }: Decision, extraPicoUsd: number): void {
    const model = target ?? ''
    // A target that this build no longer knows is still named after its provider.
    const provider = findTarget(model, this.#catalogue)?.provider ?? model.split('/', 1)[0] ?? ''
    const keys = { tenant, class: taskClass ?? '', tier: tier ?? '', provider, model, hour: hourOf(at) }
    for (const account of this.#accounts(keys)) account.explored(extraPicoUsd)
  }

  #count(cost: Cost, accounts: readonly Account[], writtenAt: number): void {
    if (writtenAt - cost.at > belatedMs) this.irregular.belated += 1
    const entry = entryOf(cost, this.#catalogue)
    for (const account of accounts) account.book(cost, entry)
    if (entry.lacksPrice) this.irregular.unknownPrices += 1
    this.#note(cost)
    if (entry.worth > 0 && cost.baselineModel !== null && cost.baselineMethod !== null)
      countIn(this.baselines, `${cost.baselineModel} (${cost.baselineMethod})`)
  }

  #note({ at, appendedAt, kind, upperBoundPicoUsd, flags, target, servedModel }: Cost): void {
    if (at < appendedAt) this.irregular.skewed += 1
    if (kind === 'unknown' && upperBoundPicoUsd === null) this.irregular.unbounded += 1
    if (flags.includes('beyondBound')) this.irregular.beyondBound += 1
    if (flags.includes('drifted')) countIn(this.drifted, `${target.id} served as ${servedModel ?? 'unknown'}`)
  }
}
