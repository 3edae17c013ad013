import type { Rule } from './rule.ts'
import { back } from './rule.ts'
import { shareOf } from './share.ts'

/** Below this share of free capacity, requests begin to go elsewhere: more of them, the less is left. */
const comfortable = 0.25
const salt = 0x9e3779b9

/** Keeps the cheapest target from being herded into 429s. */
export const headroom: Rule = {
  name: 'headroom',
  judge({ stats, offer }, { seed }) {
    const free = stats?.headroom ?? null
    if (free === null || free >= comfortable) return undefined
    return shareOf(seed, offer.salt ^ salt) >= free / comfortable
      ? back(`${Math.round(free * 100)} % of its capacity is free`)
      : undefined
  },
}
