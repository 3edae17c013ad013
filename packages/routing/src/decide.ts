// Which target serves a request, and why: a pure function of the request, a snapshot of statistics, the policy and now.
import type { Candidate } from '@waybill/schemas/generated/candidate'
import type { Request } from '@waybill/schemas/generated/request'
import type { Target } from '@waybill/schemas/generated/target'
import { readAffinity } from './affinity.ts'
import type { Catalogue } from './catalogue/catalogue.ts'
import { findTarget } from './catalogue/catalogue.ts'
import { featuresOf, isTextAlone } from './estimate/features.ts'
import { taskClassOf } from './estimate/task-class.ts'
import { estimatedTokens } from './estimate/tokens.ts'
import { candidatesOf, newestStatistics, rejection } from './explain.ts'
import type { Rejection } from './explain.ts'
import { explorer } from './explore.ts'
import type { LatencySnapshot } from './latency/snapshot.ts'
import { offersOf } from './offers.ts'
import type { Offers } from './offers.ts'
import type { Ranked } from './order.ts'
import { apply, compare, ranked } from './order.ts'
import type { Policy } from './policy/policy.ts'
import { modeFor, policyVersion, termsFor } from './policy/policy.ts'
import { protocolDefaults } from './protocol-defaults.ts'
import { latency } from './rules/latency.ts'
import type { Offer, Question, Rule, SchemaSupport } from './rules/rule.ts'
import { rules as allRules } from './rules/rules.ts'
import { seedOf } from './rules/share.ts'
import type { Weighing } from './weigh.ts'
import { weigh, weighingOf } from './weigh.ts'

export interface DecideInput {
  readonly request: Request
  /** The content hash: ties and exploration go by it. */
  readonly hash: string
  /** Size of the request record. */
  readonly requestBytes: number
  /** When the caller needs the answer, epoch milliseconds. */
  readonly deadline: number
  readonly snapshot: LatencySnapshot
  readonly policy: Policy
  readonly catalogue: Catalogue
  /** Epoch milliseconds. */
  readonly now: number
  /** Calls of the claim so far that are not known to be unbilled and brought no answer. */
  readonly k: number
  /** What each API, or provider, makes of the request's JSON Schemas. */
  readonly schemaSupport: Readonly<Record<string, SchemaSupport>>
  /** Microseconds that only grow; looked at between rules. */
  readonly clock: () => number
  /** For a replay: whether the decision overran when it was made. The clock then has no say. */
  readonly overran?: boolean
  /** The most that a decision may take; 50 unless told. */
  readonly budgetMs?: number
  /** Other rules than those of rules.ts. */
  readonly rules?: readonly Rule[]
}

/** What every decision says, whatever came of it. */
interface Decided {
  readonly taskClass: string
  readonly classSource: string
  readonly tier: string
  readonly candidates: readonly Candidate[]
  readonly policy: string
  readonly mode: 'availability' | 'strict'
  readonly overran: boolean
  readonly tookUs: number
  readonly statsAgeMs: number | null
  readonly baselineModel: string
  readonly baselinePicoUsd: number | null
  /** At the chosen target; of a rejected request before any vendor's ratio, and the output of the first candidate. */
  readonly expectedInputTokens: number
  readonly expectedOutputTokens: number
}

export interface Routed extends Decided {
  readonly kind: 'routed'
  readonly target: Target
  /** Same tier, best first. */
  readonly backups: readonly Target[]
  readonly maxOutputTokens: number
  /** Before any vendor's ratio, to learn it from the answer; null where images would spoil it. */
  readonly estimatedInputTokens: number | null
  readonly expectedPicoUsd: number
  readonly ceilingPicoUsd: number
  readonly route: 'policy' | 'default' | 'requested'
  /** Under a policy that does not enforce: what it would have chosen. */
  readonly wouldChoose: string | null
  readonly explored: boolean
}

export interface Rejected extends Decided, Rejection {
  readonly kind: 'rejected'
}

export type DecideOutcome = Routed | Rejected

/** Everything a decision is made from, and what has become of it so far. */
interface Course {
  readonly input: DecideInput
  readonly question: Question
  readonly weighing: Weighing
  readonly offers: Offers
  readonly rules: readonly Rule[]
  readonly tier: string
  readonly classSource: string
  readonly startedUs: number
}

export function decide(input: DecideInput): DecideOutcome {
  const course = courseOf(input)
  const offers = offersFor(course)
  const candidates = offers.map((offer) => ranked(weigh(offer, course.weighing), course.question.seed))
  const inTime = applyAll(course, candidates)
  if (!inTime) return defaultRoute(course)
  const lateBit = bitOf(course.rules, latency)
  const eligible = candidates
    .filter(({ outBy }) => outBy === null)
    .toSorted((one, other) => compare(one, other, lateBit))
  return conclude(course, candidates, eligible)
}

function courseOf(input: DecideInput): Course {
  const startedUs = input.overran === undefined ? input.clock() : 0
  const { request, policy } = input
  const terms = termsFor(policy, request.tenant)
  const features = featuresOf(request)
  const taskClass = taskClassOf(request, features)
  const question: Question = {
    request,
    features,
    policy,
    terms,
    taskClass: taskClass.name,
    schemaSupport: input.schemaSupport,
    ceilingPicoUsd: Math.min(request.costCeilingMicroUsd ?? Infinity, terms.costCeilingMicroUsd ?? Infinity) * 1e6,
    leftMs: Math.max(0, input.deadline - input.now),
    now: input.now,
    affinity: readAffinity(request.affinity),
    seed: seedOf(input.hash),
  }
  return {
    input,
    question,
    weighing: weighingOf(question, input.snapshot, estimatedTokens(features, input.requestBytes)),
    offers: offersOf(policy, input.catalogue),
    rules: input.rules ?? allRules,
    tier: terms.classes.get(taskClass.name) ?? terms.otherClasses,
    classSource: taskClass.source,
    startedUs,
  }
}

/** The target that the request names, where it is to be served. */
function requestedOffer({ question, offers }: Course): Offer | undefined {
  const { requestedModel } = question.request
  if (question.terms.enforce || requestedModel === null) return undefined
  const target = findTarget(requestedModel, offers.catalogue)
  return target === undefined ? undefined : offers.byId.get(target.id)
}

/** The tier's targets; those of another tier too where the request's own target is to be served from there. */
function offersFor(course: Course): readonly Offer[] {
  const tier = course.offers.byTier.get(course.tier) ?? []
  const requested = requestedOffer(course)
  if (requested === undefined || requested.tier === course.tier) return tier
  return [...tier, ...(course.offers.byTier.get(requested.tier) ?? [requested])]
}

const bitOf = (rules: readonly Rule[], rule: Rule): number => 1 << (30 - rules.indexOf(rule))

/** Rule by rule; false once the budget is overrun. */
function applyAll({ input, rules, question, startedUs }: Course, candidates: readonly Ranked[]): boolean {
  if (input.overran === true) return false
  const untilUs = startedUs + (input.budgetMs ?? protocolDefaults.decisionBudgetMs) * 1_000
  for (const [at, rule] of rules.entries()) {
    apply(rule, 1 << (30 - at), candidates, question)
    if (input.overran === undefined && input.clock() > untilUs) return false
  }
  return true
}

/** What the policy takes when there is no time to choose. It is held to every rule that can put a target out. */
function defaultRoute(course: Course): DecideOutcome {
  const route = course.question.terms.defaultRoute
    .map((id) => course.offers.byId.get(id))
    .filter((offer) => offer !== undefined)
    .map((offer) => ranked(weigh(offer, course.weighing), course.question.seed))
  for (const [at, rule] of course.rules.entries()) apply(rule, 1 << (30 - at), route, course.question)
  const eligible = route.filter(({ outBy }) => outBy === null)
  const decided = decidedOf(course, route, true)
  const [first] = eligible
  if (first === undefined) return { kind: 'rejected', ...decided, ...rejection(route, course.rules) }
  const backups = eligible.filter(({ weighed }) => weighed.offer.tier === first.weighed.offer.tier)
  return { ...routed(course, first, backups, decided, 'default'), wouldChoose: null, explored: false }
}

function conclude(course: Course, candidates: readonly Ranked[], eligible: readonly Ranked[]): DecideOutcome {
  const inTier = eligible.filter(({ weighed }) => weighed.offer.tier === course.tier)
  const requested = requestedOffer(course)
  const asked = eligible.find(({ weighed }) => weighed.offer === requested)
  const [best] = inTier
  if (asked !== undefined) {
    const same = eligible.filter(({ weighed }) => weighed.offer.tier === asked.weighed.offer.tier)
    const decided = decidedOf(course, [asked, ...candidates.filter((each) => each !== asked)], false)
    const backups = asked.weighed.offer.tier === '' ? [] : same
    return {
      ...routed(course, asked, backups, decided, 'requested'),
      wouldChoose: best?.weighed.target.id ?? null,
      explored: false,
    }
  }
  if (best === undefined)
    return { kind: 'rejected', ...decidedOf(course, candidates, false), ...rejection(candidates, course.rules) }
  const explored = course.input.k === 0 ? explorer(inTier, course.question) : undefined
  const order = explored === undefined ? eligible : [explored, ...eligible.filter((each) => each !== explored)]
  const decided = decidedOf(course, order.concat(candidates.filter(({ outBy }) => outBy !== null)), false)
  return {
    ...routed(course, explored ?? best, inTier, decided, 'policy'),
    wouldChoose: null,
    explored: explored !== undefined,
  }
}

function decidedOf(course: Course, order: readonly Ranked[], overran: boolean): Decided {
  const { input, question } = course
  const baseline = baselineOf(course)
  return {
    taskClass: question.taskClass,
    classSource: course.classSource,
    tier: course.tier,
    candidates: candidatesOf(order, question),
    policy: policyVersion(input.policy),
    mode: modeFor(question.terms, question.taskClass),
    overran,
    statsAgeMs: newestStatistics(order, input.now),
    ...baseline,
    expectedInputTokens: course.weighing.inputEstimate,
    expectedOutputTokens: order[0]?.weighed.outputTokens ?? 0,
    tookUs: input.overran === undefined ? Math.max(0, Math.round(input.clock() - course.startedUs)) : 0,
  }
}

/** What the request asked for, else the policy's word for the class, else for the tenant. */
function baselineOf({ question, offers, weighing }: Course): Pick<Decided, 'baselineModel' | 'baselinePicoUsd'> {
  const { terms, taskClass, request } = question
  const baselineModel = request.requestedModel ?? (terms.baselines.get(taskClass) ?? terms.baseline).model
  const target = findTarget(baselineModel, offers.catalogue)
  const offer = target === undefined ? undefined : offers.byId.get(target.id)
  if (offer === undefined) return { baselineModel, baselinePicoUsd: null }
  const { price, expectedPicoUsd } = weigh(offer, weighing)
  return { baselineModel, baselinePicoUsd: price === undefined ? null : expectedPicoUsd }
}

/** More would only make dispatches larger: a chain makes a few attempts at most. */
const mostBackups = 5

/** Same tier, in order, but other providers first: what fails one model often fails all of its provider. */
function backupsOf(first: Ranked, same: readonly Ranked[]): readonly Ranked[] {
  const { provider } = first.weighed.target
  const others: Ranked[] = []
  const own: Ranked[] = []
  for (const each of same) {
    if (others.length === mostBackups) break
    if (each.weighed.target.provider !== provider) others.push(each)
    else if (each !== first) own.push(each)
  }
  return [...others, ...own].slice(0, mostBackups)
}

/** All of them are asked for the same output: a backup must not be asked for more than it may cost. */
function routed(
  { question, weighing }: Course,
  first: Ranked,
  same: readonly Ranked[],
  decided: Decided,
  route: Routed['route'],
): Omit<Routed, 'wouldChoose' | 'explored'> {
  const { weighed } = first
  const { offer } = weighed
  const backups = backupsOf(first, same)
  const most = backups.reduce((least, each) => Math.min(least, each.weighed.maxOutputTokens), weighed.maxOutputTokens)
  return {
    kind: 'routed',
    ...decided,
    tier: offer.tier === '' ? decided.tier : offer.tier,
    target: offer.named,
    backups: backups.map((each) => each.weighed.offer.named),
    maxOutputTokens: most,
    expectedInputTokens: weighed.inputTokens,
    estimatedInputTokens: isTextAlone(question.features) ? weighing.inputEstimate : null,
    expectedOutputTokens: weighed.outputTokens,
    expectedPicoUsd: weighed.expectedPicoUsd,
    ceilingPicoUsd: weighed.ceilingPicoUsd,
    route,
  }
}
