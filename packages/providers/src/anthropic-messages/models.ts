import type { StopRule } from '../sampling.ts'

/** Models from before adaptive thinking (4.6): they think by a budget of tokens and know no effort. Assumed of no newer id. */
const budgeted = /claude-(?:instant|2|3|(?:opus|sonnet|haiku)-4(?:-[0-5])?(?:-\d{8})?(?:-latest)?$)/u

export const thinksByBudget = (model: string): boolean => budgeted.test(model)

/** From 4.6 on the conversation must end with somebody else than the model. */
export const takesPrefill = (model: string): boolean => thinksByBudget(model)

export const imageTypes: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif'])
export const stops: StopRule = { most: Infinity, blank: false }

/** The first release of a generation is also called its version zero. */
export const aliasOf = (model: string): string | undefined => (/-\d-0$/u.test(model) ? model.slice(0, -2) : undefined)

/** Models whose thinking cannot be turned off; with it on, no tool can be demanded. */
export const alwaysThinks = (model: string): boolean => /^claude-(?:opus|sonnet)-5-5(?:-|$)/u.test(model)

const efforts: ReadonlyMap<string, { readonly effort: string; readonly budget: number }> = new Map([
  ['minimal', { effort: 'low', budget: 1_024 }],
  ['low', { effort: 'low', budget: 2_048 }],
  ['medium', { effort: 'medium', budget: 8_192 }],
  ['high', { effort: 'high', budget: 16_384 }],
  ['xhigh', { effort: 'xhigh', budget: 24_576 }],
  ['max', { effort: 'max', budget: 32_000 }],
])

/** About how many tokens an effort is worth to a model that wants a budget. */
export const budgetOf = (effort: string | null): number | undefined => efforts.get(effort ?? '')?.budget

/** Version 4.6 has no step between high and max: its error lists the others. */
export function effortOf(effort: string | null, model: string): string | null {
  const step = efforts.get(effort ?? '')?.effort ?? null
  return step === 'xhigh' && /-4-6(?:-|$)/u.test(model) ? 'high' : step
}
