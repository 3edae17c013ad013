import type { CheckedUsage } from '../counts.ts'
import { checkedUsage, countAt } from '../counts.ts'
import { memberOf } from '../json.ts'

/** prompt_tokens includes cached input, completion_tokens includes reasoning. */
export function readUsage(body: unknown): CheckedUsage {
  const counts = memberOf(body, 'usage')
  const input = memberOf(counts, 'prompt_tokens_details')
  return checkedUsage({
    inputTokens: countAt(counts, 'prompt_tokens'),
    cachedInputTokens: countAt(input, 'cached_tokens'),
    cacheWriteInputTokens: countAt(input, 'cache_write_tokens'),
    outputTokens: countAt(counts, 'completion_tokens'),
    reasoningTokens: countAt(memberOf(counts, 'completion_tokens_details'), 'reasoning_tokens'),
  })
}
