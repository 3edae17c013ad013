// The targets that Waybill can route to, and what they cost: checked in, reviewed by a person, never fetched.
import { contractPrice } from '../price.ts'
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

const listed = (id: string, since: string, checkedOn: string): string => `${id} since ${since}, checked ${checkedOn}`
const timesWord = ', times '

/**
 * How a cost record names the price that it used: target, since when it holds, when a person checked it, and what a
 * contract takes it times.
 */
export function priceVersion({ id, checkedOn }: CatalogueTarget, { since, contract }: Price): string {
  const list = listed(id, since, checkedOn)
  return contract === undefined ? list : `${list}${timesWord}${contract} by contract`
}

/**
 * The price that a cost record names, undefined where a catalogue of list prices no longer has it. It may be that of
 * another service tier than was asked for, or of a policy's further account, which has the targets of its provider.
 */
export function priceNamed(version: string, from: Catalogue): Price | undefined {
  const [list = '', contract] = version.split(timesWord)
  const [id = ''] = list.split(' since ')
  const [own = ''] = id.split('@')
  const target = from.targets.get(own)
  const price = target?.prices.find(({ since }) => list === listed(id, since, target.checkedOn))
  return price === undefined || contract === undefined ? price : contractPrice(price, Number.parseFloat(contract))
}
