// What two other policies would have done with the requests of a run, from the log that it has made.
import { join } from 'node:path'
import { Backtest } from '@waybill/routing/backtest/backtest'
import type { BacktestResult, Estimate } from '@waybill/routing/backtest/result'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import { readPolicy } from '../policy/policy-file.ts'
import { counted, heading } from '../terminal.ts'
import type { Account, Evidence } from './account.ts'

/** What `waybill backtest FILE --json` says, and which of the two it is. */
export interface Proof extends BacktestResult {
  readonly name: string
  readonly policy: string
}

const root = join(import.meta.dirname, '../../../..')
const others = ['cheaper', 'safer']

export function proofsOf({ decisions, costs }: Evidence): readonly Proof[] {
  return others.flatMap((name) => {
    const policy = `deploy/policies/${name}.yaml`
    const checked = readPolicy(join(root, policy))
    if ('problems' in checked) return []
    const backtest = new Backtest(checked.policy, catalogue)
    for (const { value } of decisions) backtest.decision(value)
    for (const { value } of costs) backtest.cost(value)
    backtest.settle()
    return [{ name, policy, ...backtest.result() }]
  })
}

const signed = (value: number): string => {
  if (!Number.isFinite(value)) return '?'
  return `${value < 0 ? '-' : '+'}$${Math.abs(value).toFixed(4)}`
}

function costOf(estimate: Estimate | null): string {
  if (estimate === null) return 'nothing can be said of its cost: too few outcomes'
  const { difference, decisions, before, after } = estimate
  const interval = `95 %: ${signed(difference.lower)} to ${signed(difference.upper)}`
  return `$${before.toFixed(4)} → $${after.toFixed(4)}: ${signed(difference.mean)} (${interval}), over ${counted(decisions, 'decision')}`
}

function linesOf({ name, policy, move, newlyRejected, leftOut, costUsd, latencyMs }: Proof): readonly string[] {
  const slower =
    latencyMs === null ? '' : `, ${latencyMs.before.toFixed(0)} → ${latencyMs.after.toFixed(0)} ms a call where known`
  return [
    `${name.padEnd(26)}${costOf(costUsd)}`,
    `${''.padEnd(26)}${move} would move, ${newlyRejected} would be rejected, ${leftOut} left out${slower} (${policy})`,
  ]
}

/** Beside what was spent. */
export function proofPage({ costUsd }: Account, proofs: readonly Proof[]): readonly string[] {
  return [
    heading('The same requests under other policies, from the log that this run has made'),
    '',
    `${'Spent'.padEnd(26)}$${costUsd.toFixed(4)}`,
    ...proofs.flatMap(linesOf),
    'Quality is unknown here: nobody has told whether an answer was good.',
  ]
}
