// How good the answers of each model are said to be.
import type { Feedback } from '@waybill/schemas/generated/feedback'
import type { Interval } from '../backtest/interval.ts'
import { Moments } from '../backtest/interval.ts'

class Opinion {
  words = 0
  readonly accepted = new Moments()
  readonly score = new Moments()
}

export interface ModelQuality {
  readonly model: string
  readonly words: number
  /** Share of those that were accepted or not; null where nobody has said. */
  readonly accepted: Interval | null
  readonly score: Interval | null
}

export class Opinions {
  readonly #by = new Map<string, Opinion>()

  hear(model: string, { accepted, score }: Feedback): void {
    const opinion = this.#by.get(model) ?? new Opinion()
    this.#by.set(model, opinion)
    opinion.words += 1
    if (accepted !== null) opinion.accepted.add(accepted ? 1 : 0)
    if (score !== null) opinion.score.add(score)
  }

  get words(): number {
    return [...this.#by.values()].reduce((sum, { words }) => sum + words, 0)
  }

  /** Those of whom most was said first. */
  get models(): readonly ModelQuality[] {
    return [...this.#by]
      .map(([model, { words, accepted, score }]) => ({
        model,
        words,
        accepted: accepted.interval(),
        score: score.interval(),
      }))
      .toSorted((one, other) => other.words - one.words || one.model.localeCompare(other.model))
  }
}
