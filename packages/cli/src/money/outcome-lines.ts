// Outcomes that somebody else has written down: one JSON object a line.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Backtest, Outcome } from '@waybill/routing/backtest/backtest'
import { UsageError } from '../command.ts'
import { counted } from '../terminal.ts'

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

/** What became of a file of outcomes. */
interface Told {
  readonly path: string
  /** Lines that name no class and target, or hold a figure that cannot be. */
  readonly unusable: number
  /** Outcomes of each class and target. */
  readonly pairs: ReadonlyMap<string, number>
}

export const noOutcomes: Told = { path: '', unusable: 0, pairs: new Map() }

/** @throws UsageError where the file cannot be read */
export async function readOutcomes(path: string, backtest: Pick<Backtest, 'outcome'>): Promise<Told> {
  const pairs = new Map<string, number>()
  let unusable = 0
  try {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      if (line.trim() === '') continue
      const outcome = outcomeOf(line)
      if (outcome === null) {
        unusable += 1
        continue
      }
      backtest.outcome(outcome)
      const pair = JSON.stringify([outcome.taskClass, outcome.target])
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
    }
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    throw new UsageError(`--outcomes "${path}" cannot be read${why}: give a file of one JSON object a line.`)
  }
  return { path, unusable, pairs }
}

/** A line each for what a file of outcomes held and a backtest could not use. */
export function outcomeNotes({ path, unusable, pairs }: Told, backtest: Pick<Backtest, 'concerns'>): readonly string[] {
  const idle = [...pairs].filter(([pair]) => {
    const [taskClass, target]: readonly string[] = JSON.parse(pair)
    return !backtest.concerns(taskClass ?? '', target ?? '')
  })
  const outcomes = idle.reduce((sum, [, count]) => sum + count, 0)
  const first = idle[0]?.[0] ?? ''
  return [
    ...(unusable === 0
      ? []
      : [
          `note: ${counted(unusable, 'line')} of ${path} name no class and target, or hold figures that cannot be: left out.`,
        ]),
    ...(outcomes === 0
      ? []
      : [
          `note: ${counted(outcomes, 'outcome')} of ${path} are of a class and target that no decision here names, such as ${first}.`,
        ]),
  ]
}
