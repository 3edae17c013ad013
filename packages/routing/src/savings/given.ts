// Records for the tests of savings.
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Decision } from '@waybill/schemas/generated/decision'
import type { Account } from './ledger.ts'
import { partNames } from './entry.ts'

export const at = Date.UTC(2026, 10, 26)
export const target = {
  id: 'openai/gpt-5.4-mini-2026-03-17',
  provider: 'openai',
  api: 'responses',
  model: 'gpt-5.4-mini-2026-03-17',
  tier: 'standard',
  account: 'default',
  regions: [],
  serviceTier: null,
}

export const givenCost = (rest: Partial<Cost> = {}): Cost => ({
  claim: 'requests/0/1',
  attempt: 1,
  tenant: 'acme',
  id: '1',
  hash: 'h',
  target,
  servedModel: null,
  providerRequestId: null,
  kind: 'paid',
  failure: null,
  status: 200,
  inputTokens: 100,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  outputTokens: 10,
  reasoningTokens: 0,
  estimatedInputTokens: null,
  costPicoUsd: 1_000,
  upperBoundPicoUsd: null,
  priceVersion: null,
  baselineModel: 'openai/gpt-5.4-2026-03-05',
  baselinePicoUsd: 5_000,
  baselineMethod: 'same_tokens',
  taskClass: 'chat',
  flags: [],
  labels: {},
  appendedAt: at - 1_000,
  at,
  callMs: 500,
  ...rest,
})

export const givenDecision = (rest: Partial<Decision>): Decision => ({
  kind: 'routed',
  claim: 'requests/0/1',
  request: 'requests/0/1',
  tenant: 'acme',
  id: '1',
  hash: 'h',
  reason: null,
  at,
  appendedAt: at,
  taskClass: 'chat',
  classSource: 'declared',
  tier: 'standard',
  route: 'policy',
  target: target.id,
  wouldChoose: null,
  candidates: [],
  policy: 'p',
  mode: 'availability',
  k: 0,
  explored: false,
  overran: false,
  tookUs: 20,
  statsAgeMs: null,
  requestBytes: 100,
  expectedInputTokens: 1,
  expectedOutputTokens: 1,
  deadline: null,
  costCeilingMicroUsd: null,
  baselineModel: null,
  baselinePicoUsd: null,
  overSoftLimit: null,
  account: null,
  regions: [],
  serviceTier: null,
  ...rest,
})

/** What the parts of an account make together. */
export const partsOf = (account: Account): bigint =>
  partNames.reduce((sum, name) => sum + account.parts[name].picoUsd, 0n)
