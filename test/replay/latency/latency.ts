// `npm run replay -- latency`: choosing by the rolling 95th percentile, on latencies that others have measured.
import { join } from 'node:path'
import type { Figures } from './choices.ts'
import type { OutageReplay } from './incidents.ts'
import { replayIncidents } from './incidents.ts'
import { replayLlmperf } from './llmperf.ts'
import type { ModelReplay } from './thefastest.ts'
import { replayTheFastest } from './thefastest.ts'

export interface LatencyResult {
  readonly thefastest: readonly ModelReplay[]
  readonly llmperf: readonly ModelReplay[]
  readonly incidents: readonly OutageReplay[]
}

/** @param data a folder with `latency` and `incidents` of the shape of the public data */
export function replayLatency(data: string, progress: (line: string) => void): LatencyResult {
  progress('  thefastest: the same model at several providers')
  const thefastest = replayTheFastest(join(data, 'latency'))
  progress('  llmperf: bursts of 429, and a hang')
  const llmperf = replayLlmperf(join(data, 'latency'))
  progress('  incidents: outages of an hour, compressed')
  return { thefastest, llmperf, incidents: replayIncidents(join(data, 'incidents')) }
}

const cell = ({ p50S, p95S, p99S, unanswered }: Figures): string =>
  `${[p50S, p95S, p99S].map((seconds) => seconds.toFixed(2).padStart(6)).join('')}${unanswered === 0 ? '       ' : ` (${unanswered}!)`.padEnd(7)}`

function modelRows(replays: readonly ModelReplay[]): readonly string[] {
  return replays.map(
    ({ name, endpoints, waybill, random, bestFixed, oracle }) =>
      `  ${name.padEnd(30)}${String(endpoints).padStart(3)} ${[waybill, random, bestFixed, oracle].map(cell).join('')}`,
  )
}

const head = `  ${'model'.padEnd(30)}  n   waybill p50 p95 p99      random                   best fixed               oracle`

/** For a person. */
export function latencyPage({ thefastest, llmperf, incidents }: LatencyResult): string {
  return [
    'thefastest, seconds: the rolling p95 choice beside random, the endpoint that was best over all, and the oracle',
    head,
    ...modelRows(thefastest),
    '',
    'llmperf, seconds (in brackets: requests without an answer in 30 s; the others do not fail over)',
    head,
    ...modelRows(llmperf),
    '',
    'incidents, during the outage: extra attempts, requests without an answer, p95 beside trying the dead one first',
    ...incidents.map(
      ({ incident, provider, minutes, waybill, extraAttemptsPercent, alwaysFirst }) =>
        `  ${provider.padEnd(10)} ${incident}  ${minutes} min  ${extraAttemptsPercent.toFixed(1)} % extra attempts, ${waybill.unanswered} of ${waybill.requests} unanswered, p95 ${waybill.p95S.toFixed(2)} s beside ${alwaysFirst.p95S.toFixed(2)} s`,
    ),
  ].join('\n')
}
