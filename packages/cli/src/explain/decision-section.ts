import { counted, duration, exactDollars, heading, oneLine } from '../terminal.ts'
import type { Evidence } from './evidence.ts'

const tokens = (count: number): string => count.toLocaleString('en-US')

type Candidate = Evidence['decisions'][number]['candidates'][number]

function latencyWords({ latencySource, samples, sampleAgeMs }: Candidate): string {
  if (latencySource === 'underWay') return 'of calls still under way'
  const age = sampleAgeMs === null ? '' : `, newest ${duration(sampleAgeMs)} old`
  return `${latencySource ?? '?'}, ${counted(samples, 'sample')}${age}`
}

function candidateLine(candidate: Candidate, chosen: string | null): string {
  const { target, rank, eligible, rule, detail, p95Ms, expectedPicoUsd, ceilingPicoUsd } = candidate
  const mark = target === chosen ? '→' : ' '
  const place = eligible ? `${rank}.` : 'out'
  const p95 = p95Ms === null ? 'p95 unknown' : `p95 ${duration(p95Ms)} (${latencyWords(candidate)})`
  const expected = expectedPicoUsd === null ? 'price unknown' : `${exactDollars(expectedPicoUsd)} expected`
  const most = ceilingPicoUsd === null ? '' : `, ${exactDollars(ceilingPicoUsd)} at most`
  const why = `${rule}${detail === null ? '' : `: ${oneLine(detail, 100)}`}`
  return `  ${mark} ${place.padEnd(4)} ${target.padEnd(38)} ${p95.padEnd(48)} ${expected}${most} — ${why}`
}

/** Every candidate, and the rule that put it where it is. */
export function decisionSection({ decisions }: Evidence): readonly string[] {
  return decisions
    .filter(({ candidates }) => candidates.length > 0)
    .flatMap((decision) => {
      const { candidates, target, policy, mode, baselineModel, expectedInputTokens, expectedOutputTokens } = decision
      const expected = `${tokens(expectedInputTokens)} tokens in and ${tokens(expectedOutputTokens)} out expected`
      const terms = `policy ${policy ?? 'unknown'}, mode ${mode ?? 'unknown'}, baseline ${baselineModel ?? 'none'}`
      const wanted =
        decision.wouldChoose === null
          ? []
          : [`  The policy does not enforce: it would have chosen ${decision.wouldChoose}.`]
      return [
        '',
        heading(target === null ? 'Why nothing was chosen' : `Why ${target}`),
        `  ${expected}; ${terms}`,
        ...candidates.map((candidate) => candidateLine(candidate, target)),
        ...wanted,
        ...(decision.overSoftLimit === null
          ? []
          : [`  ${oneLine(decision.tenant, 60)} was over the soft limit of its ${decision.overSoftLimit}.`]),
        '  "cost" means that no rule objected, and the cost decided the place; any other word is the rule that did.',
      ]
    })
}
