import type { Usage } from '@waybill/schemas/generated/usage'
import { memberOf } from './json.ts'

/** Far above what any model can read or write in one call. */
const most = 1_000_000_000

/** A count of the vendor: null when it gave none, NaN when it gave nonsense. */
export function countAt(value: unknown, name: string): number | null {
  const count = memberOf(value, name)
  if (count === undefined || count === null) return null
  return typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= most ? count : Number.NaN
}

/** The sum of the counts that were given; null when none was. */
export function sum(...counts: readonly (number | null)[]): number | null {
  const given = counts.filter((count) => count !== null)
  return given.length === 0 ? null : given.reduce((total, count) => total + count, 0)
}

export interface CheckedUsage {
  readonly usage: Usage
  readonly suspect: boolean
}

/** The part, if it is a count at all and no more than its total. */
const within = (part: number | null, total: number | null): number | null =>
  part === null || Number.isNaN(part) || (total !== null && part > total) ? null : part

/** Drops counts that are nonsense, and parts that are more than their total: a wrong count is worse than none. */
export function checkedUsage(usage: Usage): CheckedUsage {
  const inputTokens = within(usage.inputTokens, null)
  const outputTokens = within(usage.outputTokens, null)
  const cachedInputTokens = within(usage.cachedInputTokens, inputTokens)
  const left = inputTokens === null ? null : inputTokens - (cachedInputTokens ?? 0)
  const checked: Usage = {
    inputTokens,
    cachedInputTokens,
    cacheWriteInputTokens: within(usage.cacheWriteInputTokens, left),
    outputTokens,
    reasoningTokens: within(usage.reasoningTokens, outputTokens),
  }
  return { usage: checked, suspect: count(checked) !== count(usage) }
}

const count = (usage: Usage): number =>
  [
    usage.inputTokens,
    usage.cachedInputTokens,
    usage.cacheWriteInputTokens,
    usage.outputTokens,
    usage.reasoningTokens,
  ].filter((each) => each !== null).length
