// No chain begins that a tenant's hard limit has no room for, whoever else begins one at the same moment.
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Spend } from '@waybill/schemas/generated/spend'
import { spend } from '@waybill/schemas/topics'
import type { Send } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'

export interface HardLimitsOptions {
  readonly codec: Codec
  /** Of each tenant; null for none. */
  readonly hardMicroUsd: number | null
  readonly costs: () => Iterable<readonly Cost[]>
  readonly violated: (what: string) => void
}

/** Of a chain, what may be used beyond the one answer that it has reserved: unusable answers, and what nobody knows. */
function wasteOf({ kind, flags, costPicoUsd, upperBoundPicoUsd }: Cost): number {
  if (kind === 'unknown') return (upperBoundPicoUsd ?? Infinity) / 1_000
  return kind === 'paid' && flags.includes('unusable') ? (costPicoUsd ?? 0) / 1_000 : 0
}

export class HardLimits {
  readonly #options: HardLimitsOptions
  /** By key, what was said last. */
  readonly #said = new Map<string, Spend>()

  constructor(options: HardLimitsOptions) {
    this.#options = options
  }

  written(sends: readonly Send[]): void {
    const { codec, hardMicroUsd } = this.#options
    if (hardMicroUsd === null) return
    for (const { topic, records } of sends)
      if (topic === spend.name)
        for (const { key, value } of records) {
          const decoded = codec.decode(spend.value, value)
          if (decoded.kind === 'value') this.#say(String(key), decoded.value, hardMicroUsd * 1_000)
        }
  }

  #say(key: string, said: Spend, limit: number): void {
    const before = this.#said.get(key)?.reservedNanoUsd ?? 0
    this.#said.set(key, said)
    if (said.reservedNanoUsd <= before) return
    const own = [...this.#said.values()].filter(({ tenant }) => tenant === said.tenant)
    const used = own.reduce((sum, each) => sum + each.settledNanoUsd + each.reservedNanoUsd, 0)
    const costs = [...this.#options.costs()].flat().filter(({ tenant }) => tenant === said.tenant)
    // Each chain is rounded up.
    const most = costs.reduce((sum, cost) => sum + wasteOf(cost) + 1, limit)
    if (used > most) this.#options.violated(`Budget: a chain of ${said.tenant} makes it ${used} of ${most} at most`)
  }
}
