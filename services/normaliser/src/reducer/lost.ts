// A result that nobody can read: its headers tell enough to end its chain.
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Response } from '@waybill/schemas/generated/response'

type Headers = Readonly<Record<string, string>>

export interface Lost {
  readonly response: Response
  readonly cost: Cost
}

/** What may stand in a header is a stranger's word: a number that is none must not keep a chain from ending. */
const wholeNumber = (text: string | undefined, otherwise: number): number =>
  text !== undefined && /^\d{1,6}$/u.test(text) ? Number(text) : otherwise

/** null where the headers do not even say whose it is. */
export function lostOf(headers: Headers, timestamp: number): Lost | null {
  const { claim = '', hash = '', tenant = '', owner = '' } = headers
  if (claim === '' || hash === '') return null
  const attempt = wholeNumber(headers['attempt'], 1)
  const k = wholeNumber(headers['k'], 0)
  const response: Response = {
    claim,
    hash,
    tenant,
    owner,
    kind: 'failed',
    reason: 'result_unreadable',
    answer: null,
    k: k + 1,
    attempts: attempt,
    flagged: k > 0,
    costPicoUsd: 0,
    unknownPicoUsd: null,
    timings: { appendedAt: timestamp, sentAt: null, endedAt: null, callMs: null },
  }
  return { response, cost: unknownCost(response, timestamp) }
}

const noWhere = {
  id: 'unknown',
  provider: 'unknown',
  api: 'unknown',
  model: 'unknown',
  tier: 'unknown',
  account: 'default',
  regions: [],
  serviceTier: null,
} as const

/** Nobody can say what this call was: perhaps billed, without a bound. */
const unknownCost = ({ claim, attempts, hash, tenant, owner }: Response, at: number): Cost => ({
  claim,
  attempt: attempts,
  tenant,
  id: owner,
  hash,
  target: noWhere,
  servedModel: null,
  providerRequestId: null,
  kind: 'unknown',
  failure: 'result_unreadable',
  status: null,
  inputTokens: null,
  cachedInputTokens: null,
  cacheWriteInputTokens: null,
  outputTokens: null,
  reasoningTokens: null,
  estimatedInputTokens: null,
  costPicoUsd: null,
  upperBoundPicoUsd: null,
  priceVersion: null,
  baselineModel: null,
  baselinePicoUsd: null,
  baselineMethod: null,
  taskClass: 'unknown',
  flags: [],
  labels: {},
  appendedAt: at,
  at,
  callMs: null,
})
