import type { CheckedUsage } from '../counts.ts'
import { checkedUsage, countAt, sum } from '../counts.ts'
import { memberOf } from '../json.ts'

/** input_tokens leaves out what was read from and written to a cache; output_tokens includes thinking. */
export function readUsage(body: unknown): CheckedUsage {
  const counts = memberOf(body, 'usage')
  const cachedInputTokens = countAt(counts, 'cache_read_input_tokens')
  const cacheWriteInputTokens = countAt(counts, 'cache_creation_input_tokens')
  const fresh = countAt(counts, 'input_tokens')
  return checkedUsage({
    inputTokens: fresh === null ? null : sum(fresh, cachedInputTokens, cacheWriteInputTokens),
    cachedInputTokens,
    cacheWriteInputTokens,
    outputTokens: countAt(counts, 'output_tokens'),
    reasoningTokens: countAt(memberOf(counts, 'output_tokens_details'), 'thinking_tokens'),
  })
}
