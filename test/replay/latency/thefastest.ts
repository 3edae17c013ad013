// The same open model at many providers, measured from three regions over 18 days. Rounds are hours apart; here each
// lasts a minute, in which every endpoint takes what it took in that round.
import { join } from 'node:path'
import { DataError, rowsOf } from '../data-file.ts'
import type { Ended, Endpoint } from './arena.ts'
import { runArena } from './arena.ts'
import type { Figures, Others } from './choices.ts'
import { figuresOf, othersOf } from './choices.ts'

export interface ModelReplay extends Others {
  readonly name: string
  readonly endpoints: number
  readonly waybill: Figures
  /** The same by calls that have ended alone: a rolling percentile, and no look at those under way. */
  readonly endedOnly: Figures
}

/** An endpoint took seconds for a round in which another did not: a rolling percentile walks into it. */
export interface Stall {
  readonly name: string
  readonly endpoint: string
  /** Which of the model's rounds: several endpoints may stall in one. */
  readonly round: number
  readonly seconds: number
  /** What the quickest other endpoint took in that round. */
  readonly otherSeconds: number
  /** Requests of that round, and how many of them were sent there. */
  readonly requests: number
  readonly waybill: number
  readonly endedOnly: number
}

const roundMs = 60_000
const everyMs = 250
const columns = ['time', 'region', 'model', 'total_time'] as const
type Row = Readonly<Record<(typeof columns)[number], string>>

/** fireworks.ai/llama-v3-70b-instruct and groq.com/llama3-70b-8192 serve the same model. */
const modelOf = (endpoint: string): string =>
  (endpoint.split('/').at(-1) ?? endpoint)
    .toLowerCase()
    .replace(/-(?:chat-hf|chat-fp16|chat-int8|chat|instruct-v0\.1|instruct|4096|8192|32768)$/u, '')
    .replace(/llama-?v?(?=[23])/u, 'llama-')

interface Measured {
  readonly endpoints: ReadonlyMap<string, Endpoint>
  readonly rounds: number
  /** Milliseconds by round, of each endpoint. */
  readonly times: ReadonlyMap<string, ReadonlyMap<number, number>>
}

/** One model in one region. */
function measuredOf(rows: readonly Row[]): Measured {
  const rounds = [...new Set(rows.map(({ time }) => time.slice(0, 13)))].toSorted((one, other) =>
    one < other ? -1 : 1,
  )
  const times = new Map<string, Map<number, number>>()
  for (const { time, model, total_time: total } of rows) {
    const ms = Number(total) * 1_000
    const own = times.get(model) ?? new Map<number, number>()
    if (total !== '' && Number.isFinite(ms)) own.set(rounds.indexOf(time.slice(0, 13)), ms)
    times.set(model, own)
  }
  const endpoints = new Map(
    [...times].map(([id, own]): [string, Endpoint] => [
      id,
      (at) => {
        const ms = own.get(Math.floor(at / roundMs))
        return ms === undefined ? null : { ms, outcome: 'ok' }
      },
    ]),
  )
  return { endpoints, rounds: rounds.length, times }
}

/** Models that fewer endpoints than this serve leave nothing to choose. */
const fewest = 3

/** From here on an endpoint stalls, where another takes half as long or less. */
export const stallMs = 5_000

type Found = Pick<Stall, 'endpoint' | 'round' | 'seconds' | 'otherSeconds'>

/** In each round, the endpoints that stalled in it. */
function stallsOf({ times, rounds }: Measured): readonly Found[] {
  return Array.from({ length: rounds }, (_, round) => round).flatMap((round) => {
    const taken = [...times].flatMap(([endpoint, own]) => {
      const ms = own.get(round)
      return ms === undefined ? [] : [{ endpoint, ms }]
    })
    const quickest = Math.min(...taken.map(({ ms }) => ms))
    return taken
      .filter(({ ms }) => ms >= stallMs && quickest <= ms / 2)
      .map(({ endpoint, ms }) => ({ endpoint, round, seconds: ms / 1_000, otherSeconds: quickest / 1_000 }))
  })
}

/** How many of a round were sent to an endpoint. */
const sentTo = (ended: readonly Ended[], { endpoint, round }: Found): number =>
  ended.filter(({ at, chosen }) => chosen === endpoint && Math.floor(at / roundMs) === round).length

const arrivalsOf = ({ rounds }: Measured): readonly number[] =>
  Array.from({ length: Math.floor((rounds * roundMs) / everyMs) }, (_, at) => at * everyMs)

function replayModel(name: string, measured: Measured): { readonly model: ModelReplay; readonly stalls: Stall[] } {
  const { endpoints } = measured
  const arrivals = arrivalsOf(measured)
  const options = { endpoints, arrivals, failureScope: 'model', exploration: 0.02 } as const
  const [ended, blind] = [runArena(options), runArena({ ...options, endedOnly: true })]
  const others = othersOf(endpoints, arrivals)
  return {
    model: { name, endpoints: endpoints.size, waybill: figuresOf(ended), endedOnly: figuresOf(blind), ...others },
    stalls: stallsOf(measured).map((found) => ({
      name,
      ...found,
      requests: roundMs / everyMs,
      waybill: sentTo(ended, found),
      endedOnly: sentTo(blind, found),
    })),
  }
}

/** Of the rounds in which something stalled, each counted once. */
export const requestsAmid = (stalls: readonly Stall[]): number =>
  [...new Map(stalls.map(({ name, round, requests }) => [`${name}/${round}`, requests])).values()].reduce(
    (sum, requests) => sum + requests,
    0,
  )

export interface FastestReplay {
  readonly models: readonly ModelReplay[]
  readonly stalls: readonly Stall[]
}

function readModels(folder: string): readonly { readonly name: string; readonly measured: Measured }[] {
  const groups = new Map<string, Row[]>()
  for (const row of rowsOf(join(folder, 'thefastest_history_2024.csv.gz'), columns)) {
    const name = `${modelOf(row.model)} from ${row.region}`
    groups.set(name, [...(groups.get(name) ?? []), row])
  }
  const found = [...groups]
    .map(([name, rows]) => ({ name, measured: measuredOf(rows) }))
    .filter(({ measured }) => measured.endpoints.size >= fewest)
  if (found.length === 0) throw new DataError(`${folder} has no model that ${fewest} endpoints serve.`)
  return found
}

export function replayTheFastest(folder: string): FastestReplay {
  const found = readModels(folder).map(({ name, measured }) => replayModel(name, measured))
  return { models: found.map(({ model }) => model), stalls: found.flatMap(({ stalls }) => stalls) }
}

/** What exploring this share of the requests comes to, as multiples of the endpoint that was best over all. */
export interface ExplorationReplay {
  readonly share: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

const geometricMean = (ratios: readonly number[]): number =>
  Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length)

export function replayExploration(folder: string, shares: readonly number[]): readonly ExplorationReplay[] {
  const models = readModels(folder).map(({ measured }) => {
    const arrivals = arrivalsOf(measured)
    return { endpoints: measured.endpoints, arrivals, ...othersOf(measured.endpoints, arrivals) }
  })
  return shares.map((share) => {
    const pairs = models.map(({ endpoints, arrivals, bestFixed }) => ({
      own: figuresOf(runArena({ endpoints, arrivals, failureScope: 'model', exploration: share })),
      best: bestFixed,
    }))
    const mean = (what: 'p50S' | 'p95S' | 'p99S'): number =>
      geometricMean(pairs.map(({ own, best }) => own[what] / best[what]))
    return { share, p50: mean('p50S'), p95: mean('p95S'), p99: mean('p99S') }
  })
}
