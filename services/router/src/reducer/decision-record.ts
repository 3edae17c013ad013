import type { DecideOutcome } from '@waybill/routing/decide'
import type { Decision } from '@waybill/schemas/generated/decision'
import { decisions } from '@waybill/schemas/topics'
import type { Turn } from './turn.ts'

type Told = Pick<Decision, 'kind' | 'request' | 'tenant' | 'id' | 'hash' | 'appendedAt'> & Partial<Decision>

const untold = {
  claim: null,
  reason: null,
  taskClass: null,
  classSource: null,
  tier: null,
  route: null,
  target: null,
  wouldChoose: null,
  candidates: [],
  policy: null,
  mode: null,
  k: 0,
  explored: false,
  overran: false,
  tookUs: 0,
  statsAgeMs: null,
  requestBytes: 0,
  expectedInputTokens: 0,
  expectedOutputTokens: 0,
  deadline: null,
  costCeilingMicroUsd: null,
  baselineModel: null,
  baselinePicoUsd: null,
  overSoftLimit: null,
  account: null,
  regions: [],
  serviceTier: null,
} as const

/** Publishes what was done with one request record, and why. */
export function publishDecision(turn: Turn, told: Told): void {
  const value: Decision = { ...untold, ...told, at: turn.now }
  const { tenant, id, hash, claim } = value
  turn.output({
    topic: decisions,
    key: claim ?? value.request,
    value,
    headers: { tenant, id, hash: hash ?? '', claim: claim ?? '' },
  })
}

/** What a decision's outcome says of itself. */
export function toldBy(outcome: DecideOutcome): Partial<Decision> {
  const { taskClass, classSource, tier, candidates, policy, mode, overran, tookUs, statsAgeMs } = outcome
  const { baselineModel, baselinePicoUsd, expectedInputTokens, expectedOutputTokens } = outcome
  const all = {
    taskClass,
    classSource,
    tier,
    candidates,
    policy,
    mode,
    overran,
    tookUs,
    statsAgeMs,
    baselineModel,
    baselinePicoUsd,
    expectedInputTokens,
    expectedOutputTokens,
  }
  if (outcome.kind === 'rejected') return { ...all, reason: outcome.reason }
  const { route, target, wouldChoose, explored } = outcome
  const { account, regions, serviceTier } = target
  return { ...all, route, target: target.id, account, regions, serviceTier, wouldChoose, explored }
}
