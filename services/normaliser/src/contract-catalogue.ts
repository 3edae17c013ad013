// The catalogue with the prices that we pay: what a contract takes off must be off the ledger too.
import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import { catalogueOf } from '@waybill/routing/catalogue/catalogue'
import { offersOf } from '@waybill/routing/offers'
import type { Policy } from '@waybill/routing/policy/policy'

export function contractCatalogue(catalogue: Catalogue, policy: Policy): Catalogue {
  const { byId, catalogue: all } = offersOf(policy, catalogue)
  const targets = [...all.targets.values()]
  return catalogueOf(targets.map((target) => ({ ...target, prices: byId.get(target.id)?.prices ?? target.prices })))
}
