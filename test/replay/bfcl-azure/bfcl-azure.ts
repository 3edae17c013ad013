// `npm run replay -- bfcl-azure`: what routing by a learned policy saves, at which quality, on public data.
import { dice, learnClassTable, learnPortfolio } from '@waybill/routing/backtest/portfolio'
import { baseline, pool } from './catalogue-2024.ts'
import type { Score, Spread } from './folds.ts'
import { crossValidated, foldOf, learnFolds, scoreOf, spreadOf } from './folds.ts'
import { policyOf } from './policy-2024.ts'
import type { Files, Prompt } from './reading.ts'
import { readArrivals, readPrompts } from './reading.ts'
import type { Duplicates, Latency, Served } from './served.ts'
import { latencyOf, serve } from './served.ts'
import type { Sent } from './stream.ts'
import { streamOf } from './stream.ts'

/** A way to choose, for comparison. */
export interface Beside {
  readonly savedPercent: number
  readonly qualityDiffPp: number
  readonly lowerBoundPp: number
  readonly latencyS: Latency
}

export interface BfclResult {
  readonly prompts: number
  readonly leftOut: number
  readonly requests: number
  readonly answered: number
  readonly calls: number
  readonly baseline: string
  readonly savedPercent: number
  readonly qualityDiffPp: number
  readonly lowerBoundPp: number
  readonly upperBoundPp: number
  readonly latencyS: Latency
  readonly duplicates: Omit<Duplicates, 'savedPicoUsd'> & { readonly savedUsd: number }
  readonly beside: Readonly<Record<string, Beside>>
  /** Over all fold seeds. */
  readonly seeds: Readonly<Record<'portfolio' | 'classTable', SeedFigures>>
}

interface SeedFigures {
  readonly seeds: number
  readonly savedPercent: Spread
  readonly qualityDiffPp: Spread
  readonly lowerBoundPp: Spread
}

export interface BfclOptions {
  readonly files: Files
  /** Of the folds, the permutations and the retries. */
  readonly seed: number
  /** How many fold seeds are tried. */
  readonly seeds: number
  readonly progress: (line: string) => void
}

/** The cheapest model that is right; where none is, the baseline: nobody can know this beforehand. */
function oracle({ answers }: Prompt): number {
  const right = [...answers.keys()].filter((model) => answers[model]?.correct === 1)
  const costOf = (model: number): number => answers[model]?.costPicoUsd ?? Infinity
  return right.toSorted((one, other) => costOf(one) - costOf(other))[0] ?? 0
}

function cheapestOf(prompts: readonly Prompt[]): number {
  const sums = pool.map((_, model) => prompts.reduce((sum, { answers }) => sum + (answers[model]?.costPicoUsd ?? 0), 0))
  return sums.indexOf(Math.min(...sums))
}

function besideOf(prompts: readonly Prompt[], sent: readonly Sent[], choose: (prompt: Prompt) => number): Beside {
  const models = new Map(prompts.map((prompt) => [prompt.id, choose(prompt)]))
  const model = ({ id }: Prompt): number => models.get(id) ?? 0
  const { savedPercent, quality } = scoreOf(prompts, model)
  const latencies = sent.map(({ prompt }) => prompt.answers[model(prompt)]?.latencyMs ?? 0)
  return { savedPercent, qualityDiffPp: quality.mean, lowerBoundPp: quality.lower, latencyS: latencyOf(latencies) }
}

function figuresOf(scores: readonly Score[]): SeedFigures {
  return {
    seeds: scores.length,
    savedPercent: spreadOf(scores.map(({ savedPercent }) => savedPercent)),
    qualityDiffPp: spreadOf(scores.map(({ quality }) => quality.mean)),
    lowerBoundPp: spreadOf(scores.map(({ quality }) => quality.lower)),
  }
}

function comparisons(prompts: readonly Prompt[], sent: readonly Sent[], seed: number): BfclResult['beside'] {
  const roll = dice(seed)
  const cheapest = cheapestOf(prompts)
  const table = learnFolds(prompts, seed, learnClassTable)
  const beside = (choose: (prompt: Prompt) => number): Beside => besideOf(prompts, sent, choose)
  return {
    alwaysBaseline: beside(() => 0),
    alwaysCheapest: beside(() => cheapest),
    random: beside(() => Math.floor(roll() * pool.length)),
    classTable: beside(({ id, category }) => table[foldOf(id, seed)]?.get(category) ?? 0),
    oracle: beside(oracle),
  }
}

/** Serves the stream by what each fold's policy says. */
function served(prompts: readonly Prompt[], sent: readonly Sent[], seed: number): Served {
  const policies = learnFolds(prompts, seed).map((learned, fold) => policyOf(learned, `fold-${fold}`))
  return serve(sent, ({ id }) => {
    const policy = policies[foldOf(id, seed)]
    if (policy === undefined) throw new Error(`${id} has no fold.`)
    return policy
  })
}

export function replayBfclAzure({ files, seed, seeds, progress }: BfclOptions): BfclResult {
  const { prompts, leftOut } = readPrompts(files)
  const sent = streamOf(prompts, readArrivals(files), seed)
  progress(
    `  ${prompts.length} prompts, ${sent.length} requests: learning ten policies and sending all through the router`,
  )
  const stream = served(prompts, sent, seed)
  const { savedPercent, quality } = crossValidated(prompts, seed)
  progress(`  learning again with ${seeds} fold seeds`)
  const all = Array.from({ length: seeds }, (_, at) => at + 1)
  const { requests, answered, calls, spentPicoUsd, latencyS, duplicates } = stream
  const { savedPicoUsd, ...counts } = duplicates
  return {
    prompts: prompts.length,
    leftOut,
    requests,
    answered,
    calls,
    baseline,
    savedPercent: savedOf(sent, spentPicoUsd, savedPercent),
    qualityDiffPp: quality.mean,
    lowerBoundPp: quality.lower,
    upperBoundPp: quality.upper,
    latencyS,
    duplicates: { ...counts, savedUsd: savedPicoUsd / 1e12 },
    beside: comparisons(prompts, sent, seed),
    seeds: {
      portfolio: figuresOf(all.map((each) => crossValidated(prompts, each, learnPortfolio))),
      classTable: figuresOf(all.map((each) => crossValidated(prompts, each, learnClassTable))),
    },
  }
}

/** Of what the first asks of the stream would have cost at the baseline; what duplicates save is not in it. */
function savedOf(sent: readonly Sent[], spentPicoUsd: number, fallback: number): number {
  const bought = sent.reduce(
    (sum, { isRetry, prompt }) => sum + (isRetry ? 0 : (prompt.answers[0]?.costPicoUsd ?? 0)),
    0,
  )
  return bought === 0 ? fallback : (1 - spentPicoUsd / bought) * 100
}
