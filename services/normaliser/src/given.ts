// What the tests of this project start from.
import { catalogueOf } from '@waybill/routing/catalogue/catalogue'
import { targetOf } from '@waybill/routing/given'
import { requestWith, targetFor } from '@waybill/providers/conformance/given'
import type { Answer } from '@waybill/schemas/generated/answer'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { Outcome } from '@waybill/schemas/generated/outcome'
import type { Request } from '@waybill/schemas/generated/request'
import type { Result } from '@waybill/schemas/generated/result'
import type { Target } from '@waybill/schemas/generated/target'
import type { Judgement, Prepared } from './reducer/prepared.ts'

export const now = 1_800_000_000_000

export const first: Target = targetFor('chatCompletions')
export const second: Target = targetFor('messages')
export const third: Target = targetFor('generateContent')

/** Dollars per million tokens of output; input costs a fifth of it, cached input a fiftieth. */
export const catalogue = catalogueOf([
  targetOf({ id: first.id, usd: 1 }),
  targetOf({ id: second.id, usd: 2 }),
  targetOf({ id: third.id, usd: 4 }),
  targetOf({ id: 'openai/dear', usd: 10 }),
])

export const dispatch = (given: Partial<Dispatch> = {}): Dispatch => ({
  claim: 'requests/0/7',
  attempt: 1,
  hash: 'abc',
  tenant: 'acme',
  owner: 'order-1',
  k: 0,
  flagged: false,
  mode: 'availability',
  target: first,
  backups: [second, third],
  backupsAllowed: 2,
  appendedAt: now - 1_000,
  startBy: now + 4_000,
  deadline: now + 12_000,
  costCeilingMicroUsd: null,
  maxOutputTokens: 100,
  expectedInputTokens: 10,
  expectedOutputTokens: 20,
  estimatedInputTokens: null,
  taskClass: 'summary',
  baselineModel: 'openai/dear',
  policy: 'v1',
  explored: false,
  spentPicoUsd: 0,
  unknownPicoUsd: 0,
  request: Buffer.from('a request of ours'),
  ...given,
})

const answered: Outcome = {
  kind: 'ok',
  failure: null,
  status: 200,
  headers: { 'x-request-id': 'r-9' },
  body: Buffer.from('{}'),
  retryAfterMs: null,
  coolDown: null,
  startedAt: now - 900,
  sentAt: now - 890,
  endedAt: now - 10,
  callMs: 880,
  ignored: [],
  headroom: null,
}

export const answer = (given: Partial<Answer> = {}): Answer => ({
  status: 'completed',
  finishReason: 'stop',
  text: 'Hello.',
  output: null,
  toolCalls: [],
  refusal: null,
  usage: {
    inputTokens: 100,
    cachedInputTokens: 40,
    cacheWriteInputTokens: null,
    outputTokens: 30,
    reasoningTokens: 10,
  },
  message: { role: 'assistant', parts: [] },
  target: first,
  servedModel: first.model,
  drifted: false,
  repaired: false,
  ignored: [],
  affinity: null,
  ...given,
})

export const noUsage: Answer['usage'] = {
  inputTokens: null,
  cachedInputTokens: null,
  cacheWriteInputTokens: null,
  outputTokens: null,
  reasoningTokens: null,
}

interface Given {
  readonly dispatch?: Partial<Dispatch>
  readonly outcome?: Partial<Outcome>
  readonly request?: Partial<Request> | null
  readonly judgement?: Judgement
}

export const resultOf = (given: Given = {}): Result => ({
  dispatch: dispatch(given.dispatch),
  outcome: { ...answered, ...given.outcome },
  worker: 'worker-1',
})

export const prepared = (given: Given = {}): Prepared => ({
  result: resultOf(given),
  request: given.request === null ? null : requestWith({ labels: { team: 'billing' }, ...given.request }),
  judgement: given.judgement ?? { kind: 'none', providerRequestId: null },
})

/** The outcomes of the protocol's table. */
export const outcomes = {
  usable: {
    judgement: { kind: 'answer', answer: answer(), usageSuspect: false, servedTier: null, providerRequestId: 'r-1' },
  },
  unusable: {
    judgement: {
      kind: 'unusable',
      failure: 'schema_mismatch',
      usage: answer().usage,
      usageSuspect: false,
      servedTier: null,
      servedModel: first.model,
      drifted: false,
      providerRequestId: 'r-1',
    },
  },
  unbilled: { outcome: { kind: 'unbilled', failure: 'rate_limited', status: 429, body: null } },
  notSent: { outcome: { kind: 'notSent', failure: 'no_permit', status: null, body: null, sentAt: null } },
  ambiguous: { outcome: { kind: 'ambiguous', failure: 'timeout', status: null, body: null } },
  orphan: { outcome: { kind: 'orphan', failure: null, status: null, body: null, sentAt: null, callMs: null } },
  limits: { outcome: { kind: 'limits', failure: 'deadline', status: null, body: null, sentAt: null } },
} as const satisfies Readonly<Record<string, Given>>
export type OutcomeName = keyof typeof outcomes
