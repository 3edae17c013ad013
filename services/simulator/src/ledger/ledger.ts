// Every call and what it would bill: what a router says it spent is held against this.
import type { LedgerFile } from './file.ts'
import { noFile, openFile, rowsIn } from './file.ts'
import type { Outcome, Row } from './row.ts'
import type { Totals } from './totals.ts'
import { addRow, moveOutcome, noTotals } from './totals.ts'

interface Page {
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

interface Book {
  rows: Row[]
  totals: Totals
  /** The number of the newest call, and of the newest that was cleared away. */
  last: number
  cleared: number
  dropped: number
}

export function openLedger(limit: number, path: string | null): Ledger {
  const book = bookOf(path === null ? [] : rowsIn(path))
  const file: LedgerFile = path === null ? noFile : openFile(path)
  return {
    next: () => book.last + 1,
    open: (call) => {
      const row: Row = { sequence: ++book.last, ...call, outcome: 'inFlight' }
      file.write(row)
      book.rows.push(row)
      addRow(book.totals, row)
      trim(book, limit)
      return row.sequence
    },
    end: (sequence, outcome) => {
      if (sequence <= book.cleared) return
      file.write({ sequence, outcome })
      moveOutcome(book.totals, 'inFlight', outcome)
      const index = indexOf(book, sequence)
      const row = book.rows[index]
      if (row !== undefined) book.rows[index] = { ...row, outcome }
    },
    page: (after, count) => pageOf(book, after, count),
    summary: () => ({ ...book.totals, dropped: book.dropped }),
    clear: () => {
      Object.assign(book, { rows: [], totals: noTotals(), cleared: book.last, dropped: 0 })
      file.clear()
    },
    close: file.close,
  }
}

function bookOf(rows: readonly Row[]): Book {
  const totals = noTotals()
  for (const row of rows) addRow(totals, row)
  return { rows: [...rows], totals, last: rows.at(-1)?.sequence ?? 0, cleared: 0, dropped: 0 }
}

/** Rows are numbered without gaps. */
const indexOf = ({ rows }: Book, sequence: number): number => (rows[0] === undefined ? 0 : sequence - rows[0].sequence)

/** In bulk, since each time moves all the others. */
function trim(book: Book, limit: number): void {
  const excess = book.rows.length - limit
  if (excess <= limit / 10) return
  book.dropped += excess
  book.rows = book.rows.slice(excess)
}

function pageOf(book: Book, after: number, count: number): Page {
  const start = Math.max(0, indexOf(book, after + 1))
  const rows = book.rows.slice(start, start + count)
  const more = start + count < book.rows.length
  return { rows, after: rows.at(-1)?.sequence ?? after, more, dropped: book.dropped }
}
