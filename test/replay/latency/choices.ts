// What the same requests would have taken by other ways to choose, without any failover.
import { quantile } from '@waybill/routing/backtest/interval'
import { dice } from '@waybill/routing/backtest/portfolio'
import type { Endpoint, Ended } from './arena.ts'
import { budgetMs } from './arena.ts'

export interface Figures {
  readonly requests: number
  /** Requests without an answer within their budget. */
  readonly unanswered: number
  readonly p50S: number
  readonly p95S: number
  readonly p99S: number
  readonly worstS: number
}

/** A request without an answer has taken its whole budget. */
export function figuresOf(ended: readonly Pick<Ended, 'ms' | 'isAnswered'>[]): Figures {
  const times = ended.map(({ ms, isAnswered }) => (isAnswered ? ms : budgetMs))
  const seconds = (share: number): number => quantile(times, share) / 1_000
  return {
    requests: ended.length,
    unanswered: ended.filter(({ isAnswered }) => !isAnswered).length,
    p50S: seconds(0.5),
    p95S: seconds(0.95),
    p99S: seconds(0.99),
    worstS: seconds(1),
  }
}

type Tried = Pick<Ended, 'ms' | 'isAnswered'>

/** How a call would have gone; undefined where the endpoint is not offered. */
function tried(endpoint: Endpoint | undefined, at: number): Tried | undefined {
  const behaviour = endpoint?.(at) ?? null
  if (behaviour === null) return undefined
  return { ms: behaviour.ms, isAnswered: behaviour.outcome === 'ok' && behaviour.ms <= budgetMs }
}

const taken = ({ ms, isAnswered }: Tried): number => (isAnswered ? ms : budgetMs)

export interface Others {
  readonly random: Figures
  /** The one endpoint that was best over all, known only afterwards; where it is not offered, the next best. */
  readonly bestFixed: Figures
  /** The quickest of each moment: nobody can know it. */
  readonly oracle: Figures
}

export function othersOf(endpoints: ReadonlyMap<string, Endpoint>, arrivals: readonly number[]): Others {
  const roll = dice(1)
  const all = arrivals.map((at) => [...endpoints.values()].map((endpoint) => tried(endpoint, at)))
  const means = [...endpoints.keys()].map((_, place) => {
    const times = all.flatMap((row) => (row[place] === undefined ? [] : [taken(row[place])]))
    return times.length === 0 ? Infinity : times.reduce((sum, ms) => sum + ms, 0) / times.length
  })
  const places = [...means.keys()].toSorted((one, other) => (means[one] ?? 0) - (means[other] ?? 0))
  const pick = (
    choose: (offered: readonly Tried[], row: readonly (Tried | undefined)[]) => Tried | undefined,
  ): Figures =>
    figuresOf(
      all.flatMap((row) => {
        const offered = row.filter((each) => each !== undefined)
        return choose(offered, row) ?? []
      }),
    )
  return {
    random: pick((offered) => offered[Math.floor(roll() * offered.length)]),
    bestFixed: pick((_, row) => places.map((place) => row[place]).find((each) => each !== undefined)),
    oracle: pick((offered) => offered.toSorted((one, other) => taken(one) - taken(other))[0]),
  }
}
