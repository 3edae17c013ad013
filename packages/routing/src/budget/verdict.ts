// Whether a budget has room for a chain. All amounts are whole 10^-9 dollars.
import type { Budget } from '../policy/policy.ts'
import type { Seen } from './spend-table.ts'
import type { BudgetWindow, Period } from './window.ts'
import { hourText } from './window.ts'

/** How one window of a tenant stands, as one partition knows it. */
export interface Standing {
  readonly budget: Budget
  readonly period: Period
  /** What all partitions have told. */
  readonly seen: Seen
  /** What this one's chains have used, told or not. */
  readonly ownNanoUsd: number
}

export interface OverBudget {
  readonly reason: 'budget_exceeded'
  readonly detail: string
}

/** What is used for certain: what all have told, and what this partition has not told yet. */
const usedOf = ({ seen, ownNanoUsd }: Standing): number => seen.all - seen.own + ownNanoUsd

/** What all routers together have said of a request, before it was decided. */
export type Grant =
  /** What is left was held for it, and nobody else can have it. */
  { readonly kind: 'granted' } | { readonly kind: 'refused'; readonly window: BudgetWindow }

/**
 * What this partition may still promise. Without a grant, others may promise at the same moment and nobody hears of it
 * at once: so each takes at most its share of what is left by all that was told, less what it has not told yet.
 */
function roomOf(standing: Standing, partitions: number, grant: Grant | null): number {
  const { budget, seen, ownNanoUsd } = standing
  if (budget.hardMicroUsd === null) return Infinity
  const limit = budget.hardMicroUsd * 1_000
  if (grant?.kind === 'refused' && grant.window === budget.window) return -1
  if (grant?.kind === 'granted') return limit - usedOf(standing)
  return Math.floor((limit - seen.all) / partitions) - Math.max(0, ownNanoUsd - seen.own)
}

const dollars = (nanoUsd: number): string => `$${(nanoUsd / 1e9).toFixed(6)}`

function remarkOf(grant: Grant | null, partitions: number): string {
  if (grant?.kind === 'refused') return ', others hold more at this moment'
  return grant === null && partitions > 1 ? `, without Redis one request gets at most 1/${partitions} of the rest` : ''
}

export interface Wanted {
  readonly tenant: string
  /** The most that an answer can cost. */
  readonly nanoUsd: number
  readonly partitions: number
  /** null where nobody has answered, or nobody was asked. */
  readonly grant: Grant | null
}

/** The rule and when it resets; null where there is room. */
export function overHardLimit(standings: readonly Standing[], wanted: Wanted): OverBudget | null {
  const { tenant, nanoUsd, partitions, grant } = wanted
  const over = standings.find((standing) => nanoUsd > roomOf(standing, partitions, grant))
  if (over === undefined) return null
  const { budget, period } = over
  const limit = dollars((budget.hardMicroUsd ?? 0) * 1_000)
  const used = `${dollars(usedOf(over))} is spent or reserved${remarkOf(grant, partitions)}`
  const detail = `budgets.${budget.window}.hardMicroUsd: ${tenant} may spend ${limit} this ${budget.window}; ${used}, and this request may cost ${dollars(nanoUsd)}. It resets at ${hourText(period.endsAt)}.`
  return { reason: 'budget_exceeded', detail }
}

/** The first window whose soft limit a chain of this amount goes beyond. */
export function overSoftLimit(standings: readonly Standing[], nanoUsd: number): Standing | null {
  const isOver = (standing: Standing): boolean =>
    standing.budget.softMicroUsd !== null && usedOf(standing) + nanoUsd > standing.budget.softMicroUsd * 1_000
  return standings.find(isOver) ?? null
}
