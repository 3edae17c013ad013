// A policy and a catalogue, joined once: every decision under them starts from here.
import type { Catalogue } from './catalogue/catalogue.ts'
import type { CatalogueTarget } from './catalogue/target.ts'
import type { Policy } from './policy/policy.ts'
import { contractPrice } from './price.ts'
import type { Offer } from './rules/rule.ts'
import { saltOf } from './rules/share.ts'

export interface Offers {
  /** Every target of the catalogue. One that stands in several tiers is here under the first. */
  readonly byId: ReadonlyMap<string, Offer>
  readonly byTier: ReadonlyMap<string, readonly Offer[]>
}

function offerOf(target: CatalogueTarget, tier: string, policy: Policy): Offer {
  const contract = policy.contracts.get(target.id) ?? policy.contracts.get(target.provider)
  const { id, provider, api, model } = target
  return {
    target,
    tier,
    named: { id, provider, api, model, tier },
    prices: target.prices.map((price) => contractPrice(price, contract?.price ?? 1)),
    regions: contract?.regions ?? target.regions,
    retention: contract?.retention ?? target.retention,
    salt: saltOf(target.id),
  }
}

function makeOffers(policy: Policy, catalogue: Catalogue): Offers {
  const byTier = new Map<string, readonly Offer[]>()
  const byId = new Map<string, Offer>()
  for (const [tier, ids] of policy.tiers) {
    const targets = ids.map((id) => catalogue.targets.get(id)).filter((target) => target !== undefined)
    const offers = targets.map((target) => offerOf(target, tier, policy))
    byTier.set(tier, offers)
    for (const offer of offers) if (!byId.has(offer.target.id)) byId.set(offer.target.id, offer)
  }
  for (const target of catalogue.targets.values())
    if (!byId.has(target.id)) byId.set(target.id, offerOf(target, '', policy))
  return { byId, byTier }
}

const made = new WeakMap<Policy, { readonly catalogue: Catalogue; readonly offers: Offers }>()

/** Remembered for as long as the policy is in use. */
export function offersOf(policy: Policy, catalogue: Catalogue): Offers {
  const known = made.get(policy)
  if (known !== undefined && known.catalogue === catalogue) return known.offers
  const offers = makeOffers(policy, catalogue)
  made.set(policy, { catalogue, offers })
  return offers
}
