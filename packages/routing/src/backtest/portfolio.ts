// Learns which model serves each task class, from prompts that every model has answered. One bound holds for the whole:
// what is gained in one class may be spent in another, and nothing is taken for better that only looks so in a few prompts.
//
// 1. In each class, a model's difference from the baseline is shrunk towards its difference in all other classes.
// 2. Of all assignments of models to classes, the cheapest whose lower 95 % bound of the difference holds is a plan.
// 3. Plans are made on resampled prompts, and each class goes to the model that most of them chose: a choice that hangs
//    on a handful of prompts does not win.

/** What became of one prompt at every model, in the order of the models; the first is the baseline. */
export interface AnsweredPrompt {
  readonly taskClass: string
  readonly answers: readonly { readonly score: number; readonly cost: number }[]
}

export interface PortfolioTerms {
  /** The most that quality may fall, as a share: 0.01 is one percentage point. */
  readonly tolerance: number
  /** Standard errors between the expected difference and its lower bound. */
  readonly deviations: number
  /** What a model does in all other classes counts like this many prompts of the class itself. */
  readonly shrinkage: number
  /** How often plans are made anew. */
  readonly resamples: number
}

const portfolioDefaults: PortfolioTerms = { tolerance: 0.01, deviations: 1.96, shrinkage: 20, resamples: 25 }

/** The variance of a difference before any was seen, and how many prompts that assumption is worth. */
const assumed = { variance: 0.1, prompts: 5 } as const

interface Sums {
  prompts: number
  readonly difference: number[]
  readonly squares: number[]
  readonly cost: number[]
}

/** A model for a class: all of it are sums over the prompts of the class. */
interface Option {
  readonly gain: number
  readonly variance: number
  readonly cost: number
}

function sumsOf(prompts: readonly AnsweredPrompt[]): ReadonlyMap<string, Sums> {
  const classes = new Map<string, Sums>()
  for (const { taskClass, answers } of prompts) {
    let sums = classes.get(taskClass)
    if (sums === undefined) {
      const zeros = (): number[] => answers.map(() => 0)
      sums = { prompts: 0, difference: zeros(), squares: zeros(), cost: zeros() }
      classes.set(taskClass, sums)
    }
    sums.prompts += 1
    const baseline = answers[0]?.score ?? 0
    for (const [model, { score, cost }] of answers.entries()) {
      const difference = score - baseline
      sums.difference[model] = (sums.difference[model] ?? 0) + difference
      sums.squares[model] = (sums.squares[model] ?? 0) + difference * difference
      sums.cost[model] = (sums.cost[model] ?? 0) + cost
    }
  }
  return classes
}

function optionsOf(classes: ReadonlyMap<string, Sums>, all: number, shrinkage: number): readonly (readonly Option[])[] {
  const totals: number[] = []
  for (const { difference } of classes.values())
    for (const [model, sum] of difference.entries()) totals[model] = (totals[model] ?? 0) + sum
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

/** The cheapest assignment whose lower bound holds; the baseline everywhere always does. */
function plan(prompts: readonly AnsweredPrompt[], terms: PortfolioTerms): ReadonlyMap<string, number> {
  const classes = sumsOf(prompts)
  const options = optionsOf(classes, prompts.length, terms.shrinkage)
  const scale = options.reduce((sum, [baseline]) => sum + (baseline?.cost ?? 0), 0)
  let [best, least] = [options.map(() => 0), scale]
  for (const price of qualityPrices)
    for (const doubt of doubtPrices) {
      const models = assigned(options, price * scale, doubt)
      const picked = models.flatMap((model, at) => options[at]?.[model] ?? [])
      const total = (figure: keyof Option): number => picked.reduce((sum, option) => sum + option[figure], 0)
      const bound = (total('gain') - terms.deviations * Math.sqrt(total('variance'))) / prompts.length
      if (bound >= -terms.tolerance && total('cost') < least) [best, least] = [[...models], total('cost')]
    }
  return new Map([...classes.keys()].map((name, at) => [name, best[at] ?? 0]))
}

/** Numbers in [0, 1) from a seed: a linear congruence, the same on every machine. */
export function dice(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}

function mostVoted(votes: readonly number[]): number {
  return votes.reduce((best, count, model) => (count > (votes[best] ?? 0) ? model : best), 0)
}

/**
 * The model of each class, by its place among the answers. A class that was not met belongs to the baseline, 0.
 * The same prompts in the same order give the same result.
 */
export function learnPortfolio(
  prompts: readonly AnsweredPrompt[],
  terms: PortfolioTerms = portfolioDefaults,
): ReadonlyMap<string, number> {
  const votes = new Map<string, number[]>()
  const roll = dice(prompts.length)
  for (let round = 0; round < terms.resamples; round++) {
    const drawn = prompts.flatMap(() => prompts[Math.floor(roll() * prompts.length)] ?? [])
    for (const [name, model] of plan(drawn, terms)) {
      const counts = votes.get(name) ?? []
      for (let at = counts.length; at <= model; at++) counts.push(0)
      counts[model] = (counts[model] ?? 0) + 1
      votes.set(name, counts)
    }
  }
  return new Map([...votes].map(([name, counts]) => [name, mostVoted(counts)]))
}

/** A class table, to compare with: in each class the cheapest model whose mean − 1 standard error is within tolerance. */
export function learnClassTable(
  prompts: readonly AnsweredPrompt[],
  { tolerance }: Pick<PortfolioTerms, 'tolerance'> = portfolioDefaults,
): ReadonlyMap<string, number> {
  const table = new Map<string, number>()
  for (const [name, { prompts: count, difference, squares, cost }] of sumsOf(prompts)) {
    const isFit = (model: number): boolean => {
      const mean = (difference[model] ?? 0) / count
      const variance = Math.max(0, ((squares[model] ?? 0) - count * mean * mean) / Math.max(1, count - 1))
      return model === 0 || mean - Math.sqrt(variance / count) >= -tolerance
    }
    const fit = [...cost.keys()].filter(isFit)
    table.set(
      name,
      fit.reduce((best, model) => ((cost[model] ?? 0) < (cost[best] ?? 0) ? model : best), 0),
    )
  }
  return table
}
