// A policy and a catalogue, joined once: every decision under them starts from here.
import { defaultAccount, withAccounts } from './catalogue/accounts.ts'
import type { Catalogue } from './catalogue/catalogue.ts'
import type { CatalogueTarget } from './catalogue/target.ts'
import type { Contract, Policy } from './policy/policy.ts'
import { contractPrice } from './price.ts'
import type { Offer } from './rules/rule.ts'
import { saltOf } from './rules/share.ts'

export interface Offers {
  /** With the targets of the policy's accounts. */
  readonly catalogue: Catalogue
  /** Every target of the catalogue. One that stands in several tiers is here under the first. */
  readonly byId: ReadonlyMap<string, Offer>
  readonly byTier: ReadonlyMap<string, readonly Offer[]>
}

function offerOf(target: CatalogueTarget, tier: string, policy: Policy): Offer {
  const contract = policy.contracts.get(target.id) ?? accountTerms(target, policy)
  const { id, provider, account, api, model, serviceTier } = target
  const regions = contract?.regions ?? target.regions
  return {
    target,
    tier,
    named: { id, provider, account, regions, api, model, serviceTier, tier },
    prices: contract === undefined ? target.prices : target.prices.map((price) => contractPrice(price, contract.price)),
    regions,
    retention: contract?.retention ?? target.retention,
    salt: saltOf(target.id),
  }
}

const accountTerms = ({ account, provider }: CatalogueTarget, policy: Policy): Contract | undefined =>
  account === defaultAccount ? policy.contracts.get(provider) : policy.accounts.get(account)

function makeOffers(policy: Policy, given: Catalogue): Offers {
  const catalogue = withAccounts(given, policy.accounts)
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
  return { catalogue, byId, byTier }
}

/** The targets that a policy can take, each once. */
export function targetsOf(policy: Policy, catalogue: Catalogue): readonly CatalogueTarget[] {
  const routes = [policy.everyone, ...policy.tenants.values()].map(({ defaultRoute }) => defaultRoute)
  const ids = new Set([...policy.tiers.values(), ...routes].flat())
  return [...offersOf(policy, catalogue).catalogue.targets.values()].filter(({ id }) => ids.has(id))
}

const made = new WeakMap<Policy, { readonly given: Catalogue; readonly offers: Offers }>()

/** Remembered for as long as the policy is in use. */
export function offersOf(policy: Policy, catalogue: Catalogue): Offers {
  const known = made.get(policy)
  // Asked again with what it gave, it has nothing to add.
  if (known !== undefined && (known.given === catalogue || known.offers.catalogue === catalogue)) return known.offers
  const offers = makeOffers(policy, catalogue)
  made.set(policy, { given: catalogue, offers })
  return offers
}
