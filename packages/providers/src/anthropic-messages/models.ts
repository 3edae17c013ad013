/** Models from before adaptive thinking (4.6): they think by a budget of tokens and know no effort. Assumed of no newer id. */
const budgeted = /claude-(?:instant|2|3|(?:opus|sonnet|haiku)-4(?:-[0-5])?(?:-\d{8})?(?:-latest)?$)/u

export const thinksByBudget = (model: string): boolean => budgeted.test(model)

const efforts: ReadonlyMap<string, { readonly effort: string; readonly budget: number }> = new Map([
  ['minimal', { effort: 'low', budget: 1_024 }],
  ['low', { effort: 'low', budget: 2_048 }],
  ['medium', { effort: 'medium', budget: 8_192 }],
  ['high', { effort: 'high', budget: 16_384 }],
  ['xhigh', { effort: 'xhigh', budget: 24_576 }],
  ['max', { effort: 'max', budget: 32_000 }],
])

/** An effort on the vendor's scale, and about how many tokens it is worth to a model that wants a budget. */
export const effortOf = (effort: string | null): { readonly effort: string; readonly budget: number } | undefined =>
  efforts.get(effort ?? '')
