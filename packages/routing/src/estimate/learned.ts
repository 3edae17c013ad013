// What is learned from answers: how many tokens a vendor counts for our estimate, and how long answers are.

export interface Quantiles {
  readonly middle: number
  /** Nine of ten are at most this. */
  readonly upper: number
  readonly samples: number
}

/** By task class and target. */
type Cells = ReadonlyMap<string, ReadonlyMap<string, Quantiles>>

export interface Learned {
  /** Vendor's tokens for one of our estimate. A class says more than a target alone: its requests have tools, or none. */
  readonly inputRatio: Cells
  /** Tokens of output. */
  readonly outputTokens: Cells
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

/** Callers name classes, so there may be any number of them. */
const mostClasses = 256

/** A sample counts at most so many times what nine of ten stay below: one that is absurd moves little. */
const mostTimes = { inputRatio: 2, outputTokens: 4 } as const

/** What a first sample is believed to be: no vendor makes so much more, or less, of a text. */
const [leastRatio, mostRatio] = [0.25, 4]
const mostOutput = 16_384

/** Folds one lesson in. The same lessons in the same order give the same figures. */
export function learn(learned: Learned, lesson: Lesson): Learned {
  const { estimatedTokens, inputTokens, outputTokens } = lesson
  const isCounted = isCount(inputTokens) && isCount(estimatedTokens)
  const ratio = isCounted ? Math.max(inputTokens / estimatedTokens, leastRatio) : null
  return {
    inputRatio: updated(learned.inputRatio, lesson, ratio, mostTimes.inputRatio, mostRatio),
    outputTokens: updated(
      learned.outputTokens,
      lesson,
      isCount(outputTokens) ? outputTokens : null,
      mostTimes.outputTokens,
      mostOutput,
    ),
  }
}

/** Nobody answers with nothing, or asks nothing. */
const isCount = (tokens: number | null): tokens is number =>
  tokens !== null && Number.isSafeInteger(tokens) && tokens > 0

function updated(
  cells: Cells,
  { taskClass, target }: Lesson,
  value: number | null,
  times: number,
  mostAtFirst: number,
): Cells {
  const known = cells.get(taskClass)
  if (value === null || (known === undefined && cells.size >= mostClasses)) return cells
  const before = known?.get(target)
  const believed = Math.min(value, before === undefined ? mostAtFirst : before.upper * times)
  const after = before === undefined ? { middle: believed, upper: believed, samples: 1 } : step(before, believed)
  return new Map(cells).set(taskClass, new Map(known).set(target, after))
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
