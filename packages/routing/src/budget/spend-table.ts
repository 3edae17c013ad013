// What each partition has said of the budgets that its chains have used: the topic `spend` as a table.
import type { Spend } from '@waybill/schemas/generated/spend'

type Account = Pick<Spend, 'tenant' | 'window' | 'startsAt'>

/** By window and tenant: what each partition said last. */
export type SpendTable = Map<string, Map<number, Spend>>

const accountOf = ({ window, tenant }: Pick<Spend, 'window' | 'tenant'>): string => `${window}/${tenant}`

export const usedOf = ({ settledNanoUsd, reservedNanoUsd }: Spend): number => settledNanoUsd + reservedNanoUsd

/** A partition's records come in their order, so the newest word is the last one. */
export function foldSpend(table: SpendTable, spend: Spend): void {
  const key = accountOf(spend)
  const words = table.get(key) ?? new Map<number, Spend>()
  table.set(key, words.set(spend.partition, spend))
}

export interface Seen {
  /** Used by all partitions in this window, this one included, as far as it is known. */
  readonly all: number
  /** Of which by this one. */
  readonly own: number
}

/** Words of an earlier window say nothing of this one. */
export function seenIn(table: SpendTable, account: Account, partition: number): Seen {
  let [all, own] = [0, 0]
  for (const spend of table.get(accountOf(account))?.values() ?? []) {
    if (spend.startsAt !== account.startsAt) continue
    all += usedOf(spend)
    if (spend.partition === partition) own = usedOf(spend)
  }
  return { all, own }
}
