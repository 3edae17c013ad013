// `npm run replay -- latency`: choosing by the rolling 95th percentile, on latencies that others have measured.
import { join } from 'node:path'
import type { Figures } from './choices.ts'
import type { OutageReplay } from './incidents.ts'
import { replayIncidents } from './incidents.ts'
import { replayLlmperf } from './llmperf.ts'
import type { ExplorationReplay } from './exploration.ts'
import { replayExploration } from './exploration.ts'
import type { Stall } from './stalls.ts'
import { requestsAmid, stallMs } from './stalls.ts'
import type { FastestReplay, ModelReplay } from './thefastest.ts'
import { readModels } from './measured.ts'
import { replayTheFastest } from './thefastest.ts'

export interface LatencyResult {
  readonly thefastest: FastestReplay
  readonly exploration: readonly ExplorationReplay[]
  readonly llmperf: readonly ModelReplay[]
  readonly incidents: readonly OutageReplay[]
}

const shares = [0, 0.005, 0.01, 0.02, 0.05]

/** @param data a folder with `latency` and `incidents` of the shape of the public data */
export function replayLatency(data: string, progress: (line: string) => void): LatencyResult {
  progress('  thefastest: the same model at several providers')
  const measured = readModels(join(data, 'latency'))
  const thefastest = replayTheFastest(measured)
  progress('  the same, exploring other shares of the requests')
  const exploration = replayExploration(measured, thefastest.models, shares)
  progress('  llmperf: bursts of 429, and a hang')
  const llmperf = replayLlmperf(join(data, 'latency'))
  progress('  incidents: outages of an hour, compressed')
  return { thefastest, exploration, llmperf, incidents: replayIncidents(join(data, 'incidents')) }
}

const cell = ({ p50S, p95S, p99S, unanswered }: Figures): string =>
  `${[p50S, p95S, p99S].map((seconds) => seconds.toFixed(2).padStart(6)).join('')}${unanswered === 0 ? '       ' : ` (${unanswered}!)`.padEnd(7)}`

function modelRows(replays: readonly ModelReplay[]): readonly string[] {
  return replays.map(
    ({ name, endpoints, waybill, endedOnly, random, bestFixed, oracle }) =>
      `  ${name.padEnd(30)}${String(endpoints).padStart(3)} ${[waybill, endedOnly, random, bestFixed, oracle].map(cell).join('')}`,
  )
}

const columns = ['waybill p50 p95 p99', 'percentile alone', 'random', 'best fixed', 'oracle']
const head = `  ${'model'.padEnd(30)}  n   ${columns
  .map((column) => column.padEnd(25))
  .join('')
  .trimEnd()}`

/** Fewer say nothing of how one chooses: a few explore. */
const worthALine = 10

function stallRows(stalls: readonly Stall[]): readonly string[] {
  const total = (way: 'waybill' | 'endedOnly'): number => stalls.reduce((sum, stall) => sum + stall[way], 0)
  const named = stalls.filter(({ waybill, endedOnly }) => Math.max(waybill, endedOnly) >= worthALine)
  const rows = named.map(
    ({ name, endpoint, seconds, otherSeconds, requests, waybill, endedOnly }) =>
      `  ${name.padEnd(28)} ${endpoint.padEnd(40)} ${seconds.toFixed(1).padStart(5)} ${otherSeconds.toFixed(1).padStart(5)}  ${String(waybill).padStart(3)} ${String(endedOnly).padStart(3)} of ${requests}`,
  )
  return [
    `stalls: ${stalls.length} times an endpoint took ${stallMs / 1_000} s or longer for a round, and another half of that or less. Of the ${requestsAmid(stalls)} requests of those rounds`,
    `${total('waybill')} were sent there, and ${total('endedOnly')} by the percentile alone. Those with ${worthALine} or more, with the seconds of both endpoints:`,
    ...rows,
  ]
}

/** For a person. */
export function latencyPage({ thefastest, exploration, llmperf, incidents }: LatencyResult): string {
  return [
    'thefastest, seconds: the choice beside a rolling percentile of ended calls alone, random, the endpoint that was best',
    'over all, and the oracle',
    head,
    ...modelRows(thefastest.models),
    '',
    ...stallRows(thefastest.stalls),
    '',
    'exploration: p50, p95 and p99 as multiples of the endpoint that was best over all, geometric means over the models',
    ...exploration.map(
      ({ share, p50, p95, p99 }) =>
        `  ${`${share * 100} % explored`.padEnd(16)} ${[p50, p95, p99].map((ratio) => ratio.toFixed(2)).join('  ')}`,
    ),
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
