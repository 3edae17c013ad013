// What a word of feedback must keep to, whoever writes or reads it.
import type { Feedback } from './generated/feedback.ts'

const isScore = (score: number): boolean => score >= 0 && score <= 1

/** What is wrong with a word, or null: what its writer is told. */
export function feedbackProblem({ tenant, id, accepted, score, at }: Feedback): string | null {
  if (tenant === '') return 'tenant: must not be empty.'
  if (id === '') return 'id: must not be empty.'
  if (score !== null && !isScore(score)) return `score: is ${score}; it must be from 0 to 1.`
  if (accepted === null && score === null) return 'accepted, score: one of them is needed.'
  return Number.isSafeInteger(at) && at > 0 ? null : `at: is ${at}; it must be epoch milliseconds.`
}
