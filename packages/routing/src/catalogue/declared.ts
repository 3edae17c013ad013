import type { Limits, Price, Priors, Rates, SizeClass } from './target.ts'

const millionths = 1_000_000

/** Of a target that is not known to refuse anything. */
export const unlimited: Limits = {
  tools: Infinity,
  stops: Infinity,
  blankStops: true,
  imageTypes: null,
  assistantImages: true,
  prefill: true,
}

/** Rates from dollars per million tokens, as price lists have them. */
export function usd(input: number, cachedInput: number, cacheWrite: number, output: number): Rates {
  return {
    input: Math.round(input * millionths),
    cachedInput: Math.round(cachedInput * millionths),
    cacheWrite: Math.round(cacheWrite * millionths),
    output: Math.round(output * millionths),
  }
}

/** A price that holds since the model exists. */
export function sinceLaunch(rates: Rates, longContext: Price['longContext'] = null): readonly Price[] {
  return [{ since: 'launch', validFrom: 0, ...rates, longContext }]
}

/** How long outputs of each class are when a prior is worked out: about the class's 95th percentile. */
const lengths: Readonly<Record<SizeClass, number>> = { tiny: 60, short: 240, medium: 950, long: 3_800, huge: 12_000 }

/** 95th percentiles from the time to the first token and the speed after it, both at their slow end. */
function p95Of(firstTokenMs: number, tokensPerSecond: number): Readonly<Record<SizeClass, number>> {
  const at = (tokens: number): number => Math.round(firstTokenMs + (tokens * 1_000) / tokensPerSecond)
  return {
    tiny: at(lengths.tiny),
    short: at(lengths.short),
    medium: at(lengths.medium),
    long: at(lengths.long),
    huge: at(lengths.huge),
  }
}

/** How a vendor counts, measured on 1,179 recorded answers: its tokens for one of our estimate. */
const counting: Readonly<Record<string, Omit<Priors, 'p95Ms' | 'outputTokens'>>> = {
  openai: { inputRatio: 1, inputRatioUpper: 1.4, toolTokens: 60, imageTokens: 1_100 },
  anthropic: { inputRatio: 1.25, inputRatioUpper: 1.9, toolTokens: 600, imageTokens: 1_600 },
  gemini: { inputRatio: 1.1, inputRatioUpper: 1.5, toolTokens: 60, imageTokens: 1_120 },
}

/** Assumptions for a model of this speed. */
export function priorsOf(
  provider: string,
  speed: { readonly firstTokenMs: number; readonly tokensPerSecond: number; readonly outputTokens: number },
): Priors {
  const counted = counting[provider] ?? { inputRatio: 1.2, inputRatioUpper: 2, toolTokens: 600, imageTokens: 1_600 }
  return { p95Ms: p95Of(speed.firstTokenMs, speed.tokensPerSecond), outputTokens: speed.outputTokens, ...counted }
}
