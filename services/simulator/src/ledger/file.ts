// The ledger on disk: a line a call, written before the call is answered, and a line when it ended.
import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { isObject, numberAt, objectAt, parseJson, stringAt } from '../json.ts'
import type { JsonObject } from '../json.ts'
import type { Outcome, Row, RowTokens } from './row.ts'

export interface LedgerFile {
  readonly write: (line: object) => void
  readonly clear: () => void
  readonly close: () => void
}

export const noFile: LedgerFile = { write: () => {}, clear: () => {}, close: () => {} }

export function openFile(path: string): LedgerFile {
  const descriptor = openSync(path, 'a')
  return {
    write: (line) => void writeSync(descriptor, `${JSON.stringify(line)}\n`),
    clear: () => ftruncateSync(descriptor),
    close: () => closeSync(descriptor),
  }
}

/** The calls that a file has. A last line that a kill cut short is left out. */
export function rowsIn(path: string): readonly Row[] {
  if (!existsSync(path)) return []
  const rows = new Map<number, Row>()
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const value = parseJson(line)
    if (!isObject(value)) continue
    const sequence = numberAt(value, 'sequence') ?? 0
    const before = rows.get(sequence)
    if (before !== undefined) rows.set(sequence, { ...before, ...endOf(value) })
    else if (Object.hasOwn(value, 'receivedAt')) rows.set(sequence, rowOf(value, sequence))
  }
  return [...rows.values()].map((row) => (row.outcome === 'inFlight' ? { ...row, outcome: 'killed' } : row))
}

const outcomes: readonly Outcome[] = ['inFlight', 'answered', 'aborted', 'broken', 'killed']

const endOf = (line: JsonObject): Pick<Row, 'outcome'> => ({
  outcome: outcomes.find((each) => each === line['outcome']) ?? 'killed',
})

function rowOf(line: JsonObject, sequence: number): Row {
  const text = (name: string): string => stringAt(line, name) ?? ''
  const number = (name: string): number => numberAt(line, name) ?? 0
  const provider = (['openai', 'anthropic', 'gemini'] as const).find((each) => each === line['provider'])
  return {
    sequence,
    receivedAt: number('receivedAt'),
    provider: provider ?? 'openai',
    api: text('api'),
    endpoint: text('endpoint'),
    model: text('model'),
    status: numberAt(line, 'status'),
    fault: stringAt(line, 'fault'),
    billed: line['billed'] === true,
    tokens: tokensOf(objectAt(line, 'tokens')),
    costPicoUsd: number('costPicoUsd'),
    attempt: stringAt(line, 'attempt'),
    hash: stringAt(line, 'hash'),
    claim: stringAt(line, 'claim'),
    plannedMs: number('plannedMs'),
    ...endOf(line),
  }
}

const tokensOf = (tokens: JsonObject | null): RowTokens => ({
  input: numberAt(tokens, 'input') ?? 0,
  cachedInput: numberAt(tokens, 'cachedInput') ?? 0,
  cacheWrite: numberAt(tokens, 'cacheWrite') ?? 0,
  output: numberAt(tokens, 'output') ?? 0,
  reasoning: numberAt(tokens, 'reasoning') ?? 0,
})
