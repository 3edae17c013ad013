// Prompts for the tests of what learns from them.
import type { AnsweredPrompt } from './class-sums.ts'

/** Prompts of a class, at which the baseline costs 10 and is right, and a cheaper model, which costs 1, so often. */
export const prompts = (taskClass: string, right: number, wrong: number): readonly AnsweredPrompt[] =>
  Array.from({ length: right + wrong }, (_, at) => ({
    taskClass,
    answers: [
      { score: 1, cost: 10 },
      { score: at < right ? 1 : 0, cost: 1 },
    ],
  }))
