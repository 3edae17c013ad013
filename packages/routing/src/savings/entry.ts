// What one cost record says of money spent and saved. docs/money.md explains every part.
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { findTarget, priceAt, priceNamed } from '../catalogue/catalogue.ts'
import type { Price } from '../catalogue/target.ts'
import { ratesFor } from '../price.ts'

/** Where money was saved (more than 0) or lost (less). Each dollar is in one of them. */
export const partNames = [
  'routing',
  'cache',
  'exploration',
  'failed',
  'unusable',
  'redelivered',
  'joined',
  'replayed',
  'failedAgain',
] as const
export type PartName = (typeof partNames)[number]
/** Signed pico-dollars; what is not there is 0. */
type Parts = Readonly<Partial<Record<PartName, number>>>

export interface Entry {
  readonly spent: number
  /** The most that a call of unknown outcome has cost beyond `spent`. */
  readonly unknownAtMost: number
  /** What the answer would have cost at the baseline; of a call without an answer 0. */
  readonly worth: number
  /** They sum up to worth − spent. */
  readonly parts: Parts
  /** An answer for which no baseline is known: it counts as neither saved nor lost. */
  readonly lacksBaseline: boolean
  /** A cache was used at prices that the catalogue no longer has: its effect cannot be told apart from routing. */
  readonly lacksPrice: boolean
}

const nothing: Entry = { spent: 0, unknownAtMost: 0, worth: 0, parts: {}, lacksBaseline: false, lacksPrice: false }

export const isAmount = (amount: number | null): boolean =>
  amount === null || (Number.isSafeInteger(amount) && amount >= 0)

/** Whether all figures of a record can be real. What cannot is told of, and never added up. */
export function isPlausible(cost: Cost): boolean {
  const { costPicoUsd, upperBoundPicoUsd, baselinePicoUsd, inputTokens, cachedInputTokens } = cost
  const { cacheWriteInputTokens, outputTokens, reasoningTokens } = cost
  const amounts = [costPicoUsd, upperBoundPicoUsd, baselinePicoUsd, inputTokens, cachedInputTokens]
  const hasAmount = cost.kind !== 'paid' || costPicoUsd !== null
  return hasAmount && [...amounts, cacheWriteInputTokens, outputTokens, reasoningTokens].every(isAmount)
}

type Tokens = Pick<Cost, 'inputTokens' | 'cachedInputTokens' | 'cacheWriteInputTokens'>

/** How much less a call costs here than if no token had been read from or written to a cache. */
function cachedAway({ inputTokens, cachedInputTokens, cacheWriteInputTokens }: Tokens, price: Price): number {
  const [plain, cached, written] = [inputTokens ?? 0, cachedInputTokens ?? 0, cacheWriteInputTokens ?? 0]
  const { input, cachedInput, cacheWrite } = ratesFor(price, plain + cached + written)
  return cached * (input - cachedInput) + written * (input - cacheWrite)
}

/** The prices that the call and its baseline had; undefined for one that the catalogue no longer knows. */
function pricesOf(cost: Cost, catalogue: Catalogue): readonly (Price | undefined)[] {
  const baseline = findTarget(cost.baselineModel ?? '', catalogue)
  return [
    priceNamed(cost.priceVersion ?? '', catalogue),
    baseline === undefined ? undefined : priceAt(baseline, cost.at - (cost.callMs ?? 0)),
  ]
}

const usesCache = ({ cachedInputTokens, cacheWriteInputTokens }: Tokens): boolean =>
  (cachedInputTokens ?? 0) > 0 || (cacheWriteInputTokens ?? 0) > 0

/** What caches saved here beyond what they would have saved at the baseline; null where a price is no longer known. */
function cacheEffect(cost: Cost, catalogue: Catalogue): number | null {
  if (!usesCache(cost)) return 0
  const [own, baseline] = pricesOf(cost, catalogue)
  if (own === undefined || baseline === undefined) return null
  const effect = cachedAway(cost, own) - cachedAway(cost, baseline)
  return Number.isSafeInteger(effect) ? effect : null
}

/** @param cost a plausible record */
export function entryOf(cost: Cost, catalogue: Catalogue): Entry {
  const { kind, failure, flags, baselinePicoUsd, upperBoundPicoUsd } = cost
  if (kind === 'unknown') return { ...nothing, unknownAtMost: upperBoundPicoUsd ?? 0 }
  if (kind !== 'paid') return nothing
  const spent = cost.costPicoUsd ?? 0
  if (flags.includes('unusable')) return { ...nothing, spent, parts: { unusable: -spent } }
  if (failure !== null) return { ...nothing, spent, parts: { failed: -spent } }
  if (baselinePicoUsd === null) return { ...nothing, spent, worth: spent, lacksBaseline: true }
  const effect = cacheEffect(cost, catalogue)
  const cache = effect ?? 0
  const parts = { routing: baselinePicoUsd - spent - cache, cache }
  return { ...nothing, spent, worth: baselinePicoUsd, parts, lacksPrice: effect === null }
}
