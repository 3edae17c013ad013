import type { Recording } from './recording.ts'
import { faultsIn } from './faults.ts'
import type { Replayed } from './replay.ts'
import { replay } from './replay.ts'
import { startReplay } from './replay-server.ts'

export interface Report {
  readonly recordings: number
  /** How many of each outcome, by api. */
  readonly outcomes: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly repaired: number
  readonly drifted: number
  readonly faults: readonly { readonly id: string; readonly api: string; readonly faults: readonly string[] }[]
}

const atOnce = 16

export async function report(recordings: readonly Recording[]): Promise<Report> {
  const server = await startReplay(recordings)
  try {
    const replayed: Replayed[] = []
    for (let start = 0; start < recordings.length; start += atOnce) {
      const batch = recordings.slice(start, start + atOnce)
      replayed.push(...(await Promise.all(batch.map((each, index) => replay(each, server.urlOf(start + index))))))
    }
    return reportOn(replayed)
  } finally {
    await server.close()
  }
}

function reportOn(replayed: readonly Replayed[]): Report {
  const outcomes: Record<string, Record<string, number>> = {}
  for (const { recording, outcome } of replayed) {
    const counts = (outcomes[recording.api] ??= {})
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return {
    recordings: replayed.length,
    outcomes,
    repaired: replayed.filter(({ answer }) => answer?.repaired === true).length,
    drifted: replayed.filter(({ answer }) => answer?.drifted === true).length,
    faults: replayed
      .map((each) => ({ id: each.recording.id, api: each.recording.api, faults: faultsIn(each) }))
      .filter(({ faults }) => faults.length > 0),
  }
}

export function printed(result: Report): string {
  const lines = Object.entries(result.outcomes).flatMap(([api, counts]) => [
    api,
    ...Object.entries(counts)
      .toSorted(([, a], [, b]) => b - a)
      .map(([outcome, count]) => `  ${String(count).padStart(5)}  ${outcome}`),
  ])
  const faults = result.faults.map(({ id, api, faults: each }) => `  ${api} ${id}: ${each.join('; ')}`)
  const end = `${result.recordings} recordings, ${result.repaired} repaired, ${result.drifted} drifted, ${result.faults.length} at fault`
  return [...lines, ...faults, end].join('\n')
}
