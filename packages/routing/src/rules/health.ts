import type { Rule } from './rule.ts'
import { back } from './rule.ts'

const fewest = 8
const most = 0.5

/** Failures that start no cool-down, such as time-outs, still say that a target is in trouble. */
export const health: Rule = {
  name: 'failing',
  judge({ stats }) {
    if (stats === undefined || stats.attempts < fewest) return undefined
    const { attempts, errors } = stats
    return errors / attempts >= most ? back(`${errors} of ${attempts} attempts failed`) : undefined
  },
}
