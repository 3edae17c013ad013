// What decisions say about duplicates, default routes, rejections and exploration.
import type { Decision } from '@waybill/schemas/generated/decision'
import type { PartName } from './entry.ts'

/** Claims that others met are remembered until their costs are read; beyond so many, only counted. */
const mostClaims = 500_000
/** Different reasons that are told apart. */
const mostReasons = 1_000

const duplicateKinds: ReadonlyMap<string, PartName> = new Map([
  ['redelivered', 'redelivered'],
  ['joined', 'joined'],
  ['replayed', 'replayed'],
  ['failedAgain', 'failedAgain'],
])

const countIn = (counts: Map<string, number>, key: string): void => {
  if (counts.has(key) || counts.size < mostReasons) counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** How much more a choice was expected to cost that was made to learn; null where nothing was explored. */
function exploredExtra({ explored, candidates, target }: Decision): number | null {
  if (!explored) return null
  const chosen = candidates.find((each) => each.target === target)?.expectedPicoUsd ?? null
  const best = candidates.find((each) => each.eligible && each.target !== target)?.expectedPicoUsd ?? null
  return chosen === null || best === null ? 0 : chosen - best
}

export class Tally {
  decisions = 0
  overran = 0
  explored = 0
  /** Duplicates whose answer's cost was not found: they are counted and worth nothing here. */
  unpriced = 0
  readonly kinds = new Map<string, number>()
  readonly defaultRoutes = new Map<string, number>()
  readonly rejections = new Map<string, number>()
  readonly policies = new Map<string, number>()
  /** By claim: how often each kind of duplicate met it. Emptied partition by partition. */
  readonly #met = new Map<string, Map<PartName, number>>()

  /** @returns what the exploration was expected to cost more, or null */
  add(decision: Decision): number | null {
    const { kind, claim, route, reason, taskClass, policy } = decision
    this.decisions += 1
    countIn(this.kinds, kind)
    if (policy !== null) countIn(this.policies, policy)
    if (decision.overran) this.overran += 1
    if (route === 'default')
      countIn(this.defaultRoutes, `${decision.overran ? 'overran the budget' : 'chosen'}, class ${taskClass ?? '?'}`)
    if (kind === 'rejected') countIn(this.rejections, reason ?? 'unknown')
    const duplicate = duplicateKinds.get(kind)
    if (duplicate !== undefined) this.#meet(claim, duplicate)
    if (decision.explored) this.explored += 1
    return exploredExtra(decision)
  }

  #meet(claim: string | null, kind: PartName): void {
    const known = claim === null ? undefined : this.#met.get(claim)
    if (claim === null || (known === undefined && this.#met.size >= mostClaims)) {
      this.unpriced += 1
      return
    }
    const met = known ?? new Map<PartName, number>()
    met.set(kind, (met.get(kind) ?? 0) + 1)
    this.#met.set(claim, met)
  }

  /** What met this claim, for the cost record of its answer: given once. */
  take(claim: string): ReadonlyMap<PartName, number> | undefined {
    const met = this.#met.get(claim)
    this.#met.delete(claim)
    return met
  }

  /** The costs of the partition are read: whatever is left has no answer that was paid. */
  settle(): void {
    for (const met of this.#met.values()) for (const times of met.values()) this.unpriced += times
    this.#met.clear()
  }
}
