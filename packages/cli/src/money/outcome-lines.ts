// Outcomes that somebody else has written down: one JSON object a line.
import type { Outcome } from '@waybill/routing/backtest/backtest'

interface Given {
  readonly taskClass?: unknown
  readonly target?: unknown
  readonly costPicoUsd?: unknown
  readonly expectedPicoUsd?: unknown
  readonly latencyMs?: unknown
  readonly score?: unknown
}

const amount = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null

function parsed(line: string): Given | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

/** null where the line names no class and target, or holds a figure that cannot be. */
export function outcomeOf(line: string): Outcome | null {
  const { taskClass, target, costPicoUsd, expectedPicoUsd, latencyMs, score } = parsed(line) ?? {}
  if (typeof taskClass !== 'string' || typeof target !== 'string') return null
  const figures = [costPicoUsd, expectedPicoUsd, latencyMs, score]
  if (figures.some((each) => each !== undefined && each !== null && amount(each) === null)) return null
  if ((amount(score) ?? 0) > 1) return null
  return {
    taskClass,
    target,
    costPicoUsd: amount(costPicoUsd),
    expectedPicoUsd: amount(expectedPicoUsd),
    latencyMs: amount(latencyMs),
    score: amount(score),
  }
}
