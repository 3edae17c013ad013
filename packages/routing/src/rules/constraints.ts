import type { Constraints } from '@waybill/schemas/generated/constraints'
import type { Offer, Question, Rule } from './rule.ts'
import { out } from './rule.ts'

function broken(offer: Offer, constraints: Constraints, { policy }: Question): string | undefined {
  const { providers, regions, retention } = constraints
  if (providers.length > 0 && !providers.includes(offer.target.provider))
    return `provider ${offer.target.provider} is not one of ${providers.join(', ')}`
  if (regions.length > 0 && !offer.regions.every((region) => regions.includes(region)))
    return `works in ${offer.regions.join(', ')}, not only in ${regions.join(', ')}`
  if (retention === null) return undefined
  const kept = policy.retention.get(retention)
  if (kept === undefined) return `the policy does not know retention ${retention}`
  return kept.includes(offer.retention) ? undefined : `keeps data for ${offer.retention}, and ${retention} is asked for`
}

const isNarrow = ({ providers, regions, retention }: Constraints): boolean =>
  providers.length > 0 || regions.length > 0 || retention !== null

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
