// What calls cost, exactly: tokens times millionths of a dollar per million tokens are 10^-12 dollars ("pico-dollars").
import type { Usage } from '@waybill/schemas/generated/usage'
import type { Price, Rates } from './catalogue/target.ts'

/** Tokens by the price that they have: no token is in two of them. */
export interface TokenBuckets {
  /** Input neither read from nor written to a cache. */
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly cacheWriteInputTokens: number
  /** Reasoning included. */
  readonly outputTokens: number
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/**
 * The disjoint buckets of a usage whose totals include their parts. null where the vendor gave no totals, or where
 * parts exceed them: what cannot be counted is not guessed.
 */
export function bucketsOf(usage: Usage): TokenBuckets | null {
  const { inputTokens, outputTokens } = usage
  if (inputTokens === null || outputTokens === null) return null
  const cachedInputTokens = usage.cachedInputTokens ?? 0
  const cacheWriteInputTokens = usage.cacheWriteInputTokens ?? 0
  const plain = inputTokens - cachedInputTokens - cacheWriteInputTokens
  const counts = [plain, cachedInputTokens, cacheWriteInputTokens, outputTokens]
  return counts.every(isCount) ? { inputTokens: plain, cachedInputTokens, cacheWriteInputTokens, outputTokens } : null
}

/** The rates that hold for all tokens of a request with this much input. */
export function ratesFor(price: Price, inputTokens: number): Rates {
  const long = price.longContext
  return long !== null && inputTokens > long.aboveInputTokens ? long : price
}

/** Exact while it is a safe integer: up to 9,007 dollars for one call. Above that, what comes out is not a safe integer. */
function picoUsdOf(tokens: TokenBuckets, rates: Rates): number {
  return (
    tokens.inputTokens * rates.input +
    tokens.cachedInputTokens * rates.cachedInput +
    tokens.cacheWriteInputTokens * rates.cacheWrite +
    tokens.outputTokens * rates.output
  )
}

/**
 * What an answer cost, in exact 10^-12 dollars. null where it cannot be told: counts missing or contradictory, or a cost
 * beyond 9,007 dollars for one call, which no real usage has. Such a call is recorded as unknown, never as free.
 */
export function costOf(usage: Usage, price: Price): number | null {
  const buckets = bucketsOf(usage)
  if (buckets === null) return null
  const { inputTokens, cachedInputTokens, cacheWriteInputTokens } = buckets
  const cost = picoUsdOf(buckets, ratesFor(price, inputTokens + cachedInputTokens + cacheWriteInputTokens))
  return Number.isSafeInteger(cost) ? cost : null
}

/**
 * The most that a call can cost which reads this much input and may write this much output, in 10^-12 dollars: every
 * token of input at the dearest rate for input, every token of output used. Saturates at the largest safe integer.
 */
export function upperBound(inputTokens: number, maxOutputTokens: number, price: Price): number {
  const rates = ratesFor(price, inputTokens)
  const dearest = Math.max(rates.input, rates.cachedInput, rates.cacheWrite)
  const bound = Math.ceil(inputTokens) * dearest + Math.ceil(maxOutputTokens) * rates.output
  return Math.min(bound, Number.MAX_SAFE_INTEGER)
}

/** A price under a contract: every rate times a factor, rounded up to an integer so that no bound is ever too low. */
export function contractPrice(price: Price, factor: number): Price {
  return factor === 1 ? price : { ...timesPrice(price, factor), contract: factor }
}

/** The same for what is a price of the list itself, such as that of a service tier. */
export function timesPrice(price: Price, factor: number): Price {
  if (factor === 1) return price
  const long = price.longContext
  return {
    ...price,
    ...scaled(price, factor),
    longContext: long === null ? null : { aboveInputTokens: long.aboveInputTokens, ...scaled(long, factor) },
  }
}

/** Factors have at most six decimals: rounding there keeps 0.9 × 750,000 from becoming 675,001. */
const scaled = (rates: Rates, factor: number): Rates => {
  const times = (rate: number): number => Math.ceil(Math.round(rate * factor * 1e6) / 1e6)
  return {
    input: times(rates.input),
    cachedInput: times(rates.cachedInput),
    cacheWrite: times(rates.cacheWrite),
    output: times(rates.output),
  }
}
