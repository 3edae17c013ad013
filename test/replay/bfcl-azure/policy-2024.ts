// A policy file from what was learned: one tier a model, and each class goes to the tier of its model.
import type { Policy } from '@waybill/routing/policy/policy'
import { parsePolicy } from '@waybill/routing/policy/parse'
import { catalogue2024, pool } from './catalogue-2024.ts'

const idOf = (model: string): string => catalogue2024.models.get(model)?.id ?? model
const targets = pool.map(idOf)
const named = (model: number): string => pool[model] ?? pool[0] ?? ''

/** @param learned the model of each class, by its place in the pool */
export function policyOf(learned: ReadonlyMap<string, number>, version: string): Policy {
  const [baseline = ''] = targets
  const file = {
    version,
    tiers: Object.fromEntries(pool.map((model, at) => [model, [targets[at]]])),
    classes: Object.fromEntries([...learned].map(([name, model]) => [name, named(model)])),
    otherClasses: named(0),
    defaultRoute: [baseline],
    baseline: { model: baseline, since: '2024-08-11' },
    exploration: { share: 0, costFactor: 1 },
    maxOutputTokens: 4_096,
  }
  const parsed = parsePolicy(JSON.stringify(file), catalogue2024)
  if ('policy' in parsed) return parsed.policy
  throw new Error(parsed.problems.map(({ path, problem }) => `${path}: ${problem}`).join('; '))
}
