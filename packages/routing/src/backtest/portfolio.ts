// Learns which model serves each task class, from prompts that every model has answered. One bound holds for the whole:
// what is gained in one class may be spent in another.
//
// 1. In each class, a model's difference from the baseline is shrunk towards its difference in all other classes, by as
//    much as foretells prompts best from the others.
// 2. Of all assignments of models to classes, the cheapest whose lower 95 % bound is at least some demand is a plan.
// 3. A plan was chosen because it looked good, so it is worse than it looks. Which demand leads to plans that keep the
//    tolerance is learned too: on parts of the prompts, each held against plans made without it.
import type { AnsweredPrompt, ClassSums } from './class-sums.ts'
import { bestShrinkage, sumsOf } from './class-sums.ts'
import type { Plan } from './plans.ts'
import { deviations, plansOf } from './plans.ts'

/** Demands that are tried: from as loose as the tolerance to this much stricter, in such steps. */
const strictest = 0.03
const step = 0.001
const parts = 10
const divisions = 10
const defaultTolerance = 0.01

/** Numbers in [0, 1) from a seed: a linear congruence, the same on every machine. */
export function dice(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}

/** Parts of nearly the same size, drawn by lot. */
function divided(prompts: readonly AnsweredPrompt[], roll: () => number): readonly (readonly AnsweredPrompt[])[] {
  const drawn = prompts
    .map((prompt) => ({ prompt, lot: roll() }))
    .toSorted((one, other) => one.lot - other.lot)
    .map(({ prompt }) => prompt)
  return Array.from({ length: parts }, (_, part) => drawn.filter((_prompt, at) => at % parts === part))
}

/** Differences that plans brought on prompts that they were not made from. */
class Reached {
  #prompts = 0
  #sum = 0
  #squares = 0

  add(plan: Plan, classes: ClassSums): void {
    for (const [name, { prompts, difference, squares }] of classes) {
      const model = plan.get(name) ?? 0
      this.#prompts += prompts
      this.#sum += difference[model] ?? 0
      this.#squares += squares[model] ?? 0
    }
  }

  get bound(): number {
    const mean = this.#sum / this.#prompts
    const variance = Math.max(0, this.#squares - this.#sum * mean) / Math.max(1, this.#prompts - 1)
    return mean - deviations * Math.sqrt(variance / this.#prompts)
  }
}

/** The bound that each demand leads to, on average over some divisions of the prompts. */
function reachedBounds(
  prompts: readonly AnsweredPrompt[],
  shrinkage: number,
  demands: readonly number[],
): readonly number[] {
  const roll = dice(prompts.length)
  const bounds = demands.map(() => 0)
  for (let division = 0; division < divisions; division++) {
    const reached = demands.map(() => new Reached())
    const all = divided(prompts, roll)
    for (const part of all) {
      const others = all.flatMap((each) => (each === part ? [] : each))
      const tested = sumsOf(part)
      for (const [at, plan] of plansOf(sumsOf(others), shrinkage, demands).entries()) reached[at]?.add(plan, tested)
    }
    for (const [at, { bound }] of reached.entries()) bounds[at] = (bounds[at] ?? 0) + bound / divisions
  }
  return bounds
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** The straight line through the points with the least squares. */
function line(xs: readonly number[], ys: readonly number[]): (x: number) => number {
  const [centre, height] = [meanOf(xs), meanOf(ys)]
  const spread = xs.reduce((sum, x) => sum + (x - centre) ** 2, 0)
  const slope = xs.reduce((sum, x, at) => sum + (x - centre) * ((ys[at] ?? height) - height), 0) / spread
  return (x) => height + slope * (x - centre)
}

/**
 * The loosest demand that leads to plans which keep the tolerance; the strictest where none does. One reached bound hangs
 * on a handful of prompts, and the luckiest of many would be taken: so it is read from a line through all of them.
 */
function demandThatHolds(prompts: readonly AnsweredPrompt[], shrinkage: number, tolerance: number): number {
  const demands = Array.from({ length: Math.round(strictest / step) + 1 }, (_, at) => at * step - tolerance)
  const expected = line(demands, reachedBounds(prompts, shrinkage, demands))
  return demands.find((demand) => expected(demand) >= -tolerance) ?? strictest - tolerance
}

/**
 * The model of each class, by its place among the answers. A class that was not met belongs to the baseline, 0.
 * The same prompts in the same order give the same result.
 * @param tolerance the most that quality may fall, as a share: 0.01 is one percentage point
 */
export function learnPortfolio(prompts: readonly AnsweredPrompt[], tolerance = defaultTolerance): Plan {
  const classes = sumsOf(prompts)
  const shrinkage = bestShrinkage(prompts, classes)
  const [plan] = plansOf(classes, shrinkage, [demandThatHolds(prompts, shrinkage, tolerance)])
  return plan ?? new Map()
}

/** A class table, to compare with: in each class the cheapest model whose mean − 1 standard error is within tolerance. */
export function learnClassTable(prompts: readonly AnsweredPrompt[], tolerance = defaultTolerance): Plan {
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
