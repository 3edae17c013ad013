// Ten folds by a hash of the prompt's id: what serves a prompt was learned on the nine that do not hold it.
import { createHash } from 'node:crypto'
import type { AnsweredPrompt } from '@waybill/routing/backtest/class-sums'
import { learnPortfolio } from '@waybill/routing/backtest/portfolio'
import type { Interval } from '@waybill/routing/backtest/interval'
import { intervalOf } from '@waybill/routing/backtest/interval'
import type { Prompt } from './reading.ts'

const folds = 10

export const foldOf = (id: string, seed: number): number =>
  Number.parseInt(createHash('sha256').update(`${seed}/${id}`).digest('hex').slice(0, 8), 16) % folds

/** From the prompts that were answered to the model of each class, by its place in the pool. */
export type Learner = (prompts: readonly AnsweredPrompt[]) => ReadonlyMap<string, number>

const answered = ({ category, answers }: Prompt): AnsweredPrompt => ({
  taskClass: category,
  answers: answers.map(({ correct, costPicoUsd }) => ({ score: correct, cost: costPicoUsd })),
})

/** What was learned for each fold, from the other nine. */
export function learnFolds(
  prompts: readonly Prompt[],
  seed: number,
  learner: Learner = learnPortfolio,
): readonly ReadonlyMap<string, number>[] {
  const placed = prompts.map((prompt) => ({ fold: foldOf(prompt.id, seed), prompt: answered(prompt) }))
  return Array.from({ length: folds }, (_, fold) =>
    learner(placed.filter((each) => each.fold !== fold).map(({ prompt }) => prompt)),
  )
}

/** Of prompts, each counted once. */
export interface Score {
  readonly savedPercent: number
  /** Percentage points against the baseline, paired by prompt. */
  readonly quality: Interval
}

const nothing: Interval = { mean: 0, lower: 0, upper: 0, samples: 0 }

/** @param choose the model for a prompt, by its place in the pool */
export function scoreOf(prompts: readonly Prompt[], choose: (prompt: Prompt) => number): Score {
  let [spent, baseline] = [0, 0]
  const differences = prompts.map((prompt) => {
    const [own, theirs] = [prompt.answers[choose(prompt)], prompt.answers[0]]
    spent += own?.costPicoUsd ?? 0
    baseline += theirs?.costPicoUsd ?? 0
    return ((own?.correct ?? 0) - (theirs?.correct ?? 0)) * 100
  })
  return {
    savedPercent: baseline === 0 ? 0 : (1 - spent / baseline) * 100,
    quality: intervalOf(differences) ?? nothing,
  }
}

/** How a learner does where every prompt is served by what was learned without it. */
export function crossValidated(prompts: readonly Prompt[], seed: number, learner?: Learner): Score {
  const learned = learnFolds(prompts, seed, learner)
  return scoreOf(prompts, ({ id, category }) => learned[foldOf(id, seed)]?.get(category) ?? 0)
}

export interface Spread {
  readonly mean: number
  readonly least: number
  readonly most: number
}

export const spreadOf = (values: readonly number[]): Spread => ({
  mean: values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length),
  least: Math.min(...values),
  most: Math.max(...values),
})
