import { feedbackProblem } from '@waybill/schemas/feedback-problem'
import type { Feedback } from '@waybill/schemas/generated/feedback'

/** A word on an answer: at least one of `accepted` and `score`. */
export type FeedbackInput = Pick<Feedback, 'tenant' | 'id'> & Partial<Feedback>

/** @throws RangeError with the field that is wrong */
export function completeFeedback(input: FeedbackInput, now: number): Feedback {
  const word = { accepted: null, score: null, source: '', at: now, ...input }
  const problem = feedbackProblem(word)
  if (problem !== null) throw new RangeError(problem)
  return word
}
