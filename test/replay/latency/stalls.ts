// Rounds in which an endpoint stalls while another does not: what a rolling percentile of ended calls walks into.
import type { Ended } from './arena.ts'
import type { Measured } from './measured.ts'
import { everyMs, roundMs } from './measured.ts'

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

/** From here on an endpoint stalls, where another takes half as long or less. */
export const stallMs = 5_000

type Found = Pick<Stall, 'endpoint' | 'round' | 'seconds' | 'otherSeconds'>

/** In each round, the endpoints that stalled in it. */
function foundIn({ times, rounds }: Measured): readonly Found[] {
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

/** @param blind what became of the same requests by calls that have ended alone */
export const stallsOf = (measured: Measured, ended: readonly Ended[], blind: readonly Ended[]): readonly Stall[] =>
  foundIn(measured).map((found) => ({
    name: measured.name,
    ...found,
    requests: roundMs / everyMs,
    waybill: sentTo(ended, found),
    endedOnly: sentTo(blind, found),
  }))

/** Of the rounds in which something stalled, each counted once. */
export const requestsAmid = (stalls: readonly Stall[]): number =>
  [...new Map(stalls.map(({ name, round, requests }) => [`${name}/${round}`, requests])).values()].reduce(
    (sum, requests) => sum + requests,
    0,
  )
