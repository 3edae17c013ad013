import type { Rule } from './rule.ts'
import { back, out } from './rule.ts'

/** Whether the prompt fits, and the answer that the caller asks for. Estimates: what is only likely too long goes back. */
export const context: Rule = {
  name: 'context',
  judge({ target, inputTokens, inputTokensUpper }, { request }) {
    if (inputTokens > target.contextTokens) return out(`about ${inputTokens} tokens, it takes ${target.contextTokens}`)
    if ((request.maxOutputTokens ?? 0) > target.maxOutputTokens)
      return out(`writes at most ${target.maxOutputTokens} tokens`)
    if (inputTokensUpper > target.contextTokens)
      return back(`up to ${inputTokensUpper} tokens, it takes ${target.contextTokens}`)
    return undefined
  },
}
