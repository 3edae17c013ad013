// One call, and what its vendor would bill for it.
import type { Provider } from '../prices.ts'

/** `broken` is what the simulator cut or reset by itself; `killed` was in flight when a simulator died. */
export type Outcome = 'inFlight' | 'answered' | 'aborted' | 'broken' | 'killed'

/** Totals with their parts: input includes both cache counts, output includes reasoning. All zero if not billed. */
export interface RowTokens {
  readonly input: number
  readonly cachedInput: number
  readonly cacheWrite: number
  readonly output: number
  readonly reasoning: number
}

export interface Row {
  readonly sequence: number
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  readonly provider: Provider
  readonly api: string
  readonly endpoint: string
  readonly model: string
  /** null: no status was sent. */
  readonly status: number | null
  readonly fault: string | null
  readonly billed: boolean
  readonly tokens: RowTokens
  readonly costPicoUsd: number
  /** What the caller said the call was for. */
  readonly attempt: string | null
  readonly hash: string | null
  readonly claim: string | null
  readonly plannedMs: number
  readonly outcome: Outcome
}

export const noTokens: RowTokens = { input: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 }
