// A vendor's bill beside our ledger, per day and model.
import { isPlausible } from '@waybill/routing/savings/entry'
import { SeenCalls } from '@waybill/routing/savings/seen-calls'
import { Sum } from '@waybill/routing/savings/sum'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Billed } from './export-rows.ts'
import { lineKey } from './export-rows.ts'
import type { Mapping } from './mapping.ts'

/** What our ledger says of a model on a day. */
export class Booked {
  readonly paid = new Sum()
  readonly unknownAtMost = new Sum()
  calls = 0
  unknown = 0
  /** Unknown calls of which nobody knows what they can have cost at most. */
  unbounded = 0
  inputTokens = 0
  outputTokens = 0

  add(cost: Cost): void {
    this.calls += 1
    if (cost.kind === 'unknown') this.unknown += 1
    if (cost.kind === 'unknown' && cost.upperBoundPicoUsd === null) this.unbounded += 1
    this.paid.add(cost.costPicoUsd ?? 0)
    this.unknownAtMost.add(cost.upperBoundPicoUsd ?? 0)
    for (const count of [cost.inputTokens, cost.cachedInputTokens, cost.cacheWriteInputTokens])
      this.inputTokens += count ?? 0
    this.outputTokens += cost.outputTokens ?? 0
  }
}

/** Adds up the calls of one provider by day (UTC, when they ended) and model, and account where the mapping tells keys apart. */
export class Books {
  readonly booked = new Map<string, Booked>()
  implausible = 0
  /** Records that were there before: someone has replayed the topic. */
  repeated = 0
  /** Calls of which not even the provider is known, because nobody could read their result: they may be in this bill. */
  ofNobody = 0
  readonly #mapping: Pick<Mapping, 'provider' | 'models' | 'account'>
  readonly #seen = new SeenCalls()

  constructor(mapping: Pick<Mapping, 'provider' | 'models' | 'account'>) {
    this.#mapping = mapping
  }

  add(cost: Cost): void {
    if (cost.target.provider === 'unknown') this.ofNobody += 1
    if (cost.target.provider !== this.#mapping.provider || cost.kind === 'free' || !this.#isOfItsAccounts(cost)) return
    if (!isPlausible(cost)) {
      this.implausible += 1
      return
    }
    if (this.#seen.isRepeated(cost)) {
      this.repeated += 1
      return
    }
    const key = this.#keyOf(cost)
    const booked = this.booked.get(key) ?? new Booked()
    this.booked.set(key, booked)
    booked.add(cost)
  }

  #isOfItsAccounts({ target }: Cost): boolean {
    const { account } = this.#mapping
    return account === null || [...account.names.values()].includes(target.account)
  }

  #keyOf({ target, servedModel, at }: Cost): string {
    const { models, account } = this.#mapping
    const model = models.get(servedModel ?? target.model) ?? models.get(target.model) ?? target.model
    return lineKey(new Date(at).toISOString().slice(0, 10), model, account === null ? null : target.account)
  }
}

/** Amounts are whole pico-dollars as text. */
export interface Difference {
  readonly day: string
  readonly model: string
  readonly billedPicoUsd: string
  readonly bookedPicoUsd: string
  /** With every call of unknown outcome at its most; null where one of them has no bound that is known. */
  readonly bookedAtMostPicoUsd: string | null
  /** How far the bill is outside of what was booked; negative: below it. */
  readonly beyondPicoUsd: string
  /** The same in tokens, where the export has them. */
  readonly beyondTokens: number | null
  readonly calls: number
  readonly unknown: number
  /** Of the unknown ones, those without a bound: no bill is too high for such a line. */
  readonly unbounded: number
  readonly isWithin: boolean
}

export interface Tolerance {
  readonly percent: number
}

/** @param most null: there is no upper end */
function beyond(billed: bigint, least: bigint, most: bigint | null): bigint {
  if (billed < least) return billed - least
  return most !== null && billed > most ? billed - most : 0n
}

function isWithin(outside: bigint, billed: bigint, { percent }: Tolerance): boolean {
  const size = outside < 0n ? -outside : outside
  const allowed = (billed * BigInt(Math.round(percent * 1_000))) / 100_000n
  return size <= allowed
}

const nothingBilled: Billed = { costPicoUsd: 0n, requests: 0, inputTokens: 0, outputTokens: 0 }

/** By day and model. Unknown calls make a range: a bill inside of it is no difference. */
export function compare(
  billed: ReadonlyMap<string, Billed>,
  booked: ReadonlyMap<string, Booked>,
  mapping: Pick<Mapping, 'cost' | 'inputTokens'>,
  tolerance: Tolerance,
): readonly Difference[] {
  const keys = [...new Set([...billed.keys(), ...booked.keys()])].toSorted((one, other) => one.localeCompare(other))
  return keys.map((key) => {
    const [theirs, ours] = [billed.get(key) ?? nothingBilled, booked.get(key) ?? new Booked()]
    const least = ours.paid.picoUsd
    const most = ours.unbounded > 0 ? null : least + ours.unknownAtMost.picoUsd
    const outside = mapping.cost === null ? 0n : beyond(theirs.costPicoUsd, least, most)
    const hasTokens = mapping.inputTokens.length > 0
    const tokens = theirs.inputTokens + theirs.outputTokens - ours.inputTokens - ours.outputTokens
    const tokensFit =
      ours.unknown > 0 || isWithin(BigInt(tokens), BigInt(theirs.inputTokens + theirs.outputTokens), tolerance)
    const place = key.indexOf(' ')
    return {
      day: key.slice(0, place),
      model: key.slice(place + 1),
      billedPicoUsd: `${theirs.costPicoUsd}`,
      bookedPicoUsd: `${least}`,
      bookedAtMostPicoUsd: most === null ? null : `${most}`,
      beyondPicoUsd: `${outside}`,
      beyondTokens: hasTokens ? tokens : null,
      calls: ours.calls,
      unknown: ours.unknown,
      unbounded: ours.unbounded,
      isWithin: isWithin(outside, theirs.costPicoUsd, tolerance) && (!hasTokens || tokensFit),
    }
  })
}
