import { providers } from '@waybill/schemas/topics'
import type { Rule } from './rule.ts'
import { out } from './rule.ts'

/** Parts that only their vendor understands, such as signatures of its thoughts, keep a conversation with it. */
export const affinity: Rule = {
  name: 'affinity',
  concerns: ({ features }) => features.owners.length > 0,
  judge({ target }, { features }) {
    const other = features.owners.find(
      ({ provider, account, api }) =>
        provider !== target.provider || account !== target.account || (api !== null && api !== target.api),
    )
    if (other === undefined) return undefined
    // What a part says of itself is content, and decisions hold none.
    const owner = providers.find((provider) => provider === other.provider) ?? 'an unknown provider'
    return out(`the conversation holds parts of ${owner}`)
  },
}
