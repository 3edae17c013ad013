// Sums over all calls, kept as they come: rows may be dropped, their sums may not.
import type { Outcome, Row, RowTokens } from './row.ts'
import { noTokens } from './row.ts'

export interface Tally {
  calls: number
  billed: number
  costPicoUsd: number
}

export interface Totals extends Tally {
  tokens: RowTokens
  readonly byProvider: Record<string, Tally>
  readonly byModel: Record<string, Tally>
  readonly byStatus: Record<string, number>
  readonly byFault: Record<string, number>
  readonly byOutcome: Partial<Record<Outcome, number>>
}

const empty = (): Tally => ({ calls: 0, billed: 0, costPicoUsd: 0 })

export const noTotals = (): Totals => ({
  ...empty(),
  tokens: noTokens,
  byProvider: {},
  byModel: {},
  byStatus: {},
  byFault: {},
  byOutcome: {},
})

export function addRow(totals: Totals, row: Row): void {
  const tallies = [totals, (totals.byProvider[row.provider] ??= empty()), (totals.byModel[row.model] ??= empty())]
  for (const tally of tallies) {
    tally.calls++
    tally.billed += row.billed ? 1 : 0
    tally.costPicoUsd += row.costPicoUsd
  }
  totals.tokens = plus(totals.tokens, row.tokens)
  count(totals.byStatus, String(row.status ?? 'none'))
  if (row.fault !== null) count(totals.byFault, row.fault)
  totals.byOutcome[row.outcome] = (totals.byOutcome[row.outcome] ?? 0) + 1
}

export function moveOutcome(totals: Totals, from: Outcome, to: Outcome): void {
  totals.byOutcome[from] = (totals.byOutcome[from] ?? 1) - 1
  totals.byOutcome[to] = (totals.byOutcome[to] ?? 0) + 1
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}

const plus = (one: RowTokens, other: RowTokens): RowTokens => ({
  input: one.input + other.input,
  cachedInput: one.cachedInput + other.cachedInput,
  cacheWrite: one.cacheWrite + other.cacheWrite,
  output: one.output + other.output,
  reasoning: one.reasoning + other.reasoning,
})
