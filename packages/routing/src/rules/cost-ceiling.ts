import type { Rule } from './rule.ts'
import { out } from './rule.ts'

/** For a person: rounded up at the ninth decimal, and at least cents. */
function dollars(picoUsd: number): string {
  const text = (Math.ceil(picoUsd / 1_000) / 1e9).toFixed(9)
  return `$${text.replace(/0{1,7}$/u, '')}`
}

/** Against the most that it can cost: the input's upper estimate, and all of the output that is asked for. */
export const costCeiling: Rule = {
  name: 'cost_ceiling',
  concerns: ({ ceilingPicoUsd }) => ceilingPicoUsd < Infinity,
  judge: ({ ceilingPicoUsd }, question) =>
    ceilingPicoUsd > question.ceilingPicoUsd
      ? out(`up to ${dollars(ceilingPicoUsd)}, the ceiling is ${dollars(question.ceilingPicoUsd)}`)
      : undefined,
}
