// Means and how far they can be trusted.

export interface Interval {
  readonly mean: number
  readonly lower: number
  readonly upper: number
  readonly samples: number
}

/** Standard errors of a two-sided 95 % interval of a normal distribution. */
const deviations = 1.96

/** Sums from which a mean and its 95 % interval come: bounded memory, one pass (Welford). */
export class Moments {
  samples = 0
  #mean = 0
  #squares = 0

  add(value: number): void {
    this.samples += 1
    const before = value - this.#mean
    this.#mean += before / this.samples
    this.#squares += before * (value - this.#mean)
  }

  /** null without samples; with one, nothing is known of its spread and the interval has no ends. */
  interval(): Interval | null {
    const { samples } = this
    if (samples === 0) return null
    const half = samples === 1 ? Infinity : deviations * Math.sqrt(this.#squares / (samples - 1) / samples)
    return { mean: this.#mean, lower: this.#mean - half, upper: this.#mean + half, samples }
  }
}

export function intervalOf(values: Iterable<number>): Interval | null {
  const moments = new Moments()
  for (const value of values) moments.add(value)
  return moments.interval()
}

/** The smallest value that this share of them does not exceed; 0 for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}
