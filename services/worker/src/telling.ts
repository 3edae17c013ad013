// Tells every router, once a second, which calls of this process have been under way for long. Without it, a hang would
// be known to the router that has dispatched the call, and to no other; that of a backup to none.
import { callsKey } from '@waybill/routing/latency/reported'
import { sizeClassOf } from '@waybill/routing/latency/size-class'
import { emptyStats } from '@waybill/routing/latency/stats'
import { dispatchedAt } from '@waybill/routing/plan'
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import type { Clock } from '@waybill/runtime/clock'

const everyMs = 1_000
/** Most calls end sooner: nothing is told of them. */
const shownMs = 1_000
/** More would only make records larger: of so many calls, one in twenty is among the oldest. */
const mostShown = 256

/** A record of latency-stats, or its end. */
export interface Report {
  readonly key: string
  /** Of the task, and of the topic. */
  readonly partition: number
  readonly stats: LatencyStats | null
}

export interface TellingOptions {
  readonly clock: Clock
  readonly settings: Pick<ProtocolSettings, 'startByShare' | 'startByMaxMs'>
  /** Never rejects: what cannot be told now is told a second later. */
  readonly publish: (reports: readonly Report[]) => Promise<void>
}

interface Cell {
  readonly target: string
  readonly sizeClass: string
  readonly shard: number
  /** When each was dispatched, epoch milliseconds. */
  readonly since: Set<{ readonly at: number }>
}

export class Telling {
  readonly #options: TellingOptions
  readonly #cells = new Map<string, Cell>()
  /** Keys with something to take back. */
  readonly #told = new Set<string>()
  #isWaiting = false

  constructor(options: TellingOptions) {
    this.#options = options
  }

  /** Follows a call of this partition to its end. */
  async during<Ended>(partition: number, dispatch: Dispatch, call: Promise<Ended>): Promise<Ended> {
    const { target, startBy, deadline, expectedOutputTokens } = dispatch
    const place = { target: target.id, sizeClass: sizeClassOf(expectedOutputTokens), shard: partition }
    const key = callsKey(place)
    const cell = this.#cells.get(key) ?? { ...place, since: new Set() }
    const begun = { at: dispatchedAt(startBy, deadline, this.#options.settings) }
    this.#cells.set(key, cell)
    cell.since.add(begun)
    this.#wait()
    try {
      return await call
    } finally {
      cell.since.delete(begun)
      if (cell.since.size === 0) this.#cells.delete(key)
    }
  }

  #wait(): void {
    if (this.#isWaiting) return
    this.#isWaiting = true
    this.#options.clock.schedule(everyMs, () => void this.#tell())
  }

  async #tell(): Promise<void> {
    const now = this.#options.clock.now()
    const reports = [...this.#cells].flatMap(([key, cell]) => reportOf(key, cell, now))
    const current = new Set(reports.map(({ key }) => key))
    for (const key of this.#told) if (!current.has(key)) reports.push({ key, partition: partitionOf(key), stats: null })
    this.#told.clear()
    for (const key of current) this.#told.add(key)
    if (reports.length > 0) await this.#options.publish(reports)
    this.#isWaiting = false
    if (this.#cells.size + this.#told.size > 0) this.#wait()
  }
}

const partitionOf = (key: string): number => Number(key.slice(key.lastIndexOf('-') + 1))

/** Nothing while all of its calls are young. */
function reportOf(key: string, { since, ...place }: Cell, now: number): readonly Report[] {
  const dispatched = [...since].map(({ at }) => at)
  const old = dispatched.filter((at) => at <= now - shownMs).toSorted((one, other) => one - other)
  if (old.length === 0) return []
  const underWay = { at: now, calls: dispatched.length, since: old.slice(0, mostShown) }
  return [{ key, partition: place.shard, stats: { ...emptyStats(place), updatedAt: now, underWay } }]
}
