// The shortest run of a seed that still breaks a promise.
import type { Run, RunOptions } from './run.ts'
import { run } from './run.ts'

/** Ends that are tried first: whether a promise breaks says little of what breaks it a little later. */
const steps = 40
const finestMs = 10

/** A run, what it told, and when requests and faults ended in it. */
export interface Shortened {
  readonly ended: Run
  readonly lines: readonly string[]
  /** Undefined where they ended as the seed has it. */
  readonly untilMs: number | undefined
}

async function tried(seed: number, options: RunOptions): Promise<Shortened> {
  const lines: string[] = []
  const ended = await run(seed, { ...options, tell: (line) => lines.push(line) })
  return { ended, lines, untilMs: options.untilMs }
}

const isBroken = ({ ended }: Shortened): boolean => ended.violations.length > 0

/**
 * Runs a seed. One that breaks a promise is run again with less and less of what it has in store, and everything else the
 * same, until nothing breaks any more.
 */
export async function shortest(seed: number, options: Pick<RunOptions, 'mutation'> = {}): Promise<Shortened> {
  const whole = await tried(seed, options)
  if (!isBroken(whole)) return whole
  let best = whole
  let [low, high] = [0, whole.ended.virtualMs]
  for (let step = 1; step < steps; step++) {
    const untilMs = Math.round((whole.ended.virtualMs * step * step) / (steps * steps))
    const shorter = await tried(seed, { ...options, untilMs })
    if (isBroken(shorter)) {
      best = shorter
      high = untilMs
      break
    }
    low = untilMs
  }
  while (high - low > finestMs) {
    const untilMs = Math.round((low + high) / 2)
    const shorter = await tried(seed, { ...options, untilMs })
    if (isBroken(shorter)) best = shorter
    if (isBroken(shorter)) high = untilMs
    else low = untilMs
  }
  return best.lines.length < whole.lines.length ? best : whole
}
