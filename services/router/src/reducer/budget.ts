// Tenants' budgets: a chain reserves the most that its answer can cost, and settles what it has cost when it has ended.
import { seenIn, usedOf } from '@waybill/routing/budget/spend-table'
import type { Grant, OverBudget, Standing } from '@waybill/routing/budget/verdict'
import { overHardLimit, overSoftLimit } from '@waybill/routing/budget/verdict'
import type { BudgetWindow } from '@waybill/routing/budget/window'
import { budgetWindows, periodOf } from '@waybill/routing/budget/window'
import type { Routed } from '@waybill/routing/decide'
import type { Budget } from '@waybill/routing/policy/policy'
import { termsFor } from '@waybill/routing/policy/policy'
import type { Claim } from '@waybill/schemas/generated/claim'
import type { Spend } from '@waybill/schemas/generated/spend'
import { spend } from '@waybill/schemas/topics'
import type { Turn } from './turn.ts'

/** What a budget says to one chain. */
export interface Allowed {
  readonly over: OverBudget | null
  readonly overSoftLimit: BudgetWindow | null
  /** What it is going to hold, in 10^-9 dollars; 0 where the tenant has no budget. */
  readonly amount: number
  readonly standings: readonly Standing[]
}

const inNano = (picoUsd: number): number => Math.ceil(picoUsd / 1_000)

/** The most that one answer of the target, or of a backup, can cost. */
export function amountOf({ target, backups, candidates }: Routed): number {
  const ids = new Set([target, ...backups].map(({ id }) => id))
  const ceilings = candidates.flatMap((each) => (ids.has(each.target) ? (each.ceilingPicoUsd ?? 0) : []))
  return inNano(Math.max(0, ...ceilings))
}

function standingOf(turn: Turn, tenant: string, budget: Budget): Standing {
  const { partition, tables } = turn.context
  const { window } = budget
  const own = turn.spend(window, tenant)
  // The last owner's clock may have been ahead: a window that has begun does not begin again.
  const period = periodOf(window, Math.max(turn.now, own?.startsAt ?? 0))
  const seen = seenIn(tables.spend, { tenant, window, startsAt: period.startsAt }, partition)
  return { budget, period, seen, ownNanoUsd: own?.startsAt === period.startsAt ? usedOf(own) : 0 }
}

export function judge(turn: Turn, tenant: string, routed: Routed, grant: Grant | null): Allowed {
  const { policy, partitions } = turn.context.tables
  const { budgets } = termsFor(policy, tenant)
  if (budgets.length === 0) return { over: null, overSoftLimit: null, amount: 0, standings: [] }
  const standings = budgets.map((budget) => standingOf(turn, tenant, budget))
  const amount = amountOf(routed)
  const soft = overSoftLimit(standings, amount)
  if (soft !== null)
    turn.effect({ kind: 'softLimit', tenant, window: soft.budget.window, startsAt: soft.period.startsAt })
  const over = overHardLimit(standings, { tenant, nanoUsd: amount, partitions, grant })
  return { over, overSoftLimit: soft?.budget.window ?? null, amount, standings }
}

export function reserve(turn: Turn, tenant: string, { standings, amount }: Allowed): void {
  for (const { budget, period } of standings) {
    const { window } = budget
    const { startsAt } = period
    const own = turn.spend(window, tenant)
    const before = own?.startsAt === startsAt ? own : { settledNanoUsd: 0, reservedNanoUsd: 0 }
    const { settledNanoUsd } = before
    publish(turn, {
      ...named(turn, tenant, window),
      startsAt,
      settledNanoUsd,
      reservedNanoUsd: before.reservedNanoUsd + amount,
    })
  }
}

/** @param picoUsd what the chain has cost; null where nobody knows: then all that it held */
export function settle(turn: Turn, tenant: string, claim: Claim, picoUsd: number | null): void {
  const { reservedNanoUsd: held, startedAt } = claim
  if (held === 0) return
  for (const window of budgetWindows) {
    const own = turn.spend(window, tenant)
    // A window that has ended is nobody's concern any more.
    if (own === null || own.startsAt !== periodOf(window, startedAt).startsAt) continue
    publish(turn, {
      ...own,
      settledNanoUsd: own.settledNanoUsd + (picoUsd === null ? held : inNano(picoUsd)),
      reservedNanoUsd: Math.max(0, own.reservedNanoUsd - held),
    })
  }
}

const named = (turn: Turn, tenant: string, window: BudgetWindow): Pick<Spend, 'tenant' | 'window' | 'partition'> => ({
  tenant,
  window,
  partition: turn.context.partition,
})

/** The state is what this partition goes by, the record what all others do. */
function publish(turn: Turn, value: Spend): void {
  const { window, tenant, partition } = value
  turn.setSpend(value)
  turn.output({ topic: spend, key: `${window}/${partition}/${tenant}`, value })
}
