import { fewestOutcomes } from '@waybill/routing/backtest/backtest'
import type { BacktestResult, Estimate } from '@waybill/routing/backtest/result'
import { counted, heading, oneLine } from '../terminal.ts'

function estimateLine(name: string, estimate: Estimate | null, digits: number, why: string): string {
  if (estimate === null) return `  ${name.padEnd(14)}nothing can be said: ${why}`
  const { before, after, difference, decisions, samples } = estimate
  const figure = (value: number): string => (Number.isFinite(value) ? value.toFixed(digits) : '?')
  const signed = (value: number): string => `${value > 0 ? '+' : ''}${figure(value)}`
  return `  ${name.padEnd(14)}${figure(before)} → ${figure(after)}: ${signed(difference.mean)} (95 %: ${signed(difference.lower)} to ${signed(difference.upper)}), over ${counted(decisions, 'decision')}, by ${counted(samples, 'outcome')} of what moves`
}

const mostMoves = 12

function qualityUnknown({ scores }: BacktestResult): string {
  const how = 'waybill feedback, --outcomes FILE'
  if (scores === 0) return `quality is unknown, nobody has told how good the answers were (${how})`
  return `${counted(scores, 'word')} on quality, and no move has ${fewestOutcomes} of its class on both sides (${how})`
}

/** For a person. */
export function backtestPage(policy: string, result: BacktestResult, seconds: number): string {
  const { decisions, stay, move, newlyServed, newlyRejected, notDecided, assumed, leftOut, moves } = result
  if (decisions === 0) return 'There is no decision in this range.'
  const few = `no move has ${fewestOutcomes} outcomes of its class on both sides`
  return [
    heading(
      `${policy}: ${counted(decisions, 'decision')} decided again, ${Math.round(decisions / Math.max(seconds, 1e-3)).toLocaleString('en-US')} a second`,
    ),
    `  ${stay} stay, ${move} move, ${newlyServed} would be served that were rejected, ${newlyRejected} would be rejected`,
    estimateLine('cost, $', result.costUsd, 4, few),
    estimateLine('latency, ms', result.latencyMs, 0, few),
    estimateLine('quality', result.quality, 3, qualityUnknown(result)),
    '',
    heading('Left out'),
    `  ${leftOut} decisions with fewer than ${fewestOutcomes} outcomes of the target that served or of the one that would: no cost is claimed`,
    `  ${result.latencyLeftOut} decisions of which the same is so of latencies, and ${result.qualityLeftOut} of words on quality`,
    `  ${notDecided} records that no policy decides: duplicates, broken rules, budgets that were used up`,
    `  ${assumed} moves to targets that the log never looked at: that they can do the work is assumed`,
    ...(moves.length === 0 ? [] : ['', heading('What would move')]),
    ...moves
      .slice(0, mostMoves)
      .map(
        ({ taskClass, from, to, decisions: count, samples }) =>
          `${`${count}`.padStart(9)}  ${oneLine(taskClass, 24).padEnd(25)}${from} → ${to} (${counted(samples, 'outcome')})`,
      ),
  ].join('\n')
}
