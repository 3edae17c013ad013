import type { Rule } from './rule.ts'
import { out } from './rule.ts'

export const price: Rule = {
  name: 'price',
  judge: (candidate) => (candidate.price === undefined ? out('nobody knows its price') : undefined),
}
