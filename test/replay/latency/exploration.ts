// What it costs and brings to send some requests where nothing is known.
import { runArena } from './arena.ts'
import { figuresOf } from './choices.ts'
import type { Measured } from './measured.ts'
import type { ModelReplay } from './thefastest.ts'

/** What exploring this share of the requests comes to, as multiples of the endpoint that was best over all. */
export interface ExplorationReplay {
  readonly share: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

const geometricMean = (ratios: readonly number[]): number =>
  Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length)

/** @param replays of the same models, in their order */
export const replayExploration = (
  measured: readonly Measured[],
  replays: readonly ModelReplay[],
  shares: readonly number[],
): readonly ExplorationReplay[] =>
  shares.map((share) => {
    const pairs = measured.flatMap(({ endpoints, arrivals }, index) => {
      const best = replays[index]?.bestFixed
      const own = figuresOf(runArena({ endpoints, arrivals, failureScope: 'model', exploration: share }))
      return best === undefined ? [] : [{ own, best }]
    })
    const mean = (what: 'p50S' | 'p95S' | 'p99S'): number =>
      geometricMean(pairs.map(({ own, best }) => own[what] / best[what]))
    return { share, p50: mean('p50S'), p95: mean('p95S'), p99: mean('p99S') }
  })
