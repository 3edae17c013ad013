// What a simulator can be told, with defaults fit for a demo. One place: main.ts and the docs read the same table.
import type { Model } from './prices.ts'

export interface SimulatorOptions {
  /** 127.0.0.1 unless it has to be reached from elsewhere. */
  readonly host?: string
  /** 0: any that is free. */
  readonly port?: number
  /** The same seed gives the same answers and delays. */
  readonly seed?: string
  /** Multiplies every planned delay; 0 answers at once. */
  readonly latencyScale?: number
  /** Every call takes just this long; null: as long as its model would. */
  readonly latencyFixedMs?: number | null
  /** How often a delay falls into the heavy tail. */
  readonly tailShare?: number
  /** How often a tool is called where the model may choose. */
  readonly toolShare?: number
  /** Median length of text answers, in tokens. */
  readonly textTokens?: number
  /** How often part of a long prompt is read from the cache unasked. */
  readonly cachedShare?: number
  /** Calls that a key may make of a model in a minute; null: any number. */
  readonly requestsPerMinute?: number | null
  /** Tokens, of requests and answers together, that a key may use of a model in a minute; null: any number. */
  readonly tokensPerMinute?: number | null
  /** The largest request body, in bytes. */
  readonly bodyLimit?: number
  /** Rows of the ledger that are kept; totals go on beyond it. */
  readonly ledgerLimit?: number
  /** Each call is written here before it is answered; what is there already is read first. */
  readonly ledgerFile?: string | null
  /** Models besides those of the price table, or in place of them. */
  readonly models?: readonly Model[]
}

export type Settings = Required<SimulatorOptions>

export const defaults: Settings = {
  host: '127.0.0.1',
  port: 0,
  seed: 'waybill',
  latencyScale: 1,
  latencyFixedMs: null,
  tailShare: 0.02,
  toolShare: 0.75,
  textTokens: 90,
  cachedShare: 0.3,
  requestsPerMinute: null,
  tokensPerMinute: null,
  bodyLimit: 33_554_432,
  ledgerLimit: 200_000,
  ledgerFile: null,
  models: [],
}

const ranges: readonly (readonly [keyof Settings, number, number])[] = [
  ['port', 0, 65_535],
  ['latencyScale', 0, 1_000],
  ['latencyFixedMs', 0, 3_600_000],
  ['tailShare', 0, 1],
  ['toolShare', 0, 1],
  ['textTokens', 1, 100_000],
  ['cachedShare', 0, 1],
  ['requestsPerMinute', 1, 1e9],
  ['tokensPerMinute', 1, 1e12],
  ['bodyLimit', 1, 1_073_741_824],
  ['ledgerLimit', 1, 10_000_000],
]

/** Throws with the name of the first setting that is out of its range. */
export function settingsOf(options: SimulatorOptions): Settings {
  const settings: Settings = { ...defaults, ...options }
  for (const [name, low, high] of ranges) {
    const value = settings[name]
    if (value === null) continue
    if (typeof value !== 'number' || !(value >= low && value <= high))
      throw new RangeError(`${name} must be a number from ${low} to ${high}, and is ${JSON.stringify(value)}`)
  }
  return settings
}
