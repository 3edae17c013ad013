import type { Constraints } from '@waybill/schemas/generated/constraints'
import type { Offer, Question, Rule } from './rule.ts'
import { out } from './rule.ts'

function broken(offer: Offer, constraints: Constraints, { policy }: Question): string | undefined {
  const { providers, accounts, regions, retention } = constraints
  if (providers.length > 0 && !providers.includes(offer.target.provider))
    return `provider ${offer.target.provider} is not one of ${providers.join(', ')}`
  if (accounts.length > 0 && !accounts.includes(offer.target.account))
    return `account ${offer.target.account} is not one of ${accounts.join(', ')}`
  if (regions.length > 0 && !offer.regions.every((region) => regions.includes(region)))
    return `works in ${offer.regions.join(', ')}, not only in ${regions.join(', ')}`
  if (retention === null) return undefined
  const kept = policy.retention.get(retention)
  if (kept === undefined) return `the policy does not know retention ${retention}`
  return kept.includes(offer.retention) ? undefined : `keeps data for ${offer.retention}, and ${retention} is asked for`
}

const isNarrow = ({ providers, accounts, regions, retention }: Constraints): boolean =>
  providers.length + accounts.length + regions.length > 0 || retention !== null

/** Where the work may be done: the policy's word for the tenant, which a request can only narrow. */
export const constraints: Rule = {
  name: 'constraints',
  concerns: ({ terms, request }) =>
    isNarrow(terms.constraints) || (request.constraints !== null && isNarrow(request.constraints)),
  judge(candidate, question) {
    const asked = question.request.constraints
    const problem =
      broken(candidate.offer, question.terms.constraints, question) ??
      (asked === null ? undefined : broken(candidate.offer, asked, question))
    return problem === undefined ? undefined : out(problem)
  },
}
