// Assignments of models to classes: the cheapest that keeps quality above a bound.
import type { ClassSums } from './class-sums.ts'
import { totalsOf } from './class-sums.ts'

/** The model of each class, by its place among the answers. */
export type Plan = ReadonlyMap<string, number>

/** Standard errors between a mean and its lower 95 % bound. */
export const deviations = 1.96

/** The variance of a difference before any was seen, and how many prompts that assumption is worth. */
const assumed = { variance: 0.1, prompts: 5 } as const

/** A model for a class: all of it are sums over the prompts of the class. */
interface Option {
  readonly gain: number
  readonly variance: number
  readonly cost: number
}

const promptsOf = (classes: ClassSums): number => [...classes.values()].reduce((sum, { prompts }) => sum + prompts, 0)

/** A model's difference in a class is shrunk towards its difference in all other classes. */
function optionsOf(classes: ClassSums, shrinkage: number): readonly (readonly Option[])[] {
  const [all, totals] = [promptsOf(classes), totalsOf(classes)]
  return [...classes.values()].map(({ prompts, difference, squares, cost }) =>
    cost.map((costs, model) => {
      if (model === 0) return { gain: 0, variance: 0, cost: costs }
      const sum = difference[model] ?? 0
      const elsewhere = all === prompts ? 0 : ((totals[model] ?? 0) - sum) / (all - prompts)
      const spread = Math.max(0, (squares[model] ?? 0) - (sum * sum) / prompts)
      const variance = (spread + assumed.variance * assumed.prompts) / (prompts + assumed.prompts)
      return {
        gain: (prompts * (sum + elsewhere * shrinkage)) / (prompts + shrinkage),
        variance: prompts * variance,
        cost: costs,
      }
    }),
  )
}

/** What a unit of quality may cost, from next to nothing to more than any model, and what doubt about it costs. */
const qualityPrices = Array.from({ length: 81 }, (_, at) => 10 ** (at / 10 - 6))
const doubtPrices = [0, 0.05, 0.1, 0.2, 0.4]

/** The best model of each class where quality has this price. */
const assigned = (classes: readonly (readonly Option[])[], price: number, doubt: number): readonly number[] =>
  classes.map((options) => {
    let [best, least] = [0, Infinity]
    for (const [model, { gain, variance, cost }] of options.entries()) {
      const value = cost - price * (gain - doubt * variance)
      if (value < least) [best, least] = [model, value]
    }
    return best
  })

interface Weighed {
  readonly models: readonly number[]
  readonly bound: number
  readonly cost: number
}

function weigh(options: readonly (readonly Option[])[], models: readonly number[], prompts: number): Weighed {
  let [gain, variance, cost] = [0, 0, 0]
  for (const [at, model] of models.entries()) {
    const option = options[at]?.[model]
    gain += option?.gain ?? 0
    variance += option?.variance ?? 0
    cost += option?.cost ?? 0
  }
  return { models, bound: (gain - deviations * Math.sqrt(variance)) / prompts, cost }
}

/**
 * For each demand the cheapest plan whose lower 95 % bound of the mean difference, as these sums have it, is at least
 * that; the baseline everywhere where there is none.
 */
export function plansOf(classes: ClassSums, shrinkage: number, demands: readonly number[]): readonly Plan[] {
  const options = optionsOf(classes, shrinkage)
  const prompts = promptsOf(classes)
  const baseline = weigh(
    options,
    options.map(() => 0),
    prompts,
  )
  const all = qualityPrices.flatMap((price) =>
    doubtPrices.map((doubt) => weigh(options, assigned(options, price * baseline.cost, doubt), prompts)),
  )
  return demands.map((demand) => {
    let best = baseline
    for (const plan of all) if (plan.bound >= demand && plan.cost < best.cost) best = plan
    return new Map([...classes.keys()].map((name, at) => [name, best.models[at] ?? 0]))
  })
}
