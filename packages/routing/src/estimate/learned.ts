// What was learned from answers: how many tokens a vendor counts for our estimate, and how long answers are.

export interface Quantiles {
  readonly middle: number
  /** Nine of ten are at most this. */
  readonly upper: number
  readonly samples: number
}

export interface Learned {
  /** Vendor's tokens for one of our estimate, by target. */
  readonly inputRatio: ReadonlyMap<string, Quantiles>
  /** Tokens of output, by task class and target. */
  readonly outputTokens: ReadonlyMap<string, ReadonlyMap<string, Quantiles>>
}

export const nothingLearned: Learned = { inputRatio: new Map(), outputTokens: new Map() }
