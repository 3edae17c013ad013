// What the tests of this project start from.
import type { Outcome } from '@waybill/schemas/generated/outcome'
import type { Result } from '@waybill/schemas/generated/result'

export const start = 1_800_000_000_000

const dispatch: Result['dispatch'] = {
  claim: 'requests/2/7',
  attempt: 1,
  hash: 'abc',
  tenant: 'acme',
  owner: 'order-1',
  k: 0,
  flagged: false,
  mode: 'availability',
  target: {
    id: 'openai/gpt-5.4-mini',
    provider: 'openai',
    api: 'chatCompletions',
    model: 'gpt-5.4-mini',
    tier: 'economy',
    account: 'default',
    regions: [],
    serviceTier: null,
  },
  backups: [],
  backupsAllowed: 0,
  appendedAt: start - 900,
  startBy: start + 4_200,
  deadline: start + 59_100,
  costCeilingMicroUsd: null,
  maxOutputTokens: 1_000,
  expectedInputTokens: 40,
  expectedOutputTokens: 100,
  estimatedInputTokens: null,
  taskClass: 'summary',
  baselineModel: 'gpt-5.4',
  policy: 'v1',
  explored: false,
  spentPicoUsd: 0,
  unknownPicoUsd: 0,
  request: Buffer.from('request'),
}

const answered: Outcome = {
  kind: 'ok',
  failure: null,
  status: 200,
  headers: {},
  body: Buffer.from('{}'),
  retryAfterMs: null,
  coolDown: null,
  startedAt: start - 700,
  sentAt: start - 690,
  endedAt: start,
  callMs: 690,
  ignored: [],
  headroom: null,
}

export const result = (outcome: Partial<Outcome> = {}): Result => ({
  dispatch,
  outcome: { ...answered, ...outcome },
  worker: 'worker-1',
})
