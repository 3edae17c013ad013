// What each model costs and how it behaves, in the simulator's own numbers: shared ones would share their errors.
// Numbers as price lists had them in November 2026 (LiteLLM 1.109.1, MIT); gemini-3.8-flash-lite has no public price yet.

export type Provider = 'openai' | 'anthropic' | 'gemini'

/** Whether a model reasons: `default` can be turned off, `always` cannot. */
type Reasons = 'never' | 'asked' | 'default' | 'always'

/** Micro-dollars per million tokens, whole numbers. */
interface Rates {
  readonly input: number
  readonly cachedInput: number
  readonly cacheWrite: number
  readonly output: number
}

export interface Model extends Rates {
  readonly id: string
  readonly provider: Provider
  /** The id that answers carry: a dated one where the asked id is a name for it. */
  readonly servedAs: string
  readonly contextTokens: number
  readonly maxOutputTokens: number
  readonly reasons: Reasons
  /** Median time to the first token, and speed after it: several times quicker than the real ones, for demos. */
  readonly firstTokenMs: number
  readonly tokensPerSecond: number
  /** Beyond `above` tokens of input, everything is billed at a multiple, in percent. */
  readonly long: LongContext | null
}

interface LongContext {
  readonly above: number
  readonly inputPercent: number
  readonly outputPercent: number
}

const openaiLong: LongContext = { above: 272_000, inputPercent: 200, outputPercent: 150 }
const geminiLong: LongContext = { above: 200_000, inputPercent: 200, outputPercent: 150 }
const haikuLong: LongContext = { above: 100_000, inputPercent: 500, outputPercent: 500 }

/** id, input, cached input, cache write, output, context, max output, reasons, first token ms, tokens a second, long. */
type Row = readonly [string, number, number, number, number, number, number, Reasons, number, number, LongContext?]

const openai: readonly Row[] = [
  ['gpt-6.1-sol', 2_000_000, 100_000, 2_500_000, 10_000_000, 922_000, 128_000, 'always', 240, 900, openaiLong],
  ['gpt-6.1-terra', 1_000_000, 50_000, 1_250_000, 5_000_000, 922_000, 128_000, 'default', 180, 1_100, openaiLong],
  ['gpt-6-astra', 10_000_000, 1_000_000, 12_500_000, 50_000_000, 922_000, 128_000, 'always', 380, 500, openaiLong],
  ['gpt-6-sol', 2_000_000, 200_000, 2_500_000, 10_000_000, 922_000, 128_000, 'default', 260, 800, openaiLong],
  ['gpt-6-luna', 100_000, 10_000, 125_000, 500_000, 922_000, 128_000, 'default', 110, 1_600, openaiLong],
  ['gpt-5.6', 4_000_000, 400_000, 5_000_000, 20_000_000, 922_000, 128_000, 'default', 280, 700, openaiLong],
  ['gpt-5.6-sol', 4_000_000, 400_000, 5_000_000, 20_000_000, 922_000, 128_000, 'default', 280, 700, openaiLong],
  ['gpt-5.6-terra', 2_000_000, 200_000, 2_500_000, 12_000_000, 922_000, 128_000, 'default', 210, 900, openaiLong],
  ['gpt-5.6-luna', 200_000, 20_000, 250_000, 1_200_000, 922_000, 128_000, 'default', 130, 1_400, openaiLong],
  ['gpt-5.5', 5_000_000, 500_000, 5_000_000, 30_000_000, 1_050_000, 128_000, 'asked', 300, 600, openaiLong],
  ['gpt-5.4', 2_500_000, 250_000, 2_500_000, 15_000_000, 1_050_000, 128_000, 'asked', 240, 800, openaiLong],
  ['gpt-5.4-mini', 750_000, 75_000, 750_000, 4_500_000, 272_000, 128_000, 'asked', 150, 1_200],
  ['gpt-5.4-nano', 200_000, 20_000, 200_000, 1_250_000, 272_000, 128_000, 'asked', 110, 1_500],
  ['gpt-5.2', 1_750_000, 175_000, 1_750_000, 14_000_000, 272_000, 128_000, 'asked', 260, 700],
  ['gpt-5.1', 1_250_000, 125_000, 1_250_000, 10_000_000, 272_000, 128_000, 'asked', 260, 700],
  ['gpt-5', 1_250_000, 125_000, 1_250_000, 10_000_000, 272_000, 128_000, 'always', 320, 600],
  ['gpt-5-mini', 250_000, 25_000, 250_000, 2_000_000, 272_000, 128_000, 'always', 200, 900],
  ['gpt-5-nano', 50_000, 5_000, 50_000, 400_000, 272_000, 128_000, 'always', 150, 1_200],
  ['gpt-4.1', 2_000_000, 500_000, 2_000_000, 8_000_000, 1_047_576, 32_768, 'never', 200, 900],
  ['gpt-4.1-mini', 400_000, 100_000, 400_000, 1_600_000, 1_047_576, 32_768, 'never', 140, 1_200],
  ['gpt-4.1-nano', 100_000, 25_000, 100_000, 400_000, 1_047_576, 32_768, 'never', 100, 1_600],
  ['gpt-4o', 2_500_000, 1_250_000, 2_500_000, 10_000_000, 128_000, 16_384, 'never', 200, 900],
  ['gpt-4o-mini', 150_000, 75_000, 150_000, 600_000, 128_000, 16_384, 'never', 140, 1_200],
  ['o3', 2_000_000, 500_000, 2_000_000, 8_000_000, 200_000, 100_000, 'always', 400, 500],
  ['o4-mini', 1_100_000, 275_000, 1_100_000, 4_400_000, 200_000, 100_000, 'always', 300, 700],
]
const anthropic: readonly Row[] = [
  ['claude-fable-5-1', 10_000_000, 250_000, 12_500_000, 50_000_000, 1_000_000, 128_000, 'always', 400, 400],
  ['claude-opus-5-5', 4_000_000, 200_000, 5_000_000, 20_000_000, 1_000_000, 128_000, 'always', 300, 600],
  ['claude-opus-5', 5_000_000, 500_000, 6_250_000, 25_000_000, 1_000_000, 128_000, 'asked', 320, 500],
  ['claude-opus-4-8', 5_000_000, 500_000, 6_250_000, 25_000_000, 1_000_000, 128_000, 'asked', 320, 500],
  ['claude-opus-4-7', 5_000_000, 500_000, 6_250_000, 25_000_000, 1_000_000, 128_000, 'asked', 320, 500],
  ['claude-opus-4-6', 5_000_000, 500_000, 6_250_000, 25_000_000, 1_000_000, 128_000, 'asked', 320, 500],
  ['claude-sonnet-5-5', 2_000_000, 100_000, 2_500_000, 10_000_000, 1_000_000, 128_000, 'always', 220, 800],
  ['claude-sonnet-5', 2_000_000, 200_000, 2_500_000, 10_000_000, 1_000_000, 128_000, 'asked', 240, 700],
  ['claude-sonnet-4-6', 3_000_000, 300_000, 3_750_000, 15_000_000, 1_000_000, 128_000, 'asked', 260, 700],
  ['claude-sonnet-4-5', 3_000_000, 300_000, 3_750_000, 15_000_000, 200_000, 64_000, 'asked', 260, 700],
  ['claude-haiku-5-5', 100_000, 10_000, 125_000, 500_000, 1_000_000, 128_000, 'asked', 110, 1_500, haikuLong],
  ['claude-haiku-4-5', 1_000_000, 100_000, 1_250_000, 5_000_000, 200_000, 64_000, 'asked', 150, 1_200],
]
const gemini: readonly Row[] = [
  ['gemini-4-argon', 2_000_000, 100_000, 2_000_000, 10_000_000, 1_048_576, 1_048_576, 'always', 260, 800],
  ['gemini-3.8-flash', 750_000, 75_000, 750_000, 3_750_000, 1_048_576, 65_536, 'default', 160, 1_200],
  ['gemini-3.8-flash-lite', 300_000, 30_000, 300_000, 2_500_000, 1_048_576, 65_536, 'asked', 100, 1_600],
  ['gemini-3.7-flash', 750_000, 75_000, 750_000, 3_750_000, 1_048_576, 65_536, 'default', 160, 1_200],
  ['gemini-3.6-flash', 750_000, 75_000, 750_000, 3_750_000, 1_048_576, 65_536, 'default', 160, 1_200],
  ['gemini-3.5-flash', 1_500_000, 150_000, 1_500_000, 9_000_000, 1_048_576, 65_536, 'default', 180, 1_100],
  ['gemini-3.5-flash-lite', 300_000, 30_000, 300_000, 2_500_000, 1_048_576, 65_536, 'asked', 100, 1_600],
  [
    'gemini-3.1-pro-preview',
    2_000_000,
    200_000,
    2_000_000,
    12_000_000,
    1_048_576,
    65_536,
    'always',
    300,
    700,
    geminiLong,
  ],
  ['gemini-3-flash-preview', 500_000, 50_000, 500_000, 3_000_000, 1_048_576, 65_536, 'default', 170, 1_100],
  ['gemini-2.5-pro', 1_250_000, 125_000, 1_250_000, 10_000_000, 1_048_576, 65_536, 'always', 300, 700, geminiLong],
  ['gemini-2.5-flash', 300_000, 30_000, 300_000, 2_500_000, 1_048_576, 65_536, 'default', 160, 1_200],
  ['gemini-2.5-flash-lite', 100_000, 10_000, 100_000, 400_000, 1_048_576, 65_536, 'asked', 100, 1_600],
]

/** Names, and the dated ids that answers to them carry; a dated id may be asked for as well. */
const dated: Readonly<Record<string, string>> = {
  'gpt-5.6': 'gpt-5.6-sol',
  'gpt-5.4': 'gpt-5.4-2026-03-05',
  'gpt-5.4-mini': 'gpt-5.4-mini-2026-03-17',
  'gpt-5.4-nano': 'gpt-5.4-nano-2026-03-17',
  'gpt-5.2': 'gpt-5.2-2025-12-11',
  'gpt-5.1': 'gpt-5.1-2025-11-13',
  'gpt-5': 'gpt-5-2025-08-07',
  'gpt-5-mini': 'gpt-5-mini-2025-08-07',
  'gpt-5-nano': 'gpt-5-nano-2025-08-07',
  'gpt-4.1': 'gpt-4.1-2025-04-14',
  'gpt-4.1-mini': 'gpt-4.1-mini-2025-04-14',
  'gpt-4.1-nano': 'gpt-4.1-nano-2025-04-14',
  'gpt-4o': 'gpt-4o-2024-08-06',
  'gpt-4o-mini': 'gpt-4o-mini-2024-07-18',
  o3: 'o3-2025-04-16',
  'o4-mini': 'o4-mini-2025-04-16',
  'claude-sonnet-4-5': 'claude-sonnet-4-5-20250929',
  'claude-haiku-4-5': 'claude-haiku-4-5-20251001',
}

function modelsOf(provider: Provider, rows: readonly Row[]): readonly Model[] {
  return rows.flatMap((row) => {
    const [id, input, cachedInput, cacheWrite, output, contextTokens, maxOutputTokens, reasons] = row
    const servedAs = dated[id] ?? id
    const [, , , , , , , , firstTokenMs, tokensPerSecond, long = null] = row
    const rates = { input, cachedInput, cacheWrite, output }
    const limits = { contextTokens, maxOutputTokens, reasons, firstTokenMs, tokensPerSecond, long }
    const ids = servedAs === id || rows.some((other) => other[0] === servedAs) ? [id] : [id, servedAs]
    return ids.map((each) => ({ id: each, provider, servedAs, ...rates, ...limits }))
  })
}

export const defaultModels: readonly Model[] = [
  ...modelsOf('openai', openai),
  ...modelsOf('anthropic', anthropic),
  ...modelsOf('gemini', gemini),
]

export type ServiceTier = 'standard' | 'flex' | 'priority'

/** Any other word is the standard tier's. */
export function serviceTierIn(word: unknown): ServiceTier {
  const lower = String(word).toLowerCase()
  return lower === 'flex' || lower === 'priority' ? lower : 'standard'
}

/** Of the standard price. */
const tierPercent: Readonly<Record<Provider, Readonly<Record<ServiceTier, number>>>> = {
  openai: { standard: 100, flex: 50, priority: 200 },
  anthropic: { standard: 100, flex: 100, priority: 100 },
  gemini: { standard: 100, flex: 50, priority: 180 },
}

/** Tokens by what they cost; reasoning is part of `output`. */
export interface BilledTokens {
  readonly uncachedInput: number
  readonly cachedInput: number
  readonly cacheWrite: number
  readonly output: number
}

/** Pico-dollars, whole: tokens times micro-dollars per million tokens. */
export function costPicoUsd(model: Model, tokens: BilledTokens, tier: ServiceTier = 'standard'): number {
  return (standardCost(model, tokens) * tierPercent[model.provider][tier]) / 100
}

function standardCost(model: Model, tokens: BilledTokens): number {
  const input =
    tokens.uncachedInput * model.input + tokens.cachedInput * model.cachedInput + tokens.cacheWrite * model.cacheWrite
  const output = tokens.output * model.output
  const total = tokens.uncachedInput + tokens.cachedInput + tokens.cacheWrite
  if (model.long === null || total <= model.long.above) return input + output
  return Math.round((input * model.long.inputPercent + output * model.long.outputPercent) / 100)
}
