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
  ].join(',')

/** One row a group, amounts exact. */
export function reportCsv({ total, by }: Statement): string {
  const head = [...columns, ...partsOf(total).map(([name]) => `${name}_pico_usd`)].join(',')
  const rows = dimensions.flatMap((dimension) => by[dimension].map((line) => row(dimension, line)))
  return [head, row('all', total), ...rows].join('\n')
}
