import type { Rule } from './rule.ts'
import { back, out } from './rule.ts'
import { shareOf } from './share.ts'

/** After a cool-down, traffic comes back over this long: all at once would only start the next. */
const recoveryMs = 10_000
const salt = 0x51ed270b

export const coolDown: Rule = {
  name: 'cooling_down',
  judge({ stats, offer }, { now, seed }) {
    const until = stats?.coolDownUntil ?? null
    if (until === null) return undefined
    if (until > now) return out(`for ${until - now} ms more`)
    const recovered = (now - until) / recoveryMs
    return recovered < 1 && shareOf(seed, offer.salt ^ salt) >= Math.max(0.02, recovered)
      ? back(`recovering for ${now - until} ms`)
      : undefined
  },
}
