// A report for a person.
import type { PartName } from '@waybill/routing/savings/entry'
import { dimensions } from '@waybill/routing/savings/ledger'
import { counted, heading, oneLine } from '../terminal.ts'
import { qualityLines } from './feedback-notes.ts'
import type { Count, Line, Statement } from './statement.ts'

/** Dollars to the hundredth of a cent: exact amounts are in --json. */
export function dollars(picoUsd: string): string {
  const amount = BigInt(picoUsd)
  const positive = amount < 0n ? -amount : amount
  const rounded = (positive + 50_000_000n) / 100_000_000n
  const fraction = `${rounded % 10_000n}`.padStart(4, '0')
  return `${amount < 0n && rounded > 0n ? '-' : ''}$${rounded / 10_000n}.${fraction}`
}

export const percent = (value: number | null): string => (value === null ? '' : `${value.toFixed(1)} %`)

export const partLabels: Readonly<Record<PartName, string>> = {
  routing: 'routing: the baseline less what the answers cost',
  cache: "cache effects beyond the baseline's own",
  exploration: 'exploration: choices made to learn',
  failed: 'waste: failed calls that were billed',
  unusable: 'waste: answers that could not be used',
  redelivered: 'duplicates: the same record delivered again',
  joined: 'duplicates: joined work in flight',
  replayed: 'duplicates: answered again from store',
  failedAgain: 'duplicates: retries of what had failed',
}
const partOrder = [
  'routing',
  'cache',
  'exploration',
  'failed',
  'unusable',
  'redelivered',
  'joined',
  'replayed',
  'failedAgain',
] as const

/** What a part is, and of duplicates how many requests there were. */
export function partText(name: PartName, decisionKinds: readonly Count[]): string {
  const count = decisionKinds.find((each) => each.name === name)?.count
  return count === undefined ? partLabels[name] : `${partLabels[name]} (${count.toLocaleString('en-US')})`
}

export const partsOf = (line: Line): readonly (readonly [PartName, string])[] =>
  partOrder.map((name) => [name, line.partsPicoUsd[name]])

const mostRows = 12

function table(title: string, lines: readonly Line[]): readonly string[] {
  if (lines.length === 0) return []
  const shown = title === 'hour' ? lines.slice(-mostRows) : lines.slice(0, mostRows)
  const rows = shown.map((line) =>
    [
      `  ${oneLine(line.name, 32).padEnd(34)}`,
      `${line.calls}`.padStart(9),
      dollars(line.spentPicoUsd).padStart(14),
      dollars(line.wouldHaveCostPicoUsd).padStart(14),
      dollars(line.savedAtMostPicoUsd).padStart(14),
      percent(line.savedPercent).padStart(9),
      `${line.unknown}`.padStart(9),
      `${line.duplicates}`.padStart(11),
    ].join(''),
  )
  const left = lines.length - shown.length
  const head = `  ${`by ${title}`.padEnd(34)}    calls         spent     otherwise         saved        %  unknown duplicates`
  return ['', heading(head), ...rows, ...(left === 0 ? [] : [`  … and ${left} more: see --csv`])]
}

function counts(title: string, list: readonly Count[]): readonly string[] {
  if (list.length === 0) return []
  return [
    '',
    heading(title),
    ...list.slice(0, mostRows).map(({ name, count }) => `${`${count}`.padStart(10)}  ${oneLine(name, 60)}`),
  ]
}

/** What a total must not hide, a line each. */
export function warnings({ irregular, total, unpricedDuplicates, notes }: Statement): readonly string[] {
  const { implausible, repeated, belated, skewed, unbounded, beyondBound, unknownPrices, folded } = irregular
  const told = [
    [implausible, 'cost records have figures that cannot be; they are left out'],
    [repeated, 'cost records were there twice; they are counted once'],
    [belated, 'cost records were written more than a day after their call: if a topic was replayed, they count twice'],
    [skewed, 'calls ended before their request was appended: clocks disagree, and hours may be off'],
    [unbounded, 'calls of unknown outcome had no price that is known: they may have cost more than is said here'],
    [beyondBound, 'calls were billed for more than their request could cost; they are counted as billed: look at them'],
    [
      unknownPrices,
      'answers read from a cache at prices that this build does not know; the effect stands under routing',
    ],
    [folded, 'amounts belong to groups beyond the first 10,000 and stand under "(further ones)"'],
    [total.withoutBaseline, 'answers have no known baseline; they count as neither saved nor lost'],
    [unpricedDuplicates, 'duplicates met work without a paid answer on record; they are worth nothing here'],
  ] as const
  return [
    ...told.filter(([count]) => count > 0).map(([count, text]) => `note: ${count.toLocaleString('en-US')} ${text}.`),
    ...notes,
  ]
}

/** What is not known of the total; nothing where all is. */
export function unknownText({ total }: Statement): readonly string[] {
  if (total.unknown === 0) return []
  const [least, most] = [dollars(total.savedAtLeastPicoUsd), dollars(total.savedAtMostPicoUsd)]
  const calls = `${counted(total.unknown, 'call')} of unknown outcome`
  return [
    `${calls} may have cost up to ${dollars(total.unknownAtMostPicoUsd)} more: saved between ${least} and ${most}`,
  ]
}

function totals(statement: Statement): readonly string[] {
  const { total, decisions, decisionKinds } = statement
  return [
    `  ${counted(total.calls, 'call')} (${total.paid} paid, ${total.free} free, ${total.unknown} unknown), ${counted(decisions, 'decision')}`,
    `  spent ${dollars(total.spentPicoUsd)}, otherwise ${dollars(total.wouldHaveCostPicoUsd)}: saved ${dollars(total.savedAtMostPicoUsd)} ${percent(total.savedPercent)}`,
    ...partsOf(total).map(([name, amount]) => `    ${dollars(amount).padStart(14)}  ${partText(name, decisionKinds)}`),
    ...unknownText(statement).map((text) => `  ${text}`),
  ]
}

/** What a saving is measured against, by name. */
export function otherwiseText({ baselines }: Statement): string {
  const named = baselines
    .slice(0, 3)
    .map(({ name, count }) => `${oneLine(name, 60)} for ${counted(count, 'answer')}`)
    .concat(baselines.length > 3 ? [`${baselines.length - 3} more (--json)`] : [])
  const at = named.length === 0 ? '' : `, ${named.join(', ')}`
  return `Otherwise: what the answers would have cost at the baseline${at}; and what duplicates would have cost here.`
}

/** 2026-11-24 03:00 UTC, to the minute: what a person reads. */
const minuteOf = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`

export const rangeText = ({ from, to }: Statement): string =>
  `from ${from === null ? 'the start' : minuteOf(from)} to ${to === null ? 'now' : minuteOf(to)}`

export function reportPage(statement: Statement): string {
  const { alarms, decisionKinds, defaultRoutes, rejections, by, total, decisions } = statement
  const title = heading(`Report ${rangeText(statement)}`)
  if (total.calls === 0 && decisions === 0)
    return `${title}\n  There is nothing in this range: no decision and no cost record.`
  return [
    title,
    ...totals(statement),
    ...warnings(statement).map((note) => `  ${note}`),
    ...alarms.map(({ kind, text }) => `  ALARM ${kind}: ${oneLine(text, 100)}`),
    ...dimensions.flatMap((dimension) => table(dimension, by[dimension])),
    ...counts('what became of requests', decisionKinds),
    ...counts('why the default route was taken', defaultRoutes),
    ...counts('why requests were rejected', rejections),
    ...qualityLines(statement.models),
    '',
    `Quality is ${statement.quality}.`,
    otherwiseText(statement),
  ].join('\n')
}
