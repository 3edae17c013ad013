import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { Response } from '@waybill/schemas/generated/response'

export interface Billed {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costPicoUsd: number
}

/** What the normaliser would write of an answer. */
export function answeredWith(
  { claim, hash, tenant, owner, target, k, appendedAt }: Dispatch,
  text: string,
  billed: Billed,
): Response {
  const { inputTokens, outputTokens, costPicoUsd } = billed
  return {
    claim,
    hash,
    tenant,
    owner,
    kind: 'ok',
    reason: null,
    answer: {
      status: 'completed',
      finishReason: 'stop',
      text,
      output: null,
      toolCalls: [],
      refusal: null,
      usage: { inputTokens, cachedInputTokens: 0, cacheWriteInputTokens: 0, outputTokens, reasoningTokens: 0 },
      message: { role: 'assistant', parts: [] },
      target,
      servedModel: target.model,
      drifted: false,
      repaired: false,
      ignored: [],
      affinity: null,
    },
    k,
    attempts: 1,
    flagged: false,
    costPicoUsd,
    unknownPicoUsd: 0,
    timings: { appendedAt, sentAt: null, endedAt: null, callMs: null },
  }
}
