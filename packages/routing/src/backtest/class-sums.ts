// What every model did in every task class, as sums over prompts that all models have answered.

/** What became of one prompt at every model, in the order of the models; the first is the baseline. */
export interface AnsweredPrompt {
  readonly taskClass: string
  readonly answers: readonly { readonly score: number; readonly cost: number }[]
}

/** Of one class, by model: differences are from the baseline. */
interface Sums {
  prompts: number
  readonly difference: number[]
  readonly squares: number[]
  readonly cost: number[]
}

export type ClassSums = ReadonlyMap<string, Sums>

export function sumsOf(prompts: readonly AnsweredPrompt[]): ClassSums {
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

/** The differences of each model over all classes. */
export function totalsOf(classes: ClassSums): readonly number[] {
  const totals: number[] = []
  for (const { difference } of classes.values())
    for (const [model, sum] of difference.entries()) totals[model] = (totals[model] ?? 0) + sum
  return totals
}

const steps = [2, 3, 5, 7, 10, 14, 20, 28, 40, 56, 80]

/** How far off, squared, a score is from what the others of its class and the other classes say, at each shrinkage. */
function errorsOf(difference: number, own: number, elsewhere: number, others: number): readonly number[] {
  return steps.map((shrinkage) => {
    const expected = (own - difference + shrinkage * elsewhere) / (others + shrinkage)
    return (difference - expected) ** 2
  })
}

/** Adds to the errors of each shrinkage what it makes of one prompt. */
function addErrors(errors: number[], { answers }: AnsweredPrompt, own: Sums, elsewhere: readonly number[]): void {
  const baseline = answers[0]?.score ?? 0
  for (const [model, { score }] of answers.entries()) {
    const told = errorsOf(score - baseline, own.difference[model] ?? 0, elsewhere[model] ?? 0, own.prompts - 1)
    for (const [at, error] of told.entries()) errors[at] = (errors[at] ?? 0) + error
  }
}

/**
 * How many prompts of a class what a model does elsewhere is worth: with this many, what the other prompts say of one
 * comes nearest to it, in squares over all prompts and models.
 */
export function bestShrinkage(prompts: readonly AnsweredPrompt[], classes: ClassSums): number {
  const totals = totalsOf(classes)
  const errors = steps.map(() => 0)
  for (const prompt of prompts) {
    const own = classes.get(prompt.taskClass)
    if (own === undefined) continue
    const others = Math.max(1, prompts.length - own.prompts)
    const elsewhere = totals.map((sum, model) => (sum - (own.difference[model] ?? 0)) / others)
    addErrors(errors, prompt, own, elsewhere)
  }
  return steps[errors.indexOf(Math.min(...errors))] ?? 1
}
