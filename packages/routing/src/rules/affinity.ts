import type { Rule } from './rule.ts'
import { out } from './rule.ts'

/** Parts that only their vendor understands, such as signatures of its thoughts, keep a conversation with it. */
export const affinity: Rule = {
  name: 'affinity',
  judge({ target }, { features }) {
    const other = features.owners.find(
      ({ provider, api }) => provider !== target.provider || (api !== null && api !== target.api),
    )
    return other === undefined ? undefined : out(`the conversation holds parts of ${other.provider}`)
  },
}
