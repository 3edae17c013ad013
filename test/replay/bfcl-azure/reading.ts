// Reads the three public sets: what was asked, what each model made of it, and when requests arrive.
import { join } from 'node:path'
import { schemaOf } from '../../flow/function-prompts.ts'
import { dataFolder, linesOf, rowsOf, DataError } from '../data-file.ts'
import { pool } from './catalogue-2024.ts'

/** What one model made of a prompt. */
interface Answer {
  readonly correct: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly latencyMs: number
  readonly costPicoUsd: number
}

export interface Prompt {
  readonly id: string
  readonly category: string
  readonly question: string
  readonly tools: readonly { readonly name: string; readonly description: string; readonly parameters: string }[]
  /** In the order of the pool. */
  readonly answers: readonly Answer[]
}

export interface Files {
  readonly prompts: string
  readonly matrix: string
  readonly arrivals: readonly string[]
}

export const defaultFiles: Files = {
  prompts: join(dataFolder, 'quality/bfcl-2024-08-11-dev-prompts.jsonl.gz'),
  matrix: join(dataFolder, 'quality/bfcl-2024-08-11-dev-matrix.csv.gz'),
  arrivals: ['code', 'conv'].map((name) => join(dataFolder, `traces/azure-2023-${name}.csv.gz`)),
}

interface PromptLine {
  readonly id: string
  readonly category: string
  readonly question: string
  readonly function: PromptFunction | readonly PromptFunction[]
}
interface PromptFunction {
  readonly name: string
  readonly description: string
  readonly parameters: Readonly<Record<string, unknown>>
}

const toolsOf = ({ function: given }: PromptLine): Prompt['tools'] =>
  [given].flat().map(({ name, description, parameters }) => ({
    name,
    description,
    parameters: JSON.stringify(schemaOf(parameters)),
  }))

const columns = ['id', 'model', 'correct', 'input_tokens', 'output_tokens', 'latency_s', 'cost_usd'] as const
type Row = Readonly<Record<(typeof columns)[number], string>>

/** undefined where the matrix does not say all of it. */
function answerOf(row: Row): Answer | undefined {
  const cells = [row.correct, row.input_tokens, row.output_tokens, row.latency_s, row.cost_usd]
  const [correct = 0, inputTokens = 0, outputTokens = 0, latency = 0, cost = 0] = cells.map(Number)
  if (cells.includes('') || ![correct, inputTokens, outputTokens, latency, cost].every(Number.isFinite))
    return undefined
  return { correct, inputTokens, outputTokens, latencyMs: latency * 1_000, costPicoUsd: Math.round(cost * 1e12) }
}

function answersById(matrix: string): ReadonlyMap<string, readonly (Answer | undefined)[]> {
  const byId = new Map<string, (Answer | undefined)[]>()
  for (const row of rowsOf(matrix, columns)) {
    const model = pool.indexOf(row.model)
    if (model < 0) continue
    const answers = byId.get(row.id) ?? pool.map(() => undefined)
    answers[model] = answerOf(row)
    byId.set(row.id, answers)
  }
  return byId
}

/** The prompts that every model of the pool has answered, and how many were left out. */
export function readPrompts({ prompts: file, matrix }: Files): {
  readonly prompts: readonly Prompt[]
  readonly leftOut: number
} {
  const byId = answersById(matrix)
  const lines = linesOf(file)
  const prompts = lines.flatMap((line): Prompt[] => {
    const read: PromptLine = JSON.parse(line)
    const { id, category, question } = read
    const answers = (byId.get(id) ?? []).filter((answer) => answer !== undefined)
    return answers.length < pool.length ? [] : [{ id, category, question, tools: toolsOf(read), answers }]
  })
  if (prompts.length === 0) throw new DataError(`No prompt of ${file} has an answer of every model in ${matrix}.`)
  return { prompts, leftOut: lines.length - prompts.length }
}

/** Milliseconds after the first arrival of all traces, merged by time. */
export function readArrivals({ arrivals }: Files): readonly number[] {
  const times = arrivals.flatMap((path) =>
    rowsOf(path, ['TIMESTAMP']).map(({ TIMESTAMP: at }) => Date.parse(`${at.slice(0, 23).replace(' ', 'T')}Z`)),
  )
  if (!times.every(Number.isFinite)) throw new DataError('An arrival has no time such as 2023-11-16 18:17:03.9799600.')
  const sorted = times.toSorted((one, other) => one - other)
  const [first = 0] = sorted
  return sorted.map((at) => at - first)
}
