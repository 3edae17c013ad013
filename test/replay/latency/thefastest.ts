// The choice by the rolling percentile at the endpoints of thefastest, beside other ways to choose.
import { runArena } from './arena.ts'
import type { Figures, Others } from './choices.ts'
import { figuresOf, othersOf } from './choices.ts'
import type { Measured } from './measured.ts'
import type { Stall } from './stalls.ts'
import { stallsOf } from './stalls.ts'

export interface ModelReplay extends Others {
  readonly name: string
  readonly endpoints: number
  readonly waybill: Figures
  /** The same by calls that have ended alone: a rolling percentile, and no look at those under way. */
  readonly endedOnly: Figures
}

export interface FastestReplay {
  readonly models: readonly ModelReplay[]
  readonly stalls: readonly Stall[]
}

export function replayTheFastest(measured: readonly Measured[]): FastestReplay {
  const found = measured.map((each) => {
    const { name, endpoints, arrivals } = each
    const options = { endpoints, arrivals, failureScope: 'model', exploration: 0.02 } as const
    const [ended, blind] = [runArena(options), runArena({ ...options, endedOnly: true })]
    const own = { waybill: figuresOf(ended), endedOnly: figuresOf(blind) }
    const model: ModelReplay = { name, endpoints: endpoints.size, ...own, ...othersOf(endpoints, arrivals) }
    return { model, stalls: stallsOf(each, ended, blind) }
  })
  return { models: found.map(({ model }) => model), stalls: found.flatMap(({ stalls }) => stalls) }
}
