import { findTarget, priceAt, priceVersion } from '@waybill/routing/catalogue/catalogue'
import type { Price } from '@waybill/routing/catalogue/target'
import { bucketsOf, costOf, upperBound } from '@waybill/routing/price'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { Usage } from '@waybill/schemas/generated/usage'
import type { Prepared } from './prepared.ts'

/** How the outcome of a call is to be booked. */
export interface Booking {
  readonly kind: Cost['kind']
  readonly failure: string | null
  readonly usage: Usage | null
  readonly servedModel: string | null
  readonly flags: readonly string[]
}

/** The price of a target when a call was made; undefined for a target that the catalogue no longer has. */
function priceOf(name: string, at: number): { readonly price: Price; readonly version: string } | undefined {
  const target = findTarget(name)
  const price = target === undefined ? undefined : priceAt(target, at)
  return target === undefined || price === undefined ? undefined : { price, version: priceVersion(target, price) }
}

/** An estimate of tokens is an average: a bound must hold for text that is dense in tokens. One byte is at most one token. */
const safeInput = ({ expectedInputTokens, request }: Dispatch): number => Math.max(expectedInputTokens, request.length)

/** The most that a call of this dispatch can cost at a target; undefined where that has no price. */
export function boundOf(dispatch: Dispatch, target: string, at: number): number | undefined {
  const priced = priceOf(target, at)
  return priced === undefined ? undefined : upperBound(safeInput(dispatch), dispatch.maxOutputTokens, priced.price)
}

function flagsOf({ attempt, explored, flagged }: Dispatch, more: readonly string[]): readonly string[] {
  const flags = [...more]
  if (attempt > 1) flags.unshift('backup')
  else if (explored) flags.unshift('exploration')
  if (flagged) flags.push('flagged')
  return flags
}

type Amounts = Pick<Cost, 'kind' | 'costPicoUsd' | 'upperBoundPicoUsd' | 'priceVersion'>

/** A paid call whose tokens or price are not known is an unknown one: never free, never guessed. */
function amountsOf({ result }: Prepared, { kind, usage }: Booking): Amounts {
  const { dispatch, outcome } = result
  const at = outcome.sentAt ?? outcome.endedAt
  if (kind === 'free') return { kind, costPicoUsd: 0, upperBoundPicoUsd: null, priceVersion: null }
  const priced = priceOf(dispatch.target.id, at)
  const version = priced?.version ?? null
  const cost = kind === 'paid' && usage !== null && priced !== undefined ? costOf(usage, priced.price) : null
  if (cost !== null) return { kind: 'paid', costPicoUsd: cost, upperBoundPicoUsd: null, priceVersion: version }
  const upperBoundPicoUsd = boundOf(dispatch, dispatch.target.id, at) ?? null
  return { kind: 'unknown', costPicoUsd: null, upperBoundPicoUsd, priceVersion: version }
}

function baselineOf(
  { result }: Prepared,
  usage: Usage | null,
): Pick<Cost, 'baselineModel' | 'baselinePicoUsd' | 'baselineMethod'> {
  const { baselineModel } = result.dispatch
  const priced = priceOf(baselineModel, result.outcome.sentAt ?? result.outcome.endedAt)
  const baselinePicoUsd = usage === null || priced === undefined ? null : costOf(usage, priced.price)
  return { baselineModel, baselinePicoUsd, baselineMethod: baselinePicoUsd === null ? null : 'same_tokens' }
}

type Tokens = Pick<
  Cost,
  'inputTokens' | 'cachedInputTokens' | 'cacheWriteInputTokens' | 'outputTokens' | 'reasoningTokens'
>

const uncounted: Tokens = {
  inputTokens: null,
  cachedInputTokens: null,
  cacheWriteInputTokens: null,
  outputTokens: null,
  reasoningTokens: null,
}

/** Disjoint counts, or none where the vendor's contradict each other. */
function tokensOf(usage: Usage | null): Tokens {
  const buckets = usage === null ? null : bucketsOf(usage)
  return usage === null || buckets === null ? uncounted : { ...buckets, reasoningTokens: usage.reasoningTokens }
}

/** The one cost record of a call. */
export function costRecordOf(prepared: Prepared, booking: Booking): Cost {
  const { result, request, judgement } = prepared
  const { dispatch, outcome } = result
  const { usage, failure, servedModel, flags } = booking
  const { claim, attempt, tenant, owner, hash, target, taskClass, appendedAt } = dispatch
  return {
    claim,
    attempt,
    tenant,
    id: owner,
    hash,
    target,
    taskClass,
    appendedAt,
    servedModel,
    providerRequestId: judgement.providerRequestId,
    failure,
    status: outcome.status,
    ...tokensOf(usage),
    ...amountsOf(prepared, booking),
    ...baselineOf(prepared, usage),
    flags: flagsOf(dispatch, flags),
    labels: request?.labels ?? {},
    at: outcome.endedAt,
    callMs: outcome.callMs,
  }
}
