import type { Rule } from './rule.ts'
import { out } from './rule.ts'

export const retired: Rule = {
  name: 'retired',
  judge({ target }, { now, leftMs }) {
    return target.retiresAt !== null && target.retiresAt <= now + leftMs ? out('the vendor has retired it') : undefined
  },
}
