import { styleText } from 'node:util'
import { partLabels, partsOf } from '../money/report-page.ts'
import type { Line } from '../money/statement.ts'
import type { Account } from './account.ts'

const dollars = (usd: number): string => {
  const size = Math.abs(usd)
  return `${usd < 0 ? '-' : ''}$${size.toFixed(size < 0.1 ? 6 : 4)}`
}
const label = (text: string): string => text.padEnd(26)

function shares(counts: Readonly<Record<string, number>>): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return Object.entries(counts)
    .toSorted(([, one], [, other]) => other - one)
    .map(([name, count]) => `${name} ${Math.round((100 * count) / Math.max(1, total))} %`)
    .join(', ')
}

const wrong = (text: string, count: number): string => styleText(count === 0 ? 'green' : 'red', text)

/** The signed parts of what was saved, as the report names them. */
const partLines = (money: Line): readonly string[] =>
  partsOf(money).flatMap(([name, picoUsd]) =>
    picoUsd === '0' ? [] : [`${label('')}${dollars(Number(picoUsd) / 1e12).padStart(10)}  ${partLabels[name]}`],
  )

const unknownLines = ({ unknown, unknownAtMostPicoUsd }: Line): readonly string[] =>
  unknown === 0
    ? []
    : [`${label('  unknown outcomes')}${unknown}, at most ${dollars(Number(unknownAtMostPicoUsd) / 1e12)} more`]

const reasonsOf = ({ reasons }: Account): string => {
  const told = Object.entries(reasons).map(([reason, count]) => `${reason} ${count}`)
  return told.length === 0 ? '' : ` (${told.join(', ')})`
}

/** The page that a person reads at the end of a run. */
export function pageOf(account: Account, log: 'kafka' | 'memory', next: readonly string[]): string {
  const { requests, completed, truncated, refused, rejected, failed, lost, doubled, calls, doubleBilled } = account
  const { duplicates, backups, addedMs, costUsd, baselineUsd, savedPercent, money, unaccounted } = account
  const lines = [
    styleText('bold', `What the topics and the providers' own ledger say (log: ${log})`),
    '',
    `${label('Requests')}${requests}`,
    `${label('  completed')}${completed}`,
    `${label('  truncated')}${truncated}`,
    `${label('  refused')}${refused}`,
    `${label('  rejected')}${rejected}`,
    `${label('  failed')}${failed}${reasonsOf(account)}`,
    wrong(`${label('Lost, doubled')}${lost}, ${doubled}`, lost + doubled),
    '',
    `${label('Provider calls')}${calls}, of them ${backups} by backups`,
    wrong(`${label('Billed twice')}${doubleBilled}`, doubleBilled),
    wrong(`${label('Billed, not accounted for')}${unaccounted}`, unaccounted),
    `${label('Duplicates caught')}${duplicates}`,
    `${label('Share by provider')}${shares(account.byProvider)}`,
    `${label('Share by tier')}${shares(account.byTier)}`,
    '',
    `${label('Added latency')}p50 ${addedMs.p50} ms, p95 ${addedMs.p95} ms, p99 ${addedMs.p99} ms`,
    '',
    `${label('Spent')}${dollars(costUsd)}`,
    ...unknownLines(money),
    `${label('Otherwise')}${dollars(baselineUsd)}, answers at their baseline: ${shares(account.byBaseline)}`,
    `${label('Saved')}${savedPercent.toFixed(1)} %, as waybill report counts it:`,
    ...partLines(money),
    '',
    ...next,
  ]
  return `${lines.join('\n')}\n`
}
