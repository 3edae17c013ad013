// Puts figures to one target for one request: tokens, costs, latency. No rule is applied here.
import type { CatalogueTarget, Price, SizeClass } from './catalogue/target.ts'
import type { OfClass } from './estimate/tokens.ts'
import { effortFactorOf, inputTokensAt, outputTokensOf } from './estimate/tokens.ts'
import { sizeClassOf } from './latency/size-class.ts'
import type { LatencyCell, LatencySnapshot, TargetSnapshot } from './latency/snapshot.ts'
import type { StatisticsTerms } from './policy/policy.ts'
import { ratesFor, upperBound } from './price.ts'
import type { LatencySource, Offer, Question, Weighed } from './rules/rule.ts'

/** How long a provider keeps a prefix in its cache, and how sure a warm one is to be read. */
const cacheMs = 300_000
const cacheHit = 0.8

/** Reasoning counts as output, so a request that asks for much of it needs room. */
const roomForThought = 4

export interface Weighing {
  readonly question: Question
  readonly snapshot: LatencySnapshot
  /** The estimate of input before any vendor's ratio. */
  readonly inputEstimate: number
  readonly effort: number
  readonly ratios: OfClass
  readonly lengths: OfClass
}

export function weighingOf(question: Question, snapshot: LatencySnapshot, inputEstimate: number): Weighing {
  const { taskClass, request } = question
  const ratios = snapshot.learned.inputRatio.get(taskClass)
  const lengths = snapshot.learned.outputTokens.get(taskClass)
  return { question, snapshot, inputEstimate, effort: effortFactorOf(request), ratios, lengths }
}

/** The price that holds now. */
function priceOf({ prices }: Offer, now: number): Price | undefined {
  const newest = prices[prices.length - 1]
  return newest === undefined || newest.validFrom <= now ? newest : prices.findLast(({ validFrom }) => validFrom <= now)
}

export function weigh(offer: Offer, weighing: Weighing): Weighed {
  const { question, snapshot } = weighing
  const { target } = offer
  const price = priceOf(offer, question.now)
  const stats = snapshot.targets.get(target.id)
  const input = inputTokensAt(target, weighing.inputEstimate, question, weighing.ratios)
  const output = outputTokensOf(target, question.taskClass, weighing.effort, weighing.lengths)
  const maxOutputTokens = maxOutputOf(target, price, input.upper, output.upper, weighing)
  const outputTokens = Math.min(output.expected, maxOutputTokens)
  const sizeClass = sizeClassOf(outputTokens)
  const latency = latencyOf(target, stats, sizeClass, question)
  return {
    offer,
    target,
    price,
    stats,
    inputTokens: input.expected,
    inputTokensUpper: input.upper,
    outputTokens,
    maxOutputTokens,
    sizeClass,
    expectedPicoUsd: price === undefined ? 0 : expectedCost(target, price, input.expected, outputTokens, question),
    ceilingPicoUsd: price === undefined ? 0 : upperBound(input.upper, maxOutputTokens, price),
    p95Ms: latency.p95Ms,
    latencySource: latency.latencySource,
    samples: latency.samples,
    sampleAgeMs: latency.sampleAgeMs,
  }
}

/**
 * The most output to ask for. A request that says how much it wants gets that; else the policy's word, cut to what the
 * ceiling pays for, but never below what nine of ten answers need.
 */
function maxOutputOf(
  target: CatalogueTarget,
  price: Price | undefined,
  inputUpper: number,
  outputUpper: number,
  { question, effort }: Weighing,
): number {
  const { request, terms, ceilingPicoUsd } = question
  if (request.maxOutputTokens !== null) return request.maxOutputTokens
  const room = effort > 1 ? roomForThought : 1
  const wanted = Math.min(Math.max(terms.maxOutputTokens, outputUpper) * room, target.maxOutputTokens)
  if (price === undefined || ceilingPicoUsd === Infinity) return wanted
  const { output } = ratesFor(price, inputUpper)
  const paid = Math.floor((ceilingPicoUsd - upperBound(inputUpper, 0, price)) / Math.max(1, output))
  return Math.min(wanted, Math.max(paid, Math.min(outputUpper, wanted)))
}

/** With the part of the input that is likely still cached where the conversation was. */
function expectedCost(
  target: CatalogueTarget,
  price: Price,
  inputTokens: number,
  outputTokens: number,
  { affinity, now }: Question,
): number {
  const rates = ratesFor(price, inputTokens)
  const isWarm = affinity !== null && affinity.target === target.id && now - affinity.at < cacheMs
  const cached = isWarm ? Math.floor(Math.min(affinity.tokens, inputTokens) * cacheHit) : 0
  return (inputTokens - cached) * rates.input + cached * rates.cachedInput + outputTokens * rates.output
}

/** What was measured, or how long calls have been under way where that is longer. */
function latencyOf(
  target: CatalogueTarget,
  stats: TargetSnapshot | undefined,
  sizeClass: SizeClass,
  question: Question,
): Pick<Weighed, 'p95Ms' | 'latencySource' | 'samples' | 'sampleAgeMs'> {
  const latencySource = latencySourceOf(stats, sizeClass, question)
  const cell = cellOf(stats, latencySource, sizeClass)
  const p95Ms = latencySource === 'prior' || cell === null ? target.priors.p95Ms[sizeClass] : cell.p95Ms
  const underWayMs = stats?.underWayMs[sizeClass] ?? 0
  const isStalled = underWayMs > p95Ms
  return {
    p95Ms: isStalled ? underWayMs : p95Ms,
    latencySource: isStalled ? 'underWay' : latencySource,
    samples: cell === null ? 0 : cell.samples,
    sampleAgeMs: ageOf(cell, question.now),
  }
}

/** What stands behind a percentile: of a prior, what did not suffice. */
function cellOf(stats: TargetSnapshot | undefined, source: LatencySource, sizeClass: SizeClass): LatencyCell | null {
  if (stats === undefined) return null
  return source === 'target' ? stats.all : (stats.sizes[sizeClass] ?? null)
}

const ageOf = (cell: LatencyCell | null, now: number): number | null =>
  cell === null ? null : Math.max(0, now - cell.updatedAt)

/** Sparse or old cells fall back from the size class to the target, and from there to the declared prior. */
function latencySourceOf(
  stats: TargetSnapshot | undefined,
  sizeClass: SizeClass,
  { now, terms }: Question,
): LatencySource {
  if (stats === undefined) return 'prior'
  const bySize = stats.sizes[sizeClass]
  if (bySize !== undefined && isUsable(bySize, now, terms.statistics)) return 'sizeClass'
  return stats.all !== null && isUsable(stats.all, now, terms.statistics) ? 'target' : 'prior'
}

function isUsable(cell: LatencyCell, now: number, { freshMs, minSamples }: StatisticsTerms): boolean {
  return cell.samples >= minSamples && now - cell.updatedAt <= freshMs
}
