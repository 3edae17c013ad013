// Reads decisions and costs, partition by partition, into totals: memory grows with tenants, models and hours, not with
// records. A claim's decisions and costs are in one partition, so what a duplicate would have cost is found there.
import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import { Heard } from '@waybill/routing/feedback/heard'
import { Opinions } from '@waybill/routing/feedback/opinions'
import { Ledger } from '@waybill/routing/savings/ledger'
import { Tally } from '@waybill/routing/savings/tally'
import { costs, decisions } from '@waybill/schemas/topics'
import type { Reading } from '../connection.ts'
import { scan } from '../scan.ts'
import { isAnswer, readFeedback } from './feedback-read.ts'
import type { TimeRange } from './range.ts'
import { isWithin } from './range.ts'

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
  const [ledger, tally, heard, opinions] = [new Ledger(catalogue), new Tally(), new Heard(), new Opinions()]
  const unreadable = { decisions: 0, costs: 0, feedback: await readFeedback(reading, heard) }
  for (let partition = 0; partition < partitions; partition++) {
    unreadable.decisions += await scan(reading, decisions, {
      partitions: [partition],
      take({ value }) {
        if (!isWithin(range, value.at)) return
        heard.meet(value)
        const extra = tally.add(value)
        if (extra !== null) ledger.explore(value, extra)
      },
    })
    unreadable.costs += await scan(reading, costs, {
      partitions: [partition],
      take({ value, timestamp }) {
        const answers = isAnswer(value)
        ledger.book(value, answers ? tally.take(value.claim) : undefined, isWithin(range, value.at), timestamp)
        if (answers) for (const word of heard.take(value.claim)) opinions.hear(value.target.id, word)
      },
    })
    tally.settle()
    heard.settle()
  }
  return { ledger, tally, heard, opinions, unreadable }
}
