// From records to totals: the only way there is, so that whoever speaks of money speaks of the same.
import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import { Heard } from '@waybill/routing/feedback/heard'
import { Opinions } from '@waybill/routing/feedback/opinions'
import { Ledger } from '@waybill/routing/savings/ledger'
import { Tally } from '@waybill/routing/savings/tally'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Decision } from '@waybill/schemas/generated/decision'
import { isAnswer } from './feedback-read.ts'
import type { TimeRange } from './range.ts'
import { isWithin } from './range.ts'

/** Takes the decisions of a partition, then its costs, then `settle`: a claim has both in one partition. */
export class MoneyBooks {
  readonly ledger: Ledger
  readonly tally = new Tally()
  readonly heard = new Heard()
  readonly opinions = new Opinions()
  readonly #range: TimeRange

  constructor(catalogue: Catalogue, range: TimeRange) {
    this.ledger = new Ledger(catalogue)
    this.#range = range
  }

  decision(decision: Decision): void {
    if (!isWithin(this.#range, decision.at)) return
    this.heard.meet(decision)
    const extra = this.tally.add(decision)
    if (extra !== null) this.ledger.explore(decision, extra)
  }

  /** @param writtenAt when the record was appended, epoch milliseconds */
  cost(cost: Cost, writtenAt: number): void {
    const answers = isAnswer(cost)
    const met = answers ? this.tally.take(cost.claim) : undefined
    this.ledger.book(cost, met, isWithin(this.#range, cost.at), writtenAt)
    if (answers) for (const word of this.heard.take(cost.claim)) this.opinions.hear(cost.target.id, word)
  }

  settle(): void {
    this.tally.settle()
    this.heard.settle()
  }
}
