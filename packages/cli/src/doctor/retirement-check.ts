import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import { targetsOf } from '@waybill/routing/offers'
import type { Policy } from '@waybill/routing/policy/policy'
import { retirements } from '@waybill/runtime/observability/retirement'
import type { Finding } from './finding.ts'
import { fine, notice, wrong } from './finding.ts'

const area = 'targets'

/**
 * The policy's targets that their vendors take away.
 * @param now epoch milliseconds
 */
export function retirementFindings(policy: Policy, catalogue: Catalogue, now: number): readonly Finding[] {
  const found = retirements(targetsOf(policy, catalogue), now).map(({ code, targets, on }) =>
    code === 'target_retired'
      ? wrong(area, targets.join(', '), `has retired on ${on}, and no decision takes it`, 'Take it out of the policy.')
      : notice(area, targets.join(', '), `retires on ${on}`, 'Choose another target in the policy before that day.'),
  )
  return found.length > 0 ? found : [fine(area, 'policy', 'none of its targets retires within thirty days')]
}
