import { dimensions } from '@waybill/routing/savings/ledger'
import type { Line, Statement } from './statement.ts'
import { partsOf } from './report-page.ts'

/** A spreadsheet takes a text that starts like this for a formula. */
const isFormula = /^[=+\-@\t\r]/u

/** @param text a name that callers have chosen */
function cell(text: string): string {
  const harmless = isFormula.test(text) ? `'${text}` : text
  return /[",\r\n]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

const columns = [
  'dimension',
  'name',
  'calls',
  'paid',
  'free',
  'unknown',
  'duplicates',
  'without_baseline',
  'spent_pico_usd',
  'unknown_at_most_pico_usd',
  'would_have_cost_pico_usd',
  'saved_at_least_pico_usd',
  'saved_at_most_pico_usd',
]

const row = (dimension: string, line: Line): string =>
  [
    dimension,
    cell(line.name),
    line.calls,
    line.paid,
    line.free,
    line.unknown,
    line.duplicates,
    line.withoutBaseline,
    line.spentPicoUsd,
    line.unknownAtMostPicoUsd,
    line.wouldHaveCostPicoUsd,
    line.savedAtLeastPicoUsd,
    line.savedAtMostPicoUsd,
    ...partsOf(line).map(([, amount]) => amount),
    '',
  ].join(',')

/** Rows of what is only counted: why, and how often. */
function countRows({ decisionKinds, defaultRoutes, rejections, alarms }: Statement, width: number): readonly string[] {
  const empty = ','.repeat(width - 2)
  const rows = [
    ['decision', decisionKinds],
    ['default route', defaultRoutes],
    ['rejected', rejections],
  ] as const
  return [
    ...rows.flatMap(([kind, counts]) => counts.map(({ name, count }) => `${kind},${cell(name)}${empty},${count}`)),
    ...alarms.map(({ kind, text, calls }) => `${kind},${cell(text)}${empty},${calls}`),
  ]
}

/** One row a group, amounts exact; then one for each thing that is only counted, in the last column. */
export function reportCsv(statement: Statement): string {
  const { total, by } = statement
  const head = [...columns, ...partsOf(total).map(([name]) => `${name}_pico_usd`), 'count']
  const rows = dimensions.flatMap((dimension) => by[dimension].map((line) => row(dimension, line)))
  return [head.join(','), row('all', total), ...rows, ...countRows(statement, head.length - 1)].join('\n')
}
