// Whoever watches what is written, at the moment it is committed.
import { responseRecord } from '@waybill/schemas/generated/response'
import type { Appended, Send } from '@waybill/runtime/log'
import { DeadLetters } from './dead-letters.ts'
import type { DeadLettersOptions } from './dead-letters.ts'
import { History } from './history.ts'
import type { HistoryOptions } from './history.ts'
import type { HardLimitsOptions } from './hard-limits.ts'
import { HardLimits } from './hard-limits.ts'
import { Sightings } from './sightings.ts'
import { Statistics } from './statistics.ts'
import type { StatisticsOptions } from './statistics.ts'

type ObserversOptions = HistoryOptions &
  StatisticsOptions &
  Omit<DeadLettersOptions, 'found'> &
  Omit<HardLimitsOptions, 'costs'>

export class Observers {
  readonly history: History
  readonly #options: ObserversOptions
  readonly #statistics: Statistics
  readonly #deadLetters: DeadLetters
  readonly #sightings: Sightings
  readonly #hardLimits: HardLimits

  constructor(options: ObserversOptions) {
    const { codec, coverage } = options
    this.#options = options
    this.history = new History(options)
    this.#statistics = new Statistics(options)
    this.#sightings = new Sightings(codec, coverage)
    this.#hardLimits = new HardLimits({ ...options, costs: () => this.history.costs.values() })
    this.#deadLetters = new DeadLetters({
      ...options,
      found: (letter) => {
        coverage.countIfKnown(`dead letter: ${letter.reason}`)
        this.history.deadLetter(letter)
      },
    })
  }

  /** What is still to come of what was written, besides replies. */
  get owed(): readonly string[] {
    return [...this.#statistics.owed, ...this.#deadLetters.owed]
  }

  /** Redis has given an answer: whoever asked must see whose it is. */
  foundInRedis(hash: string, value: Buffer): void {
    const { codec, coverage } = this.#options
    const decoded = codec.decode(responseRecord, value)
    const claim = this.history.hashes.get(hash)?.claim?.claim
    const isCurrent = decoded.kind === 'value' && decoded.value.claim === claim
    coverage.count(isCurrent ? 'answer found in Redis' : 'answer of another claim found in Redis')
  }

  written(sends: readonly Send[], appended: readonly Appended[]): void {
    for (const [index, send] of sends.entries()) {
      const landed = appended[index]
      if (landed !== undefined) this.#deadLetters.written(send, landed)
      this.#sightings.written(send)
    }
    this.history.written(sends, appended)
    this.#statistics.written(sends)
    this.#hardLimits.written(sends)
  }
}
