// How a cost comes about: tokens times price, bucket by bucket, checked against what was recorded; and what a report
// counts of it.
import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import {
  catalogue as ourCatalogue,
  findTarget,
  priceAt,
  priceNamed,
  priceVersion,
} from '@waybill/routing/catalogue/catalogue'
import type { Price } from '@waybill/routing/catalogue/target'
import { ratesFor } from '@waybill/routing/price'
import { Ledger } from '@waybill/routing/savings/ledger'
import { Tally } from '@waybill/routing/savings/tally'
import type { Cost } from '@waybill/schemas/generated/cost'
import { isAnswer } from '../money/feedback-read.ts'
import type { Line } from '../money/statement.ts'
import { lineOf } from '../money/statement.ts'
import type { Evidence } from './evidence.ts'

interface Product {
  readonly bucket: 'input' | 'cached input' | 'cache write' | 'output'
  readonly tokens: number
  /** Millionths of a dollar per million tokens, which are 10^-12 dollars a token. */
  readonly microUsdPerMillion: number
  readonly picoUsd: number
}

export interface Sum {
  readonly price: string
  readonly products: readonly Product[]
  readonly picoUsd: number
  readonly recordedPicoUsd: number
}

export interface CallArithmetic {
  readonly attempt: number
  readonly target: string
  readonly kind: Cost['kind']
  readonly upperBoundPicoUsd: number | null
  /** null where nothing is billed, or the catalogue of this build no longer has the price. */
  readonly cost: Sum | null
  readonly baseline: Sum | null
}

export interface Money {
  readonly calls: readonly CallArithmetic[]
  /** What a report of this request alone says: its own calls, and what it did not have to buy. */
  readonly line: Line
  /** What its savings are measured against; null where there was no answer to compare. */
  readonly baseline: string | null
}

type Tokens = Pick<Cost, 'inputTokens' | 'cachedInputTokens' | 'cacheWriteInputTokens' | 'outputTokens'>

function productsOf(tokens: Tokens, price: Price): readonly Product[] {
  const { inputTokens, cachedInputTokens, cacheWriteInputTokens, outputTokens } = tokens
  const [plain, cached, written, output] = [inputTokens, cachedInputTokens, cacheWriteInputTokens, outputTokens].map(
    (count) => count ?? 0,
  )
  const rates = ratesFor(price, (plain ?? 0) + (cached ?? 0) + (written ?? 0))
  const product = (bucket: Product['bucket'], count: number | undefined, rate: number): Product => ({
    bucket,
    tokens: count ?? 0,
    microUsdPerMillion: rate,
    picoUsd: (count ?? 0) * rate,
  })
  return [
    product('input', plain, rates.input),
    product('cached input', cached, rates.cachedInput),
    product('cache write', written, rates.cacheWrite),
    product('output', output, rates.output),
  ].filter((each) => each.tokens > 0)
}

const total = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0)

function sumOf(cost: Cost, price: Price | undefined, name: string, recordedPicoUsd: number | null): Sum | null {
  if (price === undefined || recordedPicoUsd === null) return null
  const products = productsOf(cost, price)
  return { price: name, products, picoUsd: total(products.map(({ picoUsd }) => picoUsd)), recordedPicoUsd }
}

/** The price that the record names: prices change, and the one of today proves nothing. */
function costSum(cost: Cost, from: Catalogue): Sum | null {
  const version = cost.priceVersion ?? ''
  return cost.kind === 'paid' ? sumOf(cost, priceNamed(version, from), version, cost.costPicoUsd) : null
}

function baselineSum(cost: Cost, from: Catalogue): Sum | null {
  const target = cost.baselineModel === null ? undefined : findTarget(cost.baselineModel, from)
  if (target === undefined) return null
  const price = priceAt(target, cost.at - (cost.callMs ?? 0))
  return sumOf(cost, price, price === undefined ? '' : priceVersion(target, price), cost.baselinePicoUsd)
}

/** Booked as a report books them, so that explain and report cannot differ. */
function bookedOf({ tenant, id, decisions, costs }: Paid, from: Catalogue): Ledger {
  const [ledger, tally] = [new Ledger(from), new Tally()]
  for (const decision of decisions) {
    const extra = tally.add(decision)
    if (extra !== null) ledger.explore(decision, extra)
  }
  for (const cost of costs) {
    const isOwn = cost.tenant === tenant && cost.id === id
    ledger.book(cost, isAnswer(cost) ? tally.take(cost.claim) : undefined, isOwn)
  }
  return ledger
}

type Paid = Pick<Evidence, 'tenant' | 'id' | 'decisions' | 'costs'>

/** @param evidence of one request, with the costs of all chains that it had part in */
export function arithmeticOf(evidence: Paid, from: Catalogue = ourCatalogue): Money {
  const ledger = bookedOf(evidence, from)
  return {
    calls: evidence.costs.map((cost) => ({
      attempt: cost.attempt,
      target: cost.target.id,
      kind: cost.kind,
      upperBoundPicoUsd: cost.upperBoundPicoUsd,
      cost: costSum(cost, from),
      baseline: baselineSum(cost, from),
    })),
    line: lineOf(`${evidence.tenant}/${evidence.id}`, ledger.total),
    baseline: [...ledger.baselines.keys()].at(-1) ?? null,
  }
}
