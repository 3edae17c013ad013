// What a broker does to a log by itself: it deletes by age, and compacts.
import { latencyStats, responses, spend } from '@waybill/schemas/topics'
import type { Coverage } from './coverage.ts'
import type { History } from './history.ts'
import { changelogs } from './history.ts'
import type { Random } from './random.ts'
import type { SimulatedCluster } from './simulated-cluster.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** For so long a tombstone stays after its record was deleted; a day, on a broker. */
export const tombstoneMs = 8_000

export interface LogCleanerOptions {
  readonly cluster: SimulatedCluster
  readonly history: History
  readonly clock: VirtualClock
  readonly coverage: Coverage
  readonly tell: (line: string) => void
}

export class LogCleaner {
  readonly #options: LogCleanerOptions

  constructor(options: LogCleanerOptions) {
    this.#options = options
  }

  /** Deletes responses that were read: the oldest of them, or all. */
  deleteResponses(random: Random): void {
    const { cluster, history, coverage, tell } = this.#options
    for (let partition = 0; partition < cluster.partitionCount(responses.name); partition++) {
      const { start } = cluster.partition(responses.name, partition).range()
      const read = history.states.positionOf('router', partition, responses.name)
      const before = random.chance(0.5) ? read : random.between(start, Math.max(start, read))
      if (before <= start) continue
      tell(`${responses.name}/${partition} is deleted up to ${before}`)
      cluster.partition(responses.name, partition).deleteBefore(before)
      history.responsesDeleted(partition, before)
      coverage.count('responses deleted by age')
    }
  }

  compact(): void {
    const { cluster, clock, coverage, tell } = this.#options
    tell('the log is compacted')
    const since = clock.now() - tombstoneMs
    const clean = (topic: string): void => {
      for (let partition = 0; partition < cluster.partitionCount(topic); partition++)
        cluster.partition(topic, partition).compact(since)
    }
    for (const topic of changelogs.keys()) clean(topic)
    coverage.count('changelog compacted')
    for (const { name } of [spend, latencyStats]) clean(name)
    coverage.count('table compacted')
  }
}
