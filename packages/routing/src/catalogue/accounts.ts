// A policy's further accounts: each has the targets of its provider once more, under names of their own.
import type { Account } from '../policy/policy.ts'
import type { Catalogue } from './catalogue.ts'
import { catalogueOf } from './catalogue.ts'
import type { CatalogueTarget } from './target.ts'

/** The account that every provider has: that of the plain settings. */
export const defaultAccount = 'default'

/** The catalogue with the targets of these accounts too; itself where it has them already, or there are none. */
export function withAccounts(catalogue: Catalogue, accounts: ReadonlyMap<string, Account>): Catalogue {
  const own = [...catalogue.targets.values()]
  const more = [...accounts].flatMap(([account, { provider }]) =>
    own
      .filter((target) => target.provider === provider && target.account === defaultAccount)
      .map((target): CatalogueTarget => ({ ...target, id: `${target.id}@${account}`, account }))
      .filter(({ id }) => !catalogue.targets.has(id)),
  )
  return more.length === 0 ? catalogue : catalogueOf([...own, ...more])
}

export function providersOf({ targets }: Catalogue): readonly string[] {
  return [...new Set([...targets.values()].map(({ provider }) => provider))]
}
