// Asks what all routers hold together whether a tenant's hard limit has room for a request, before it is stepped. What was
// said enters the step as data.
import { seenIn } from '@waybill/routing/budget/spend-table'
import { periodOf } from '@waybill/routing/budget/window'
import { decide } from '@waybill/routing/decide'
import { deadlineOf } from '@waybill/routing/plan'
import type { Budget, Policy } from '@waybill/routing/policy/policy'
import { termsFor } from '@waybill/routing/policy/policy'
import type { Clock } from '@waybill/runtime/clock'
import type { Reservations } from '@waybill/runtime/reservations'
import type { Arrival } from '@waybill/runtime/task/stage'
import { amountOf } from './reducer/budget.ts'
import type { PreparedRequest, Tables } from './reducer/prepared.ts'

/** A request is stepped within this, or what was held for it is free. */
const lifeMs = 30_000
/** So long after its transaction, every router has read what was told of it. */
const heardMs = 500

interface HoldingOptions {
  readonly reservations: Reservations
  readonly clock: Clock
  readonly policy: () => Policy
  /** Asked only where a tenant has a hard limit. */
  readonly tables: () => Tables
}

interface Hold {
  readonly accounts: readonly string[]
  readonly refused: Budget['window'] | null
  readonly isAnswered: boolean
}

export class Holding {
  readonly #options: HoldingOptions
  readonly #held = new Map<string, readonly string[]>()

  constructor(options: HoldingOptions) {
    this.#options = options
  }

  /** The request and what was said of it; itself, at once, where its tenant has no hard limit. */
  ask(prepared: PreparedRequest, arrival: Arrival): PreparedRequest | Promise<PreparedRequest> {
    const { request, hash, problem, home } = prepared
    if (hash === null || problem !== null || home !== arrival.partition) return prepared
    const { policy, tables } = this.#options
    const budgets = termsFor(policy(), request.tenant).budgets.filter(({ hardMicroUsd }) => hardMicroUsd !== null)
    return budgets.length === 0 ? prepared : this.#hold(prepared, arrival, tables(), budgets)
  }

  async #hold(
    prepared: PreparedRequest,
    arrival: Arrival,
    tables: Tables,
    budgets: readonly Budget[],
  ): Promise<PreparedRequest> {
    const amount = boundOf(prepared, arrival, tables, this.#options.clock.now())
    if (amount === null) return prepared
    const holder = `${arrival.topic}/${arrival.partition}/${arrival.offset}`
    const { accounts, refused, isAnswered } = await this.#holdAll(holder, prepared, tables, budgets, amount)
    this.#held.set(holder, accounts)
    if (refused === null && isAnswered) return { ...prepared, grant: { kind: 'granted' } }
    void this.#free(holder)
    return refused === null ? prepared : { ...prepared, grant: { kind: 'refused', window: refused } }
  }

  /** Every window has to have room. */
  async #holdAll(
    holder: string,
    { request: { tenant } }: PreparedRequest,
    { spend }: Tables,
    budgets: readonly Budget[],
    amount: number,
  ): Promise<Hold> {
    const { reservations, clock } = this.#options
    const accounts: string[] = []
    for (const { window, hardMicroUsd } of budgets) {
      const { startsAt } = periodOf(window, clock.now())
      const account = `${window}/${startsAt}/${tenant}`
      const { all: used } = seenIn(spend, { tenant, window, startsAt }, 0)
      const limit = (hardMicroUsd ?? 0) * 1_000
      const granted = await reservations.reserve({ account, holder, amount, limit, used, lifeMs })
      if (granted !== true) return { accounts, refused: granted === null ? null : window, isAnswered: granted !== null }
      accounts.push(account)
    }
    return { accounts, refused: null, isAnswered: true }
  }

  /** Its transaction is committed: the log tells of it from now on, and a little later everybody has heard. */
  release(holder: string): void {
    this.#options.clock.schedule(heardMs, () => void this.#free(holder))
  }

  /** A partition has moved: whoever owns it now asks for its requests, and what is held here ends by itself. */
  lost(partition: number): void {
    for (const holder of this.#held.keys()) if (holder.split('/')[1] === `${partition}`) this.#held.delete(holder)
  }

  async #free(holder: string): Promise<void> {
    const accounts = this.#held.get(holder) ?? []
    this.#held.delete(holder)
    for (const account of accounts) await this.#options.reservations.release(account, holder)
  }
}

/** The most that it can cost as things are now; null where nothing can serve it. */
function boundOf(
  { request, hash }: PreparedRequest,
  { timestamp, bytes }: Arrival,
  { snapshot, policy, catalogue, clock, settings, schemaSupport }: Tables,
  now: number,
): number | null {
  const outcome = decide({
    request,
    hash: hash ?? '',
    requestBytes: bytes?.length ?? 0,
    deadline: deadlineOf(timestamp, request.latencyBudgetMs, settings),
    snapshot,
    policy,
    catalogue,
    now,
    k: 0,
    schemaSupport: schemaSupport(request),
    clock,
    budgetMs: settings.decisionBudgetMs,
  })
  return outcome.kind === 'routed' ? amountOf(outcome) : null
}
