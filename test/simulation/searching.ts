// Many seeds: how far they got, what they met, and which of them broke something.
import type { Counts } from './coverage.ts'
import { summed } from './coverage.ts'
import type { Run } from './run.ts'
import type { SeedThreads } from './seed-threads.ts'

export interface Search {
  readonly seeds: number
  readonly events: number
  readonly calls: number
  readonly replies: number
  readonly virtualMs: number
  readonly tookMs: number
  readonly weathers: Readonly<Record<string, number>>
  /** How often each thing that must be met was. */
  readonly counts: Counts
  readonly broken: readonly Run[]
}

/** Runs so many seeds, on all threads. */
export async function search(
  threads: SeedThreads,
  { from, seeds }: { readonly from: number; readonly seeds: number },
  progress: (done: number) => void = () => undefined,
): Promise<Search> {
  const started = performance.now()
  const runs: Run[] = []
  let next = from
  const lane = async (): Promise<void> => {
    while (next < from + seeds) {
      runs.push(await threads.run({ seed: next++, mutation: undefined }))
      progress(runs.length)
    }
  }
  await Promise.all(Array.from({ length: threads.count }, lane))
  const sum = (of: (run: Run) => number): number => runs.reduce((total, run) => total + of(run), 0)
  const weathers: Record<string, number> = {}
  for (const { weather } of runs) weathers[weather] = (weathers[weather] ?? 0) + 1
  return {
    seeds: runs.length,
    events: sum(({ events }) => events),
    calls: sum(({ calls }) => calls),
    replies: sum(({ replies }) => replies),
    virtualMs: sum(({ virtualMs }) => virtualMs),
    tookMs: performance.now() - started,
    weathers,
    counts: summed(runs.map(({ counts }) => counts)),
    broken: runs.filter(({ violations }) => violations.length > 0),
  }
}

export interface Caught {
  readonly mutation: string
  /** Seeds until one broke something; null where none did. */
  readonly seeds: number | null
  readonly violation: string
}

/** Runs seeds of a mutation until one of them breaks a promise. */
export async function hunt(threads: SeedThreads, mutation: string, most: number): Promise<Caught> {
  for (let seed = 1; seed <= most; seed++) {
    const [violation] = (await threads.run({ seed, mutation })).violations
    if (violation !== undefined) return { mutation, seeds: seed, violation }
  }
  return { mutation, seeds: null, violation: '' }
}
