// Records for the tests of commands: complete, and as small as they may be.
import {
  givenCost as plainCost,
  givenDecision as plainDecision,
  target as standard,
} from '@waybill/routing/savings/given'
import type { Answer } from '@waybill/schemas/generated/answer'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Decision } from '@waybill/schemas/generated/decision'
import type { Reply } from '@waybill/schemas/generated/reply'
import type { Response } from '@waybill/schemas/generated/response'

const target = { ...standard, tier: 'economy' }
/** Long ago enough that no test depends on today. */
export const start = Date.UTC(2026, 10, 24, 3, 0, 0)
const timings = { appendedAt: start, sentAt: start + 12, endedAt: start + 812, callMs: 800 }

const answer: Answer = {
  status: 'completed',
  finishReason: 'stop',
  text: 'Rotterdam, Hamburg, Genoa.',
  output: null,
  toolCalls: [],
  refusal: null,
  usage: { inputTokens: 100, cachedInputTokens: 0, cacheWriteInputTokens: 0, outputTokens: 20, reasoningTokens: 0 },
  message: { role: 'assistant', parts: [] },
  target,
  servedModel: target.model,
  drifted: false,
  repaired: false,
  ignored: [],
  affinity: null,
}

export const givenReply = (rest: Partial<Reply> = {}): Reply => ({
  tenant: 'acme',
  id: 'invoice-1',
  hash: 'h1',
  claim: 'requests/0/7',
  request: 'requests/0/7',
  status: 'completed',
  reason: null,
  detail: null,
  answer,
  duplicate: 'none',
  attempts: 1,
  flagged: false,
  workContinues: false,
  costPicoUsd: 165_000_000,
  timings,
  repliedAt: start + 830,
  metadata: {},
  ...rest,
})

export const givenResponse = (rest: Partial<Response> = {}): Response => ({
  claim: 'requests/0/7',
  hash: 'h1',
  tenant: 'acme',
  owner: 'invoice-1',
  kind: 'ok',
  reason: null,
  answer,
  k: 0,
  attempts: 1,
  flagged: false,
  costPicoUsd: 165_000_000,
  unknownPicoUsd: 0,
  timings,
  ...rest,
})

export const givenCost = (rest: Partial<Cost> = {}): Cost =>
  plainCost({
    claim: 'requests/0/7',
    id: 'invoice-1',
    hash: 'h1',
    target,
    servedModel: target.model,
    providerRequestId: 'req_1',
    outputTokens: 20,
    costPicoUsd: 165_000_000,
    baselinePicoUsd: 550_000_000,
    taskClass: 'summary',
    appendedAt: start,
    at: start + 812,
    callMs: 800,
    ...rest,
  })

const candidates: Decision['candidates'] = [
  {
    target: target.id,
    eligible: true,
    rank: 1,
    rule: 'cost',
    detail: null,
    p95Ms: 1_900,
    latencySource: 'prior',
    samples: 0,
    sampleAgeMs: null,
    expectedPicoUsd: 170_000_000,
    ceilingPicoUsd: 900_000_000,
  },
  {
    target: 'gemini/gemini-3-flash',
    eligible: false,
    rank: 0,
    rule: 'cooling_down',
    detail: 'for 9000 ms more',
    p95Ms: 2_200,
    latencySource: 'sizeClass',
    samples: 40,
    sampleAgeMs: 3_200,
    expectedPicoUsd: 150_000_000,
    ceilingPicoUsd: 800_000_000,
  },
]

export const givenDecision = (rest: Partial<Decision> = {}): Decision =>
  plainDecision({
    claim: 'requests/0/7',
    request: 'requests/0/7',
    id: 'invoice-1',
    hash: 'h1',
    at: start + 4,
    appendedAt: start,
    taskClass: 'summary',
    tier: 'economy',
    target: target.id,
    candidates,
    policy: '1 sha',
    tookUs: 41,
    statsAgeMs: 900,
    requestBytes: 420,
    expectedInputTokens: 100,
    expectedOutputTokens: 20,
    deadline: start + 60_000,
    costCeilingMicroUsd: 5_000,
    baselineModel: 'openai/gpt-5.4-2026-03-05',
    baselinePicoUsd: 560_000_000,
    ...rest,
  })
