// Who is asked next when an attempt brought no answer, within the limits of the chain's owner.
import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import { findTarget, priceAt } from '@waybill/routing/catalogue/catalogue'
import type { CatalogueTarget } from '@waybill/routing/catalogue/target'
import { featuresOf } from '@waybill/routing/estimate/features'
import { estimatedTokens, inputTokensAt } from '@waybill/routing/estimate/tokens'
import { startBy } from '@waybill/routing/plan'
import { ratesFor, upperBound } from '@waybill/routing/price'
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { Request } from '@waybill/schemas/generated/request'
import type { Target } from '@waybill/schemas/generated/target'
import type { Prepared } from './prepared.ts'
import type { Verdict } from './verdict.ts'

/** The next order; or why the chain cannot go on although a target is left: the owner's limits; or null. */
export type Continuation =
  | { readonly kind: 'dispatch'; readonly dispatch: Dispatch }
  | { readonly kind: 'limits'; readonly limit: 'deadline' | 'cost_ceiling' }
  | null

export interface Bounds {
  readonly now: number
  readonly catalogue: Catalogue
  readonly settings: Pick<ProtocolSettings, 'startByShare' | 'startByMaxMs'>
}

/** Nobody else can read a request that could not be read here. */
const mayFollow = ({ result, request }: Prepared, { next }: Verdict): boolean =>
  request !== null &&
  result.dispatch.backupsAllowed > 0 &&
  (next === 'always' || (next === 'availability' && result.dispatch.mode === 'availability'))

/** The most that the chain's calls of unknown outcome have cost, this one included; null where nobody knows. */
export function unknownOf({ unknownPicoUsd }: Dispatch, cost: Cost | null): number | null {
  if (cost?.kind !== 'unknown') return unknownPicoUsd
  if (unknownPicoUsd === null || cost.upperBoundPicoUsd === null) return null
  return Math.min(unknownPicoUsd + cost.upperBoundPicoUsd, Number.MAX_SAFE_INTEGER)
}

/** What is left of the owner's ceiling. A call of unknown outcome may have cost its bound. */
function leftOf({ costCeilingMicroUsd, spentPicoUsd, unknownPicoUsd }: Dispatch, cost: Cost | null): number {
  if (costCeilingMicroUsd === null) return Infinity
  const atMost = cost?.costPicoUsd ?? cost?.upperBoundPicoUsd ?? 0
  return costCeilingMicroUsd * 1e6 - spentPicoUsd - (unknownPicoUsd ?? 0) - atMost
}

/** Nine of ten outputs are at most this times the expected length: with less, answers would be cut off. */
const roomForOutput = 2.5

interface Purse {
  readonly request: Request
  readonly leftPicoUsd: number
  readonly now: number
}

/**
 * Most output that a target may be asked for, within what is left of the ceiling: estimated as the decision does, which
 * has let the target into the list. 0 where that is too little.
 */
function outputWithin(target: CatalogueTarget, dispatch: Dispatch, { request, leftPicoUsd, now }: Purse): number {
  const wanted = Math.min(dispatch.maxOutputTokens, target.maxOutputTokens)
  if (leftPicoUsd === Infinity) return wanted
  const price = priceAt(target, now)
  if (price === undefined) return 0
  const features = featuresOf(request)
  const estimate = estimatedTokens(features, dispatch.request.length)
  const { upper } = inputTokensAt(target, estimate, { request, features }, undefined)
  const { output } = ratesFor(price, upper)
  const paid = Math.floor((leftPicoUsd - upperBound(upper, 0, price)) / Math.max(1, output))
  // Who names a number of tokens gets that, or nothing.
  const least = request.maxOutputTokens === null ? dispatch.expectedOutputTokens * roomForOutput : wanted
  return paid < Math.min(least, wanted) ? 0 : Math.min(wanted, paid)
}

interface Choice {
  readonly target: Target
  readonly maxOutputTokens: number
}

/** Undefined for what the catalogue no longer has: nobody knows what it costs. */
function knownAs({ id, provider }: Target, catalogue: Catalogue): CatalogueTarget | undefined {
  const known = findTarget(id, catalogue)
  return known?.provider === provider ? known : undefined
}

/** The targets that may be asked, best first: those of a provider or account that is to be left alone come last. */
function choicesOf(dispatch: Dispatch, verdict: Verdict, purse: Purse, catalogue: Catalogue): readonly Choice[] {
  const choices = dispatch.backups.flatMap((target): readonly Choice[] => {
    const known = knownAs(target, catalogue)
    const maxOutputTokens = known === undefined ? 0 : outputWithin(known, dispatch, purse)
    return maxOutputTokens > 0 ? [{ target, maxOutputTokens }] : []
  })
  const { provider, account } = dispatch.target
  const isAvoided = ({ target }: Choice): boolean =>
    verdict.avoids !== 'nothing' &&
    target.provider === provider &&
    (verdict.avoids === 'provider' || target.account === account)
  return [...choices.filter((choice) => !isAvoided(choice)), ...choices.filter(isAvoided)]
}

export function continuationOf(prepared: Prepared, verdict: Verdict, cost: Cost | null, bounds: Bounds): Continuation {
  const { request, result } = prepared
  const { dispatch } = result
  const { now, catalogue, settings } = bounds
  if (request === null || !mayFollow(prepared, verdict)) return null
  if (dispatch.backups.every((target) => knownAs(target, catalogue) === undefined)) return null
  if (now >= dispatch.deadline) return { kind: 'limits', limit: 'deadline' }
  const purse = { request, leftPicoUsd: leftOf(dispatch, cost), now }
  const [choice] = choicesOf(dispatch, verdict, purse, catalogue)
  if (choice === undefined) return { kind: 'limits', limit: 'cost_ceiling' }
  const k = dispatch.k + (verdict.counts ? 1 : 0)
  return {
    kind: 'dispatch',
    dispatch: {
      ...dispatch,
      attempt: dispatch.attempt + 1,
      k,
      flagged: k > 0,
      target: choice.target,
      backups: dispatch.backups.filter((target) => target !== choice.target),
      backupsAllowed: dispatch.backupsAllowed - 1,
      startBy: startBy(now, dispatch.deadline, settings),
      maxOutputTokens: choice.maxOutputTokens,
      explored: false,
      spentPicoUsd: dispatch.spentPicoUsd + (cost?.costPicoUsd ?? 0),
      unknownPicoUsd: unknownOf(dispatch, cost),
    },
  }
}
