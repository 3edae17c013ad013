// The same models at another service tier of the vendor's, at its price.
import { timesPrice } from '../price.ts'
import type { CatalogueTarget, Price, Priors } from './target.ts'

interface ServiceTier {
  /** The vendor's own word. */
  readonly name: string
  /** Times the standard price. */
  readonly price: number
  /** An assumption until it is measured: times the standard latency. */
  readonly slower: number
  /** Models that the vendor does not serve so. */
  readonly without?: readonly string[]
  /** Where the price list has another figure than the factor makes, by model. */
  readonly listed?: Readonly<Record<string, Listed>>
}

interface Listed {
  /** Millionths of a dollar per million tokens. */
  readonly cachedInput?: number
  /** Most tokens of input; below what makes a context long, there is no price for that. */
  readonly contextTokens?: number
}

const slowed = (p95Ms: Priors['p95Ms'], times: number): Priors['p95Ms'] => ({
  tiny: p95Ms.tiny * times,
  short: p95Ms.short * times,
  medium: p95Ms.medium * times,
  long: p95Ms.long * times,
  huge: p95Ms.huge * times,
})

const pricesAt = (
  prices: readonly Price[],
  times: number,
  { cachedInput, contextTokens = Infinity }: Listed,
): Price[] =>
  prices.map((price) => {
    const scaled = timesPrice(price, times)
    const isShort = contextTokens <= (price.longContext?.aboveInputTokens ?? 0)
    return {
      ...scaled,
      cachedInput: cachedInput ?? scaled.cachedInput,
      longContext: isShort ? null : scaled.longContext,
    }
  })

/** For each tier, a target of its own for each of the models. */
export function withServiceTiers(
  targets: readonly CatalogueTarget[],
  tiers: readonly ServiceTier[],
): readonly CatalogueTarget[] {
  return tiers.flatMap(({ name, price, slower, without = [], listed = {} }) =>
    targets
      .filter(({ model }) => !without.includes(model))
      .map((target) => ({
        ...target,
        id: `${target.id}+${name}`,
        serviceTier: name,
        prices: pricesAt(target.prices, price, listed[target.model] ?? {}),
        contextTokens: listed[target.model]?.contextTokens ?? target.contextTokens,
        priors: { ...target.priors, p95Ms: slowed(target.priors.p95Ms, slower) },
      })),
  )
}
