import type { Beside, BfclResult } from './bfcl-azure.ts'
import type { Spread } from './folds.ts'

const percent = (value: number): string => value.toFixed(1).padStart(6)
const points = (value: number): string => `${value > 0 ? '+' : ''}${value.toFixed(2)}`.padStart(7)

function row(name: string, { savedPercent, qualityDiffPp, lowerBoundPp, latencyS }: Beside): string {
  const { p50, p95, p99 } = latencyS
  const latency = [p50, p95, p99].map((seconds) => seconds.toFixed(2).padStart(6)).join(' ')
  return `  ${name.padEnd(16)}${percent(savedPercent)}   ${points(qualityDiffPp)} ${points(lowerBoundPp)}     ${latency}`
}

const spread = ({ mean, least, most }: Spread): string =>
  `${mean.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`

/** For a person. */
export function bfclPage(result: BfclResult): string {
  const { prompts, requests, answered, calls, baseline, duplicates, beside, seeds } = result
  const { injected, caught, wrongMerges, savedUsd } = duplicates
  const names = {
    alwaysBaseline: 'always baseline',
    alwaysCheapest: 'always cheapest',
    random: 'random',
    classTable: 'class table',
    oracle: 'oracle',
  } as const
  return [
    `${requests} requests over ${prompts} prompts, ${answered} answered by ${calls} calls. Baseline: ${baseline}.`,
    '',
    '                  saved   quality, pp (lower 95 %)  latency, s: p50    p95    p99',
    row('waybill', result),
    ...Object.entries(names).flatMap(([key, name]) => {
      const figures = beside[key]
      return figures === undefined ? [] : [row(name, figures)]
    }),
    '',
    `Duplicates: ${caught} of ${injected} injected retries caught (${((100 * caught) / Math.max(1, injected)).toFixed(2)} %), ${wrongMerges} wrong merges; they would have cost $${savedUsd.toFixed(2)}.`,
    '',
    `Over ${seeds.portfolio.seeds} fold seeds, mean (least to most):`,
    `  portfolio    saved % ${spread(seeds.portfolio.savedPercent)}, quality pp ${spread(seeds.portfolio.qualityDiffPp)}, lower bound pp ${spread(seeds.portfolio.lowerBoundPp)}`,
    `  class table  saved % ${spread(seeds.classTable.savedPercent)}, quality pp ${spread(seeds.classTable.qualityDiffPp)}, lower bound pp ${spread(seeds.classTable.lowerBoundPp)}`,
    '',
    'The interval is paired by prompt: each prompt counts once, however often it was asked.',
  ].join('\n')
}
