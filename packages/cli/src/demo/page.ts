import { styleText } from 'node:util'
import type { Account } from './account.ts'

const dollars = (usd: number): string => `$${usd.toFixed(usd < 0.1 ? 6 : 4)}`
const label = (text: string): string => text.padEnd(26)

function shares(counts: Readonly<Record<string, number>>): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return Object.entries(counts)
    .toSorted(([, one], [, other]) => other - one)
    .map(([name, count]) => `${name} ${Math.round((100 * count) / Math.max(1, total))} %`)
    .join(', ')
}

const wrong = (text: string, count: number): string => styleText(count === 0 ? 'green' : 'red', text)

const reasonsOf = ({ reasons }: Account): string => {
  const told = Object.entries(reasons).map(([reason, count]) => `${reason} ${count}`)
  return told.length === 0 ? '' : ` (${told.join(', ')})`
}

/** The page that a person reads at the end of a run. */
export function pageOf(account: Account, log: 'kafka' | 'memory', next: readonly string[]): string {
  const { requests, completed, truncated, refused, rejected, failed, lost, doubled, calls, doubleBilled } = account
  const { duplicates, backups, addedMs, costUsd, baselineUsd, savedPercent, savedByDuplicatesUsd, unaccounted } =
    account
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
    `${label('On the baseline')}${dollars(baselineUsd)}, by ${shares(account.byBaseline)}`,
    `${label('Saved')}${savedPercent} %`,
    `${label('Saved by duplicates')}${dollars(savedByDuplicatesUsd)} more`,
    '',
    ...next,
  ]
  return `${lines.join('\n')}\n`
}
