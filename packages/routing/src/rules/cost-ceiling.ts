import type { Rule } from './rule.ts'
import { out } from './rule.ts'

/** Against the most that it can cost: the input's upper estimate, and all of the output that is asked for. */
export const costCeiling: Rule = {
  name: 'cost_ceiling',
  judge: ({ ceilingPicoUsd }, question) =>
    ceilingPicoUsd > question.ceilingPicoUsd
      ? out(`up to ${ceilingPicoUsd} pico-dollars, the ceiling is ${question.ceilingPicoUsd}`)
      : undefined,
}
