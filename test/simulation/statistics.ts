// The latency statistics, folded once more beside the service: each result counts once, and what has changed is published.
import { sampleOf } from '@waybill/routing/latency/sample'
import { emptyStats, record, statsKey } from '@waybill/routing/latency/stats'
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'
import type { LatencyStats } from '@waybill/schemas/generated/latency-stats'
import { latencyStats, results, statsChangelog } from '@waybill/schemas/topics'
import type { LogRecord, Send } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import type { SimulatedCluster } from './simulated-cluster.ts'

export interface StatisticsOptions {
  readonly codec: Codec
  readonly settings: Pick<ProtocolSettings, 'startByShare' | 'startByMaxMs' | 'attemptMaxMs'>
  readonly cluster: () => SimulatedCluster
  /** For how long nobody has reached the registry. */
  readonly registryDownMs: () => number
  readonly violated: (what: string) => void
}

/** As `callsKey` makes it. */
const isCallsKey = (key: string): boolean => /\/calls-\d+$/u.test(key)

/** Records of two schemas are equal where their fields are. */
const same = (one: LatencyStats | undefined, other: LatencyStats | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

export class Statistics {
  readonly #options: StatisticsOptions
  /** By key, as of the positions that the service has written. */
  readonly #folded = new Map<string, LatencyStats>()
  readonly #kept = new Map<string, LatencyStats>()
  readonly #published = new Map<string, LatencyStats>()
  readonly #positions = new Map<number, number>()
  /** Whether results may have been left out, as their schema was not to be had. */
  #isBlind = false

  constructor(options: StatisticsOptions) {
    this.#options = options
  }

  written(sends: readonly Send[]): void {
    for (const send of sends) {
      if (send.topic === latencyStats.name) this.#publish(send)
      if (send.topic === statsChangelog.name) this.#change(send)
    }
  }

  /** What is not published yet, and what was not counted. */
  get owed(): readonly string[] {
    const keys = new Set([...this.#kept.keys(), ...this.#published.keys()])
    const untold = [...keys].filter((key) => !same(this.#kept.get(key), this.#published.get(key)))
    const { cluster } = this.#options
    const uncounted = [...this.#positions].filter(
      ([partition, next]) => cluster().partition(results.name, partition).read(next, 1).records.length > 0,
    )
    return [
      ...untold.map((key) => `Statistics: ${key} has changed, and nobody was told`),
      ...uncounted.map(([partition]) => `Statistics: results of partition ${partition} were never counted`),
    ]
  }

  #publish({ records }: Send): void {
    const { codec } = this.#options
    for (const { key, value } of records) {
      // What workers tell of their own calls is not for the statistics to repeat.
      if (isCallsKey(String(key))) continue
      const decoded = codec.decode(latencyStats.value, value)
      if (decoded.kind === 'value') this.#published.set(String(key), decoded.value)
      else this.#published.delete(String(key))
    }
  }

  #change({ partition, records }: Send): void {
    const { codec } = this.#options
    const entries = records.map(({ key, value }) => {
      const decoded = codec.decode(statsChangelog.value, value)
      return [String(key), decoded.kind === 'value' ? decoded.value : null] as const
    })
    const next = entries.find(([key]) => key === 'positions')?.[1]?.positions?.next[results.name]
    // No positions: the mark of a new owner.
    if (next === undefined) return
    this.#foldUpTo(partition, next)
    for (const [key, state] of entries)
      if (key !== 'positions' && !/^(?:hold|dirty)\//u.test(key)) this.#keep(key, state?.stats ?? null)
  }

  #keep(key: string, stats: LatencyStats | null): void {
    if (stats === null) {
      this.#kept.delete(key)
      this.#folded.delete(key)
      return
    }
    this.#kept.set(key, stats)
    this.#isBlind ||= this.#options.registryDownMs() >= 29_000
    if (!this.#isBlind && !same(stats, this.#folded.get(key)))
      this.#options.violated(`Statistics: ${key} is not what its results come to`)
  }

  #foldUpTo(partition: number, next: number): void {
    const from = this.#positions.get(partition) ?? 0
    this.#positions.set(partition, next)
    if (next <= from) return
    const { records } = this.#options
      .cluster()
      .partition(results.name, partition)
      .read(from, next - from)
    for (const each of records) if (each.offset < next) this.#fold(each)
  }

  #fold({ partition, timestamp, value }: LogRecord): void {
    const { codec, settings } = this.#options
    const decoded = codec.decode(results.value, value)
    if (decoded.kind !== 'value') return
    const sample = sampleOf(decoded.value, { partition, appendedAt: timestamp }, settings)
    if (sample === null) return
    const key = statsKey(sample)
    // As the changelog gives it back.
    const folded = record(this.#folded.get(key) ?? emptyStats(sample), sample)
    const again = codec.decode(latencyStats.value, codec.encode(latencyStats.value, folded))
    if (again.kind === 'value') this.#folded.set(key, again.value)
  }
}
