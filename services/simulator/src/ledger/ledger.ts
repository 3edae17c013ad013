// Every call and what it would bill: what a router says it spent is held against this.
import type { LedgerFile } from './file.ts'
import { noFile, openFile, rowsIn } from './file.ts'
import type { Outcome, Row } from './row.ts'
import type { Totals } from './totals.ts'
import { addRow, moveOutcome, noTotals } from './totals.ts'

export interface Page {
  readonly rows: readonly Row[]
  /** What to ask for next; the same as asked for where there is no more yet. */
  readonly after: number
  readonly more: boolean
  /** Rows that are no longer kept; the summary has them still. */
  readonly dropped: number
}

export interface Ledger {
  /** The number of the call that comes next. */
  readonly next: () => number
  /** To be done before the call is answered. */
  readonly open: (call: Omit<Row, 'sequence' | 'outcome'>) => number
  readonly end: (sequence: number, outcome: Outcome) => void
  readonly page: (after: number, limit: number) => Page
  readonly summary: () => Totals & { readonly dropped: number }
  readonly clear: () => void
  readonly close: () => void
}

export function openLedger(limit: number, path: string | null): Ledger {
  let rows: Row[] = []
  let totals = noTotals()
  let [last, dropped] = [0, 0]
  for (const row of path === null ? [] : rowsIn(path)) {
    rows.push(row)
    addRow(totals, row)
    last = row.sequence
  }
  const file: LedgerFile = path === null ? noFile : openFile(path)
  const indexOf = (sequence: number): number => (rows[0] === undefined ? 0 : sequence - rows[0].sequence)

  /** In bulk, since each time moves all the others. */
  function trim(): void {
    if (rows.length <= limit + limit / 10) return
    dropped += rows.length - limit
    rows = rows.slice(rows.length - limit)
  }

  return {
    next: () => last + 1,
    open: (call) => {
      const row: Row = { sequence: ++last, ...call, outcome: 'inFlight' }
      file.write(row)
      rows.push(row)
      addRow(totals, row)
      trim()
      return row.sequence
    },
    end: (sequence, outcome) => {
      const index = indexOf(sequence)
      const row = rows[index]
      file.write({ sequence, outcome })
      moveOutcome(totals, 'inFlight', outcome)
      if (row !== undefined) rows[index] = { ...row, outcome }
    },
    page: (after, count) => {
      const start = Math.max(0, indexOf(after + 1))
      const page = rows.slice(start, start + count)
      return { rows: page, after: page.at(-1)?.sequence ?? after, more: start + count < rows.length, dropped }
    },
    summary: () => ({ ...totals, dropped }),
    clear: () => {
      rows = []
      totals = noTotals()
      dropped = 0
      file.clear()
    },
    close: file.close,
  }
}
