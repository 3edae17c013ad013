// Reads decisions and costs, partition by partition, into totals: memory grows with tenants, models and hours, not with
// records. A claim's decisions and costs are in one partition, so what a duplicate would have cost is found there.
import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import { Ledger } from '@waybill/routing/savings/ledger'
import { Tally } from '@waybill/routing/savings/tally'
import type { Cost } from '@waybill/schemas/generated/cost'
import { costs, decisions } from '@waybill/schemas/topics'
import type { Reading } from '../connection.ts'
import { scan } from '../scan.ts'
import type { TimeRange } from './range.ts'
import { isWithin } from './range.ts'

export interface MoneyRead {
  readonly ledger: Ledger
  readonly tally: Tally
}

/** Only what brought a usable answer tells what a duplicate of it would have cost. */
const isAnswer = ({ kind, failure, flags }: Cost): boolean =>
  kind === 'paid' && failure === null && !flags.includes('unusable')

export async function gatherMoney(
  reading: Reading,
  partitions: number,
  range: TimeRange,
  catalogue: Catalogue,
): Promise<MoneyRead> {
  const [ledger, tally] = [new Ledger(catalogue), new Tally()]
  for (let partition = 0; partition < partitions; partition++) {
    await scan(reading, decisions, {
      partitions: [partition],
      take({ value }) {
        if (!isWithin(range, value.at)) return
        const extra = tally.add(value)
        if (extra !== null) ledger.explore(value, extra)
      },
    })
    await scan(reading, costs, {
      partitions: [partition],
      take({ value }) {
        ledger.book(value, isAnswer(value) ? tally.take(value.claim) : undefined, isWithin(range, value.at))
      },
    })
    tally.settle()
  }
  return { ledger, tally }
}
