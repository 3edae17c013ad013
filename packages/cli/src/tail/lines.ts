// One readable line for a record of each topic that can be followed.
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Decision } from '@waybill/schemas/generated/decision'
import type { Feedback } from '@waybill/schemas/generated/feedback'
import type { Reply } from '@waybill/schemas/generated/reply'
import type { Response } from '@waybill/schemas/generated/response'
import { duration, exactDollars, oneLine } from '../terminal.ts'

const nameMost = 60
const nameOf = (tenant: string, id: string): string => oneLine(`${tenant}/${id}`, nameMost)

const joined = (parts: readonly (string | null | false)[]): string =>
  parts.filter((part) => part !== null && part !== false && part !== '').join('  ')

export function replyLine({ tenant, id, status, reason, answer, duplicate, attempts, ...rest }: Reply): string {
  const { timings, repliedAt, costPicoUsd, flagged } = rest
  return joined([
    status.padEnd(9),
    nameOf(tenant, id),
    reason,
    answer === null ? null : answer.target.id,
    duplicate !== 'none' && duplicate,
    attempts > 1 && `${attempts} attempts`,
    flagged && 'may have repeated a billed call',
    timings !== null && duplicate === 'none' && duration(repliedAt - timings.appendedAt),
    exactDollars(costPicoUsd),
  ])
}

export function responseLine({ tenant, owner, kind, reason, answer, attempts, costPicoUsd, claim }: Response): string {
  return joined([
    kind.padEnd(9),
    nameOf(tenant, owner),
    reason,
    answer === null ? null : `${answer.status} by ${answer.target.id}`,
    attempts > 1 && `${attempts} attempts`,
    exactDollars(costPicoUsd),
    `claim ${claim}`,
  ])
}

export function decisionLine(decision: Decision): string {
  const { kind, tenant, id, reason, target, tier, taskClass, route, candidates, explored, overran, tookUs } = decision
  const eligible = candidates.filter((candidate) => candidate.eligible).length
  return joined([
    kind.padEnd(11),
    nameOf(tenant, id),
    reason,
    target === null ? null : `→ ${target}`,
    taskClass !== null && `class ${taskClass}`,
    tier !== null && `tier ${tier}`,
    route !== null && route !== 'policy' && `route ${route}`,
    candidates.length > 0 && `${eligible} of ${candidates.length} eligible`,
    explored && 'explored',
    overran && 'overran',
    target !== null && `${tookUs} µs`,
  ])
}

export const feedbackLine = ({ tenant, id, accepted, score, source }: Feedback): string =>
  joined([
    accepted !== null && (accepted ? 'accepted' : 'rejected'),
    score !== null && `score ${score}`,
    nameOf(tenant, id),
    source !== '' && `says ${oneLine(source, nameMost)}`,
  ])

const amountOf = ({ kind, costPicoUsd, upperBoundPicoUsd }: Cost): string => {
  if (costPicoUsd !== null) return exactDollars(costPicoUsd)
  if (kind === 'unknown' && upperBoundPicoUsd !== null) return `at most ${exactDollars(upperBoundPicoUsd)}`
  return 'amount unknown'
}

export function costLine(cost: Cost): string {
  const { kind, tenant, id, attempt, target, failure, status, inputTokens, outputTokens, flags, callMs } = cost
  return joined([
    kind.padEnd(7),
    nameOf(tenant, id),
    `attempt ${attempt}`,
    target.id,
    failure === null ? null : `${failure}${status === null ? '' : ` (${status})`}`,
    inputTokens !== null && `${inputTokens}+${outputTokens ?? 0} tokens`,
    amountOf(cost),
    callMs !== null && duration(callMs),
    flags.join(', '),
  ])
}
