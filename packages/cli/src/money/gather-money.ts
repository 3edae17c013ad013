// Reads decisions and costs, partition by partition, into totals: memory grows with tenants, models and hours, not with
// records. A claim's decisions and costs are in one partition, so what a duplicate would have cost is found there.
import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import type { Heard } from '@waybill/routing/feedback/heard'
import type { Opinions } from '@waybill/routing/feedback/opinions'
import type { Ledger } from '@waybill/routing/savings/ledger'
import type { Tally } from '@waybill/routing/savings/tally'
import { costs, decisions } from '@waybill/schemas/topics'
import type { Reading } from '../connection.ts'
import { scan } from '../scan.ts'
import { readFeedback } from './feedback-read.ts'
import { MoneyBooks } from './money-books.ts'
import type { TimeRange } from './range.ts'

export interface MoneyRead {
  readonly ledger: Ledger
  readonly tally: Tally
  readonly heard: Heard
  readonly opinions: Opinions
  /** Records of each topic that could not be read. */
  readonly unreadable: Unreadable
}

export interface Unreadable {
  readonly decisions: number
  readonly costs: number
  readonly feedback: number
}

export async function gatherMoney(
  reading: Reading,
  partitions: number,
  range: TimeRange,
  catalogue: Catalogue,
): Promise<MoneyRead> {
  const books = new MoneyBooks(catalogue, range)
  const unreadable = { decisions: 0, costs: 0, feedback: await readFeedback(reading, books.heard) }
  for (let partition = 0; partition < partitions; partition++) {
    unreadable.decisions += await scan(reading, decisions, {
      partitions: [partition],
      take({ value }) {
        books.decision(value)
      },
    })
    unreadable.costs += await scan(reading, costs, {
      partitions: [partition],
      take({ value, timestamp }) {
        books.cost(value, timestamp)
      },
    })
    books.settle()
  }
  const { ledger, tally, heard, opinions } = books
  return { ledger, tally, heard, opinions, unreadable }
}
