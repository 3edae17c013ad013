// For how long a target is left alone after a failure.
import type { LatencySlice } from '@waybill/schemas/generated/latency-slice'
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import type { LatencySample } from './stats.ts'

/** Where the vendor names no time. */
const standardMs = { model: 5_000, provider: 10_000, key: 60_000 } as const

/** What a vendor asks for is obeyed within these. */
const leastMs = 1_000
const mostMs = 120_000

/** A failing model is left alone only if what else came lately does not speak for it. */
const recentMs = 20_000
const failingShare = 0.2

type CoolDown = Pick<LatencyStats, 'coolDownUntil' | 'coolDownScope'>

/** The cool-down of statistics that already hold the sample. It only ever grows: an earlier end never wins. */
export function coolDownAfter(stats: LatencyStats, sample: LatencySample, endedAt: number): CoolDown {
  const { coolDownUntil, coolDownScope } = stats
  const { coolDown } = sample
  if (coolDown === null || !isCalledFor(stats, sample, endedAt)) return { coolDownUntil, coolDownScope }
  // The longer it has been failing, the longer it is left alone: probes of an outage get rarer.
  const wanted = coolDown.retryAfterMs ?? Math.max(standardMs[coolDown.scope], failingFor(stats.slices, endedAt) / 2)
  const until = Math.round(endedAt + Math.min(Math.max(wanted, leastMs), mostMs))
  return until > (coolDownUntil ?? 0)
    ? { coolDownUntil: until, coolDownScope: coolDown.scope }
    : { coolDownUntil, coolDownScope }
}

/** A vendor's word, a whole provider and a key always; one odd answer of a busy and healthy model never. */
function isCalledFor({ slices }: LatencyStats, { outcome, coolDown }: LatencySample, endedAt: number): boolean {
  if (outcome === 'rateLimited' || coolDown?.scope !== 'model' || coolDown.retryAfterMs !== null) return true
  const recent = slices.filter(({ startAt }) => startAt > endedAt - recentMs)
  const samples = recent.reduce((sum, slice) => sum + slice.samples, 0)
  const errors = recent.reduce((sum, slice) => sum + slice.errors, 0)
  return errors >= samples * failingShare
}

/** Since how long nothing has succeeded, as far as the window goes. */
function failingFor(slices: readonly LatencySlice[], endedAt: number): number {
  const lastGood = slices.findLastIndex(({ samples, errors }) => errors < samples)
  const first = slices[lastGood + 1]
  return first === undefined ? 0 : Math.max(0, endedAt - first.startAt)
}
