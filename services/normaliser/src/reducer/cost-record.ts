import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import { findTarget, priceAt, priceVersion } from '@waybill/routing/catalogue/catalogue'
import type { Price } from '@waybill/routing/catalogue/target'
import { bucketsOf, costOf, upperBound } from '@waybill/routing/price'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { Target } from '@waybill/schemas/generated/target'
import type { Usage } from '@waybill/schemas/generated/usage'
import type { Prepared } from './prepared.ts'

/** How the outcome of a call is to be booked. */
export interface Booking {
  readonly kind: 'paid' | 'free' | 'unknown'
  readonly failure: string | null
  readonly usage: Usage | null
  readonly servedModel: string | null
  /** The service tier that the vendor says it billed; null where it does not say. */
  readonly servedTier: string | null
  readonly flags: readonly string[]
}

/** The price of a target when a call was made; undefined for a target that the catalogue no longer has. */
function priceOf(
  catalogue: Catalogue,
  name: string,
  at: number,
): { readonly price: Price; readonly version: string } | undefined {
  const target = findTarget(name, catalogue)
  const price = target === undefined ? undefined : priceAt(target, at)
  return target === undefined || price === undefined ? undefined : { price, version: priceVersion(target, price) }
}

/**
 * An estimate of tokens is an average, and a bound must hold for text that is dense in tokens: no byte is more than one.
 * What the vendor adds of its own, for tools and images, stands in the estimate only.
 */
const safeInput = ({ expectedInputTokens, request }: Dispatch): number => expectedInputTokens + request.length

function flagsOf({ result }: Prepared, more: readonly string[]): readonly string[] {
  const { attempt, explored, flagged, deadline } = result.dispatch
  const flags: string[] = []
  if (attempt > 1) flags.push('backup')
  if (explored) flags.push('exploration')
  if (flagged) flags.push('flagged')
  flags.push(...more)
  if (result.outcome.endedAt > deadline) flags.push('late')
  return flags
}

const calledAt = ({ sentAt, startedAt }: Prepared['result']['outcome']): number => sentAt ?? startedAt

/** The target whose price holds: a vendor may serve at another tier than was asked for, and bills that one. */
function billedAs({ id, serviceTier }: Target, { servedTier }: Booking): string {
  const asked = serviceTier === null || serviceTier === 'standard_only' ? 'standard' : serviceTier
  if (servedTier === null || servedTier === asked) return id
  const [named = '', account] = id.split('@')
  const [model = ''] = named.split('+')
  const served = servedTier === 'standard' ? model : `${model}+${servedTier}`
  return account === undefined ? served : `${served}@${account}`
}

type Amounts = Pick<Cost, 'kind' | 'costPicoUsd' | 'upperBoundPicoUsd' | 'priceVersion'> & {
  /** Billed for more than a call of this request can cost: absurd counts, or a bound that is too low. */
  readonly isBeyondBound: boolean
}

/** A paid call whose tokens or price are not known is an unknown one: never free, never guessed. */
function amountsOf({ result }: Prepared, booking: Booking, catalogue: Catalogue): Amounts {
  const { dispatch, outcome } = result
  const { kind, usage } = booking
  const isBeyondBound = false
  if (kind === 'free') return { kind, costPicoUsd: 0, upperBoundPicoUsd: null, priceVersion: null, isBeyondBound }
  const priced = priceOf(catalogue, billedAs(dispatch.target, booking), calledAt(outcome))
  if (priced === undefined)
    return { kind: 'unknown', costPicoUsd: null, upperBoundPicoUsd: null, priceVersion: null, isBeyondBound }
  const { price, version } = priced
  const cost = kind === 'paid' && usage !== null ? costOf(usage, price) : null
  const bound = upperBound(safeInput(dispatch), dispatch.maxOutputTokens, price)
  return cost === null
    ? { kind: 'unknown', costPicoUsd: null, upperBoundPicoUsd: bound, priceVersion: version, isBeyondBound }
    : { kind: 'paid', costPicoUsd: cost, upperBoundPicoUsd: null, priceVersion: version, isBeyondBound: cost > bound }
}

/** Only an answer has a baseline: what the caller would have bought once, however many calls it took here. */
function baselineOf(
  { result }: Prepared,
  { failure, usage }: Booking,
  catalogue: Catalogue,
): Pick<Cost, 'baselineModel' | 'baselinePicoUsd' | 'baselineMethod'> {
  const { baselineModel } = result.dispatch
  const isAnswer = failure === null && usage !== null
  const priced = isAnswer ? priceOf(catalogue, baselineModel, calledAt(result.outcome)) : undefined
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

/** Disjoint counts, or none where the vendor's contradict each other; what the vendor did not count stays null. */
function tokensOf(usage: Usage | null): Tokens {
  const buckets = usage === null ? null : bucketsOf(usage)
  if (usage === null || buckets === null) return uncounted
  const { cachedInputTokens, cacheWriteInputTokens, outputTokens, reasoningTokens } = usage
  return { inputTokens: buckets.inputTokens, cachedInputTokens, cacheWriteInputTokens, outputTokens, reasoningTokens }
}

/** A request may be full of labels, and a cost record must always fit its topic. */
const mostLabelCharacters = 65_536

function labelsOf(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  let left = mostLabelCharacters
  const kept = Object.entries(labels).filter(([name, label]) => (left -= name.length + label.length) >= 0)
  return Object.fromEntries(kept)
}

/** The one cost record of a call. */
export function costRecordOf(prepared: Prepared, booking: Booking, catalogue: Catalogue): Cost {
  const { result, request, judgement } = prepared
  const { dispatch, outcome } = result
  const { usage, failure, servedModel, flags } = booking
  const { claim, attempt, tenant, owner, hash, target, taskClass, appendedAt, estimatedInputTokens } = dispatch
  const { headers, status, endedAt, callMs } = outcome
  const { isBeyondBound, ...amounts } = amountsOf(prepared, booking, catalogue)
  return {
    claim,
    attempt,
    tenant,
    id: owner,
    hash,
    target,
    taskClass,
    appendedAt,
    estimatedInputTokens,
    servedModel,
    providerRequestId: judgement.providerRequestId ?? headers['x-request-id'] ?? headers['request-id'] ?? null,
    failure,
    status,
    ...tokensOf(usage),
    ...amounts,
    ...baselineOf(prepared, booking, catalogue),
    flags: flagsOf(prepared, isBeyondBound ? [...flags, 'beyondBound'] : flags),
    labels: labelsOf(request?.labels ?? {}),
    at: endedAt,
    callMs,
  }
}
