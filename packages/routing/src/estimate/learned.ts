// What is learned from answers: how many tokens a vendor counts for our estimate, and how long answers are.

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

/** With fewer samples the declared prior is the better guess. */
export const fewestToTrust = 20

/** What an answer teaches. */
export interface Lesson {
  readonly target: string
  readonly taskClass: string
  /** Our estimate of the input before any ratio; null for a request with images, which would spoil the ratio. */
  readonly estimatedTokens: number | null
  readonly inputTokens: number | null
  readonly outputTokens: number | null
}

/** Old samples fade: about the last fifty count. */
const slowest = 0.02
const tail = 0.9

/** Folds one lesson in. The same lessons in the same order give the same figures. */
export function learn(learned: Learned, lesson: Lesson): Learned {
  const { target, taskClass, estimatedTokens, inputTokens, outputTokens } = lesson
  const ratio =
    inputTokens === null || estimatedTokens === null || estimatedTokens <= 0 ? null : inputTokens / estimatedTokens
  const inputRatio =
    ratio === null ? learned.inputRatio : updated(learned.inputRatio, target, Math.min(Math.max(ratio, 0.1), 20))
  if (outputTokens === null || outputTokens < 0) return { ...learned, inputRatio }
  const ofClass = learned.outputTokens.get(taskClass) ?? new Map<string, Quantiles>()
  const outputs = new Map(learned.outputTokens).set(taskClass, updated(ofClass, target, outputTokens))
  return { inputRatio, outputTokens: outputs }
}

function updated(known: ReadonlyMap<string, Quantiles>, key: string, value: number): ReadonlyMap<string, Quantiles> {
  const before = known.get(key)
  return new Map(known).set(
    key,
    before === undefined ? { middle: value, upper: value, samples: 1 } : step(before, value),
  )
}

/** A running mean, and a quantile that steps up nine times as far as it steps down, so that a tenth lies above it. */
function step({ middle, upper, samples }: Quantiles, value: number): Quantiles {
  const weight = Math.max(slowest, 1 / (samples + 1))
  const stride = weight * Math.max(upper, middle, value) * 0.5
  return {
    middle: middle + weight * (value - middle),
    upper:
      value > upper ? Math.min(value, upper + stride * 2 * tail) : Math.max(value, upper - stride * 2 * (1 - tail)),
    samples: samples + 1,
  }
}
