import type { CheckedUsage } from '../counts.ts'
import { checkedUsage, countAt } from '../counts.ts'
import { memberOf } from '../json.ts'

/** input_tokens includes cached input, output_tokens includes reasoning; null while the response is queued. */
export function readUsage(body: unknown): CheckedUsage {
  const counts = memberOf(body, 'usage')
  const input = memberOf(counts, 'input_tokens_details')
  return checkedUsage({
    inputTokens: countAt(counts, 'input_tokens'),
    cachedInputTokens: countAt(input, 'cached_tokens'),
    cacheWriteInputTokens: countAt(input, 'cache_write_tokens'),
    outputTokens: countAt(counts, 'output_tokens'),
    reasoningTokens: countAt(memberOf(counts, 'output_tokens_details'), 'reasoning_tokens'),
  })
}
