import type { LatencySource, Rule } from './rule.ts'
import { back } from './rule.ts'
import { shareOf } from './share.ts'

/** Requests with another hash see another threshold, so that traffic moves bit by bit as a percentile nears the budget. */
const jitter = 0.1
const salt = 0x2545f491

const words = (ms: number, source: LatencySource): string =>
  source === 'underWay' ? `calls under way for ${Math.round(ms)} ms` : `p95 ${Math.round(ms)} ms by ${source}`

/** The 95th percentile against what is left of the latency budget; a call under way for longer counts as a sample. */
export const latency: Rule = {
  name: 'latency',
  judge({ p95Ms, latencySource }, { leftMs, seed }) {
    const threshold = leftMs * (1 - jitter * shareOf(seed, salt))
    if (p95Ms <= threshold) return undefined
    const [most, left] = [threshold, leftMs].map(Math.round)
    return back(`${words(p95Ms, latencySource)}; this request takes up to ${most} of the ${left} ms left`)
  },
}
