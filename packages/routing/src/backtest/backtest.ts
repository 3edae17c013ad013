// Adds up what another policy would have done with a log of decisions, and claims only what outcomes support.
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Decision } from '@waybill/schemas/generated/decision'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Policy } from '../policy/policy.ts'
import { isAmount } from '../savings/entry.ts'
import { Moments } from './interval.ts'
import type { Redecided } from './redecide.ts'
import { redecide } from './redecide.ts'
import type { BacktestResult, Estimate, Move } from './result.ts'
import type { Known, Weights } from './weights.ts'
import { addWeight, halfWidth } from './weights.ts'

/** What became of a call, from the log or from a file: whatever is known of it. */
export interface Outcome {
  readonly taskClass: string
  readonly target: string
  readonly costPicoUsd: number | null
  readonly expectedPicoUsd: number | null
  readonly latencyMs: number | null
  /** From 0, useless, to 1, good. */
  readonly score: number | null
}

/** What is known of a target in a class. */
class Cell {
  /** What calls cost for one dollar that was expected. */
  readonly costRatio = new Moments()
  readonly latencyMs = new Moments()
  readonly score = new Moments()
}

/** Decisions of a class that would move from one target to another, or stay. */
interface Flow {
  readonly taskClass: string
  readonly from: string
  readonly to: string
  decisions: number
  assumed: number
  expectedBefore: number
  expectedAfter: number
}

/** Fewer outcomes than this support no claim. */
export const fewestOutcomes = 5
/** Claims of decisions are remembered until their costs come; outcomes beyond so many are not used. */
const mostClaims = 500_000
const mostCells = 100_000

const picoUsd = 1e12

/** Of a rejected request: its candidates were looked at, and it was not its tenant's budget that stood in the way. */
const isUnserved = ({ kind, candidates, reason }: Decision): boolean =>
  kind === 'rejected' && candidates.length > 0 && reason !== 'budget_exceeded'

/** Whether a policy had a say: not in duplicates, and not where a rule was broken before targets were looked at. */
const isDecided = (decision: Decision): boolean =>
  decision.taskClass !== null && (decision.kind === 'routed' || decision.kind === 'heir' || isUnserved(decision))

const ofClass = (taskClass: string): string => JSON.stringify([taskClass, null])
const ofTarget = (target: string): string => JSON.stringify([null, target])

const count = (list: readonly Flow[]): number => list.reduce((sum, { decisions }) => sum + decisions, 0)

export class Backtest {
  readonly #policy: Policy
  readonly #catalogue: Catalogue
  readonly #cells = new Map<string, Cell>()
  readonly #flows = new Map<string, Flow>()
  readonly #claims = new Map<string, Pick<Outcome, 'taskClass' | 'target' | 'expectedPicoUsd'>>()
  #decisions = 0
  #notDecided = 0
  #newlyServed = 0
  #newlyRejected = 0
  #scores = 0

  constructor(policy: Policy, catalogue: Catalogue) {
    this.#policy = policy
    this.#catalogue = catalogue
  }

  decision(decision: Decision): void {
    this.#decisions += 1
    const { taskClass, target } = decision
    const again = isDecided(decision) ? redecide(decision, this.#policy, this.#catalogue) : null
    const to = again?.target ?? null
    if (again === null || taskClass === null || (target === null && to === null)) this.#notDecided += 1
    else if (target === null) this.#newlyServed += 1
    else if (to === null) this.#newlyRejected += 1
    else this.#follow(decision, this.#flow(taskClass, target, to), again)
  }

  #follow(decision: Decision, flow: Flow, again: Redecided): void {
    const { taskClass, from, to } = flow
    const before = decision.candidates.find(({ target }) => target === from)?.expectedPicoUsd ?? null
    this.#remember(decision, taskClass, from, before)
    flow.decisions += 1
    flow.expectedBefore += before ?? 0
    flow.expectedAfter += from === to ? (before ?? 0) : again.expectedPicoUsd
    if (again.isAssumed && from !== to) flow.assumed += 1
  }

  #remember({ claim }: Decision, taskClass: string, target: string, expectedPicoUsd: number | null): void {
    if (claim !== null && this.#claims.size < mostClaims)
      this.#claims.set(claim, { taskClass, target, expectedPicoUsd })
  }

  #flow(taskClass: string, from: string, to: string): Flow {
    const key = JSON.stringify([taskClass, from, to])
    const known = this.#flows.get(key)
    if (known !== undefined) return known
    const flow = { taskClass, from, to, decisions: 0, assumed: 0, expectedBefore: 0, expectedAfter: 0 }
    this.#flows.set(key, flow)
    return flow
  }

  /** A cost record whose decision was heard before. Backups are no outcome of what was chosen. */
  cost({ claim, attempt, kind, costPicoUsd, failure, callMs }: Cost): void {
    const decided = attempt === 1 ? this.#claims.get(claim) : undefined
    if (decided === undefined) return
    this.#claims.delete(claim)
    if (kind !== 'paid' || failure !== null) return
    this.outcome({ ...decided, costPicoUsd, latencyMs: callMs, score: null })
  }

  /** What somebody says of the answer that a call has brought, from 0 to 1. */
  quality({ taskClass, target }: Cost, score: number): void {
    const unknown = { costPicoUsd: null, expectedPicoUsd: null, latencyMs: null }
    this.outcome({ taskClass, target: target.id, score, ...unknown })
  }

  /** Whether a decision of this class has gone, or would go, to this target: outcomes of others say nothing here. */
  concerns(taskClass: string, target: string): boolean {
    for (const { taskClass: own, from, to } of this.#flows.values())
      if (own === taskClass && (from === target || to === target)) return true
    return false
  }

  /** The costs of a partition are read: what is left has no outcome there. */
  settle(): void {
    this.#claims.clear()
  }

  outcome({ taskClass, target, costPicoUsd, expectedPicoUsd, latencyMs, score }: Outcome): void {
    const ratio =
      costPicoUsd !== null && isAmount(costPicoUsd) && expectedPicoUsd !== null && expectedPicoUsd > 0
        ? costPicoUsd / expectedPicoUsd
        : null
    const cell = this.#cell(JSON.stringify([taskClass, target]))
    if (ratio !== null) {
      cell.costRatio.add(ratio)
      this.#cell(ofClass(taskClass)).costRatio.add(ratio)
      this.#cell(ofTarget(target)).costRatio.add(ratio)
    }
    if (latencyMs !== null) cell.latencyMs.add(latencyMs)
    if (score === null) return
    this.#scores += 1
    cell.score.add(score)
  }

  #cell(key: string): Cell {
    const cell = this.#cells.get(key) ?? new Cell()
    if (this.#cells.size < mostCells) this.#cells.set(key, cell)
    return cell
  }

  /**
   * How far costs are from what was expected is how long the answers of a class turn out to be. So where a target has
   * too few outcomes in this class and enough in others, the class's other targets stand in: the same tokens at this
   * target's price. For latency and quality nothing stands in.
   */
  #known(taskClass: string, target: string, of: keyof Cell): Known | null {
    const own = this.#enough(JSON.stringify([taskClass, target]), of)
    if (own !== null || of !== 'costRatio') return own
    return this.#enough(ofTarget(target), of) === null ? null : this.#enough(ofClass(taskClass), of)
  }

  #enough(key: string, of: keyof Cell): Known | null {
    const interval = this.#cells.get(key)?.[of].interval() ?? null
    return interval === null || interval.samples < fewestOutcomes ? null : { key, interval }
  }

  /**
   * Sums a figure over the flows that outcomes support on both sides. What stays has no difference, and no doubt.
   * @param weigh what the mean of a flow's cell counts for, before and after
   */
  #estimate(
    of: keyof Cell,
    weigh: (flow: Flow) => readonly [number, number],
    isMean: boolean,
  ): { readonly estimate: Estimate | null; readonly leftOut: number } {
    const weights: Weights = new Map()
    let [before, after, decisions, leftOut, moved, movesLeftOut] = [0, 0, 0, 0, 0, 0]
    for (const flow of this.#flows.values()) {
      const [own, theirs] = [this.#known(flow.taskClass, flow.from, of), this.#known(flow.taskClass, flow.to, of)]
      if (own === null || theirs === null) {
        leftOut += flow.decisions
        if (flow.from !== flow.to) movesLeftOut += flow.decisions
        continue
      }
      const [one, other] = weigh(flow)
      before += own.interval.mean * one
      after += theirs.interval.mean * other
      decisions += flow.decisions
      if (flow.from === flow.to) continue
      moved += flow.decisions
      addWeight(weights, own, -one)
      addWeight(weights, theirs, other)
    }
    // That nothing changes where nothing moves says nothing of the moves.
    if (decisions === 0 || (moved === 0 && movesLeftOut > 0)) return { estimate: null, leftOut: leftOut + decisions }
    const scale = isMean ? decisions : 1
    const half = halfWidth([...weights.values()])
    const difference = after - before
    return {
      leftOut,
      estimate: {
        before: before / scale,
        after: after / scale,
        difference: {
          mean: difference / scale,
          lower: (difference - half) / scale,
          upper: (difference + half) / scale,
        },
        decisions,
        samples: [...weights.values()].reduce((sum, { interval }) => sum + interval.samples, 0),
      },
    }
  }

  result(): BacktestResult {
    const flows = [...this.#flows.values()]
    const moving = flows.filter(({ from, to }) => from !== to)
    const cost = this.#estimate(
      'costRatio',
      ({ expectedBefore, expectedAfter }) => [expectedBefore / picoUsd, expectedAfter / picoUsd],
      false,
    )
    const latency = this.#estimate('latencyMs', ({ decisions }) => [decisions, decisions], true)
    const quality = this.#estimate('score', ({ decisions }) => [decisions, decisions], true)
    return {
      decisions: this.#decisions,
      stay: count(flows) - count(moving),
      move: count(moving),
      newlyServed: this.#newlyServed,
      newlyRejected: this.#newlyRejected,
      notDecided: this.#notDecided,
      assumed: moving.reduce((sum, { assumed }) => sum + assumed, 0),
      leftOut: cost.leftOut,
      costUsd: cost.estimate,
      latencyMs: latency.estimate,
      latencyLeftOut: latency.leftOut,
      quality: quality.estimate,
      qualityLeftOut: quality.leftOut,
      scores: this.#scores,
      moves: moving
        .map(({ taskClass, from, to, decisions, assumed }): Move => {
          const samples = this.#known(taskClass, to, 'costRatio')?.interval.samples ?? 0
          return { taskClass, from, to, decisions, assumed, samples }
        })
        .toSorted((one, other) => other.decisions - one.decisions),
    }
  }
}
