// The targets that Waybill can route to, and what they cost: checked in, reviewed by a person, never fetched.
import { anthropicTargets } from './anthropic.ts'
import { geminiTargets } from './gemini.ts'
import { openaiTargets } from './openai.ts'
import type { CatalogueTarget, Price } from './target.ts'

export interface Catalogue {
  readonly targets: ReadonlyMap<string, CatalogueTarget>
  /** The first target of each model, also under the vendor's moving name: what a caller means that names only those. */
  readonly models: ReadonlyMap<string, CatalogueTarget>
}

export function catalogueOf(targets: readonly CatalogueTarget[]): Catalogue {
  return {
    targets: new Map(targets.map((target) => [target.id, target])),
    models: new Map(targets.toReversed().flatMap((target) => namesOf(target).map((name) => [name, target]))),
  }
}

const namesOf = ({ model, alias, provider }: CatalogueTarget): readonly string[] =>
  alias === null ? [model] : [model, alias, `${provider}/${alias}`]

export const catalogue: Catalogue = catalogueOf([...openaiTargets, ...anthropicTargets, ...geminiTargets])

/** By its id in the catalogue, by the exact name of its model, or by its alias; undefined for what we do not know. */
export function findTarget(name: string, from: Catalogue = catalogue): CatalogueTarget | undefined {
  return from.targets.get(name) ?? from.models.get(name)
}

/** The price that holds at a time, epoch milliseconds. Undefined means that nobody knows, never that it is free. */
export function priceAt(target: CatalogueTarget, at: number): Price | undefined {
  return target.prices.findLast((price) => price.validFrom <= at)
}

/** How a cost record names the price that it used: target, since when it holds, and when a person checked it. */
export function priceVersion(target: CatalogueTarget, price: Price): string {
  return `${target.id} since ${price.since}, checked ${target.checkedOn}`
}
