import type { Request } from '@waybill/schemas/generated/request'

/** What a request says about thinking. */
export interface Asked {
  readonly effort: string | null
  readonly maxTokens: number | null
  /** The names of what it says, as they stand under `ignored`. */
  readonly names: readonly string[]
}

export function askedReasoning(request: Request): Asked {
  const { effort, maxTokens } = request.reasoning ?? { effort: null, maxTokens: null }
  const names = [effort === null ? null : 'reasoning.effort', maxTokens === null ? null : 'reasoning.maxTokens']
  return { effort, maxTokens, names: names.filter((name) => name !== null) }
}
