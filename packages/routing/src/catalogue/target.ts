// What the catalogue says of a target. Prices are integers: millionths of a US dollar per million tokens, so that
// tokens times price is an exact number of 10^-12 dollars.

/** Prices of the disjoint kinds of tokens. */
export interface Rates {
  /** Input neither read from nor written to a cache. */
  readonly input: number
  readonly cachedInput: number
  /** Written to a cache for five minutes; where the vendor takes nothing extra for it, that of plain input. */
  readonly cacheWrite: number
  /** Reasoning included. */
  readonly output: number
}

export interface Price extends Rates {
  /** Since when it holds: a day such as 2026-11-26, or launch: no other price of the model is known. */
  readonly since: string
  /** The same in epoch milliseconds. */
  readonly validFrom: number
  /** What all tokens of a request cost whose input is longer than this. */
  readonly longContext: (Rates & { readonly aboveInputTokens: number }) | null
  /** What a contract takes the list price times; absent where there is none. */
  readonly contract?: number
}

/** Outputs of about the same length, whose latencies can be compared. */
export type SizeClass = 'tiny' | 'short' | 'medium' | 'long' | 'huge'

type SamplingSetting = 'temperature' | 'topP' | 'topK' | 'seed' | 'frequencyPenalty' | 'presencePenalty' | 'stop'

/** What it takes of things, and no more. */
export interface Limits {
  readonly tools: number
  /** Stop sequences; where it takes none at all, they are ignored. */
  readonly stops: number
  /** A stop sequence may be nothing but white space. */
  readonly blankStops: boolean
  /** Kinds of images that it reads; null: no kind is known to be refused. */
  readonly imageTypes: readonly string[] | null
  /** Images may stand in the assistant's own turns. */
  readonly assistantImages: boolean
  /** The conversation may end with the assistant's own turn, which the model then goes on with. */
  readonly prefill: boolean
}

export interface Capabilities {
  readonly tools: boolean
  /** Several calls at once. */
  readonly parallelTools: boolean
  /** Several calls at once can be forbidden. */
  readonly singleTool: boolean
  /** A tool can be demanded. */
  readonly forcedTool: boolean
  /** lossy: the vendor takes a weaker schema, so answers are validated; none: it takes no schema. */
  readonly jsonSchema: 'strict' | 'lossy' | 'none'
  /** Tools and an output schema in one request. */
  readonly schemaWithTools: boolean
  readonly images: boolean
  /** Sampling settings that it takes. */
  readonly sampling: readonly SamplingSetting[]
  /** Words for how much it thinks; none: it does not reason. */
  readonly efforts: readonly string[]
  /** It takes a limit of tokens to think with. */
  readonly reasoningLimit: boolean
  readonly limits: Limits
}

/** What is assumed of a target until it was measured. */
export interface Priors {
  /** 95th percentile from dispatch to result. */
  readonly p95Ms: Readonly<Record<SizeClass, number>>
  /** Output of a plain request, reasoning included. */
  readonly outputTokens: number
  /** Its tokens for one token of our estimate: the middle, and what nine of ten requests stay below. */
  readonly inputRatio: number
  readonly inputRatioUpper: number
  /** What the vendor adds to the input of a request with tools. */
  readonly toolTokens: number
  /** What an image counts for. */
  readonly imageTokens: number
}

/** A provider account, its regions, one pinned model there, and a service tier of the vendor's. */
export interface CatalogueTarget {
  /** provider/model, then +service-tier where one is asked for, then @account where that is not the provider's default. */
  readonly id: string
  readonly provider: string
  /** Whose key and address the worker calls with. The catalogue knows `default`; a policy names others. */
  readonly account: string
  readonly api: 'chatCompletions' | 'responses' | 'messages' | 'generateContent'
  /** The exact id that is sent. */
  readonly model: string
  /**
   * Whether the id names one snapshot. false: the vendor publishes no such id, so that it may change what answers, and
   * neither the id nor the answer would tell.
   */
  readonly pinned: boolean
  /** The vendor's moving name for the pinned model when it was last checked: what callers say. Never sent. */
  readonly alias: string | null
  /** The vendor's own word for it, which is sent; null: none is, and the vendor serves as it does by default. */
  readonly serviceTier: string | null
  /** Where the work is done. */
  readonly regions: readonly string[]
  /** What the provider keeps of prompts and answers under its standard terms; a contract may say otherwise. */
  readonly retention: string
  /** Oldest first. Without any, the target is never chosen: an unknown price is not zero. */
  readonly prices: readonly Price[]
  /** Most tokens of input. */
  readonly contextTokens: number
  readonly maxOutputTokens: number
  readonly capabilities: Capabilities
  /** From when on the vendor refuses it, epoch milliseconds; null: no date was announced. */
  readonly retiresAt: number | null
  readonly source: string
  /** The day on which a person last compared this entry with its source. */
  readonly checkedOn: string
  readonly priors: Priors
}
