// What the tests of this project start from.
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { Marker } from '@waybill/schemas/generated/marker'
import type { Outcome } from '@waybill/schemas/generated/outcome'
import type { Request } from '@waybill/schemas/generated/request'
import type { MarkedAttempt } from './reducer/prepared.ts'
import { attemptOf } from './reducer/result.ts'

export const dispatch = (given: Partial<Dispatch> = {}): Dispatch => ({
  claim: 'requests/0/7',
  attempt: 1,
  hash: 'abc',
  tenant: 'acme',
  owner: 'order-1',
  k: 0,
  flagged: false,
  mode: 'availability',
  target: {
    id: 'openai/gpt-4.1-mini',
    provider: 'openai',
    api: 'chatCompletions',
    model: 'gpt-4.1-mini-2025-04-14',
    tier: 'small',
    account: 'default',
    regions: [],
    serviceTier: null,
  },
  backups: [],
  backupsAllowed: 0,
  appendedAt: 0,
  startBy: 5_000,
  deadline: 60_000,
  costCeilingMicroUsd: null,
  maxOutputTokens: 100,
  expectedInputTokens: 10,
  expectedOutputTokens: 10,
  estimatedInputTokens: null,
  taskClass: 'summary',
  baselineModel: 'gpt-4.1',
  policy: 'v1',
  explored: false,
  spentPicoUsd: 0,
  unknownPicoUsd: 0,
  request: Buffer.from('request'),
  ...given,
})

export const marked = (given: Partial<Marker> = {}): MarkedAttempt => {
  const marker = { by: 'me', startedAt: 1_000, endBy: 60_000, held: false, dispatch: dispatch(), ...given }
  return { attempt: attemptOf(marker.dispatch), marker }
}

export const answered: Outcome = {
  kind: 'ok',
  failure: null,
  status: 200,
  headers: {},
  body: Buffer.from('{}'),
  retryAfterMs: null,
  coolDown: null,
  startedAt: 1_000,
  sentAt: 1_001,
  endedAt: 2_000,
  callMs: 999,
  ignored: [],
  headroom: null,
}

export const request: Request = {
  tenant: 'acme',
  id: 'order-1',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hello', json: null, media: null, opaque: null }] }],
  tools: [],
  toolChoice: null,
  parallelToolCalls: null,
  outputSchema: null,
  taskClass: null,
  latencyBudgetMs: null,
  costCeilingMicroUsd: null,
  requestedModel: null,
  constraints: null,
  maxOutputTokens: null,
  reasoning: null,
  sampling: null,
  affinity: null,
  cachePoints: [],
  idempotency: 'content',
  idempotencyKey: null,
  sampleIndex: 0,
  replyTo: null,
  priority: 'interactive',
  labels: {},
  metadata: {},
  createdAt: null,
}
