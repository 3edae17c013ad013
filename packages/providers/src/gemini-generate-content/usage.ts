import type { CheckedUsage } from '../counts.ts'
import { checkedUsage, countAt, sum } from '../counts.ts'
import { memberOf } from '../json.ts'

/** promptTokenCount includes cached input; thoughts are not in candidatesTokenCount, which is absent on empty output. */
export function readUsage(body: unknown): CheckedUsage {
  const counts = memberOf(body, 'usageMetadata')
  const prompt = countAt(counts, 'promptTokenCount')
  const reasoningTokens = countAt(counts, 'thoughtsTokenCount')
  return checkedUsage({
    inputTokens: prompt === null ? null : sum(prompt, countAt(counts, 'toolUsePromptTokenCount')),
    cachedInputTokens: countAt(counts, 'cachedContentTokenCount'),
    cacheWriteInputTokens: null,
    outputTokens: outputOf(counts, reasoningTokens),
    reasoningTokens,
  })
}

/** With no candidate tokens the vendor leaves their count out; the total then says whether there was any output. */
function outputOf(counts: unknown, thoughts: number | null): number | null {
  const output = sum(countAt(counts, 'candidatesTokenCount'), thoughts)
  if (output !== null) return output
  const [prompt, total] = [countAt(counts, 'promptTokenCount'), countAt(counts, 'totalTokenCount')]
  const tools = countAt(counts, 'toolUsePromptTokenCount') ?? 0
  return prompt !== null && total === prompt + tools ? 0 : null
}
