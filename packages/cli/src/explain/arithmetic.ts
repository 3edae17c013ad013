// How a cost comes about: tokens times price, bucket by bucket, checked against what was recorded.
import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import { catalogue as ourCatalogue, findTarget, priceAt, priceVersion } from '@waybill/routing/catalogue/catalogue'
import type { Price } from '@waybill/routing/catalogue/target'
import { ratesFor } from '@waybill/routing/price'
import type { Cost } from '@waybill/schemas/generated/cost'

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
  readonly paidPicoUsd: number
  /** Of calls whose outcome is unknown: the most that they can have cost. */
  readonly unknownPicoUsd: number
  readonly unknownCalls: number
  readonly baselineModel: string | null
  readonly baselinePicoUsd: number | null
  /** Baseline less all that was paid, wasted calls included; negative where routing has cost more. */
  readonly savedPicoUsd: number | null
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
  const target = findTarget(cost.target.id, from)
  const price = target?.prices.find((each) => priceVersion(target, each) === cost.priceVersion)
  return cost.kind === 'paid' ? sumOf(cost, price, cost.priceVersion ?? '', cost.costPicoUsd) : null
}

function baselineSum(cost: Cost, from: Catalogue): Sum | null {
  const target = cost.baselineModel === null ? undefined : findTarget(cost.baselineModel, from)
  if (target === undefined) return null
  const price = priceAt(target, cost.at - (cost.callMs ?? 0))
  return sumOf(cost, price, price === undefined ? '' : priceVersion(target, price), cost.baselinePicoUsd)
}

/** @param costs of the chains of one request */
export function arithmeticOf(costs: readonly Cost[], from: Catalogue = ourCatalogue): Money {
  const paidPicoUsd = total(costs.map(({ costPicoUsd }) => costPicoUsd ?? 0))
  const unknown = costs.filter(({ kind }) => kind === 'unknown')
  const answered = costs.filter(({ baselinePicoUsd }) => baselinePicoUsd !== null)
  const baselinePicoUsd = answered.length === 0 ? null : total(answered.map((cost) => cost.baselinePicoUsd ?? 0))
  return {
    calls: costs.map((cost) => ({
      attempt: cost.attempt,
      target: cost.target.id,
      kind: cost.kind,
      upperBoundPicoUsd: cost.upperBoundPicoUsd,
      cost: costSum(cost, from),
      baseline: baselineSum(cost, from),
    })),
    paidPicoUsd,
    unknownPicoUsd: total(unknown.map(({ upperBoundPicoUsd }) => upperBoundPicoUsd ?? 0)),
    unknownCalls: unknown.length,
    baselineModel: answered.at(-1)?.baselineModel ?? null,
    baselinePicoUsd,
    savedPicoUsd: baselinePicoUsd === null ? null : baselinePicoUsd - paidPicoUsd,
  }
}
