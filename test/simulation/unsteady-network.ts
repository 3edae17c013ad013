// Between a process and the log: what takes its time, is lost, or is the process's last step.
import type { Coverage } from './coverage.ts'
import type { Random } from './random.ts'
import type { Network } from './simulated-log.ts'
import type { SimulatedProcess } from './simulated-process.ts'
import type { Taste } from './taste.ts'

interface UnsteadyNetworkOptions extends Pick<Network, 'clock' | 'opened'> {
  readonly taste: Taste
  readonly faults: Random
  readonly coverage: Coverage
  readonly isStormy: () => boolean
  readonly kill: (process: SimulatedProcess) => void
}

export function unsteadyNetwork({
  clock,
  opened,
  taste,
  faults,
  coverage,
  isStormy,
  kill,
}: UnsteadyNetworkOptions): Network {
  const { slowestNetworkMs, slowNetworkShare, lost, cutShort, slowestReadMs, readerLagMs, killedAtStep } = taste
  return {
    clock,
    opened,
    delayMs: () => (faults.chance(slowNetworkShare) ? faults.between(1, slowestNetworkMs) : 0),
    readMs: () => faults.below(1 + slowestReadMs),
    lagMs: () => (faults.chance(readerLagMs === 0 ? 0 : 0.3) ? faults.below(readerLagMs) : 0),
    isLost: () => isStormy() && faults.chance(lost),
    readsTo({ from, to }) {
      if (from >= to || !isStormy() || !faults.chance(cutShort)) return to
      coverage.count('read cut short')
      return faults.between(from, to - 1)
    },
    step(process) {
      if (!isStormy() || process.isDead || !faults.chance(killedAtStep / 1_000)) return
      coverage.count('killed at a step')
      kill(process)
    },
    failed(how) {
      coverage.count(how)
    },
    readOne(found) {
      if (found) coverage.count('answer read from the log')
    },
  }
}
