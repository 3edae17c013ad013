// Reads what holds for everyone or for one tenant.
import type { Constraints } from '@waybill/schemas/generated/constraints'
import { providersOf } from '../catalogue/accounts.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { findTarget } from '../catalogue/catalogue.ts'
import type { Baseline, ExplorationTerms, PolicyTerms, StatisticsTerms } from './policy.ts'
import { readBudgets } from './budgets.ts'
import type { Place } from './reading.ts'
import {
  complain,
  expectMembers,
  member,
  readChoice,
  readFlag,
  readList,
  readMapping,
  readNumber,
  readText,
  suggestion,
} from './reading.ts'

/** What names in a policy may refer to. */
export interface Known {
  readonly catalogue: Catalogue
  readonly tiers: readonly string[]
  readonly retention: readonly string[]
}

const modes = ['availability', 'strict'] as const

export const termsMembers = [
  'enforce',
  'mode',
  'modes',
  'classes',
  'otherClasses',
  'defaultRoute',
  'baseline',
  'baselines',
  'constraints',
  'costCeilingMicroUsd',
  'budgets',
  'maxOutputTokens',
  'exploration',
  'statistics',
  'replyTopics',
] as const

/** What holds where a file says nothing. A tier, a route and a baseline have no sensible default. */
export const silentTerms: PolicyTerms = {
  enforce: true,
  mode: 'availability',
  modes: new Map(),
  classes: new Map(),
  otherClasses: '',
  defaultRoute: [],
  baseline: { model: '', since: '' },
  baselines: new Map(),
  constraints: { providers: [], accounts: [], regions: [], retention: null },
  costCeilingMicroUsd: null,
  budgets: [],
  maxOutputTokens: 8_192,
  exploration: { share: 0.01, costFactor: 3 },
  statistics: { freshMs: 60_000, minSamples: 20 },
  replyTopics: [],
}

/** `fallback`: what is not said is as there. */
export function readTerms(place: Place, fallback: PolicyTerms, known: Known): PolicyTerms {
  const tier = (at: Place): string => readTier(at, null, known)
  const mode = (at: Place): (typeof modes)[number] => readChoice(at, modes, fallback.mode)
  return {
    enforce: readFlag(member(place, 'enforce'), fallback.enforce),
    mode: mode(member(place, 'mode')),
    modes: extended(fallback.modes, readMapping(member(place, 'modes'), new Map(), mode)),
    classes: extended(fallback.classes, readMapping(member(place, 'classes'), new Map(), tier)),
    otherClasses: readTier(member(place, 'otherClasses'), fallback.otherClasses, known),
    defaultRoute: readRoute(member(place, 'defaultRoute'), fallback.defaultRoute, known),
    baseline: readBaseline(member(place, 'baseline'), fallback.baseline, known),
    baselines: extended(
      fallback.baselines,
      readMapping(member(place, 'baselines'), new Map(), (at) => readBaseline(at, silentTerms.baseline, known)),
    ),
    constraints: readConstraints(member(place, 'constraints'), fallback.constraints, known),
    costCeilingMicroUsd: readNumber(
      member(place, 'costCeilingMicroUsd'),
      { least: 1, most: 9_000_000_000, whole: true, hint: 'in millionths of a US dollar: 50000 is 5 cents' },
      fallback.costCeilingMicroUsd,
    ),
    budgets: readBudgets(member(place, 'budgets'), fallback.budgets),
    maxOutputTokens: readNumber(
      member(place, 'maxOutputTokens'),
      { least: 1, most: 1_000_000, whole: true, hint: 'in tokens, reasoning included' },
      fallback.maxOutputTokens,
    ),
    exploration: readExploration(member(place, 'exploration'), fallback.exploration),
    statistics: readStatistics(member(place, 'statistics'), fallback.statistics),
    replyTopics: readList(member(place, 'replyTopics'), fallback.replyTopics, (at) =>
      readText(at, null, 'acme.replies'),
    ),
  }
}

/** A tenant's classes are added to everyone's. */
const extended = <Value>(
  all: ReadonlyMap<string, Value>,
  own: ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> => (own.size === 0 ? all : new Map([...all, ...own]))

function readTier(place: Place, fallback: string | null, known: Known): string {
  const tier = readText(place, fallback === '' ? null : fallback, known.tiers[0] ?? 'standard')
  if (tier !== '' && !known.tiers.includes(tier))
    complain(place, `there is no tier ${tier}`, suggestion(tier, known.tiers))
  return tier
}

/** The name of a target in the catalogue. */
export function readTarget(place: Place, known: Pick<Known, 'catalogue'>): string {
  const id = readText(place, null, 'openai/gpt-5.4-mini-2026-03-17')
  if (id !== '' && !known.catalogue.targets.has(id))
    complain(place, `the catalogue has no target ${id}`, suggestion(id, [...known.catalogue.targets.keys()]))
  return id
}

function readRoute(place: Place, fallback: readonly string[], known: Known): readonly string[] {
  const route = readList(place, fallback, (at) => readTarget(at, known))
  if (route.length === 0)
    complain(place, 'there is no default route', 'name the targets to take when a decision takes too long')
  return route
}

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/u.test(text) && Number.isFinite(Date.parse(text))

function readBaseline(place: Place, fallback: Baseline, known: Known): Baseline {
  if (place.value === undefined && fallback.model !== '') return fallback
  expectMembers(place, ['model', 'since'])
  const [model, since] = [member(place, 'model'), member(place, 'since')]
  const baseline = {
    model: readText(model, null, 'openai/gpt-5.4-2026-03-05'),
    since: readText(since, null, "'2026-11-01'"),
  }
  if (baseline.model !== '' && findTarget(baseline.model, known.catalogue) === undefined)
    complain(
      model,
      `the catalogue has no price for ${baseline.model}`,
      suggestion(baseline.model, [...known.catalogue.targets.keys()]),
    )
  if (baseline.since !== '' && !isDay(baseline.since))
    complain(since, `${baseline.since} is no day`, "the day from which on it was agreed, for example '2026-11-01'")
  return baseline
}

function readConstraints(place: Place, fallback: Constraints, known: Known): Constraints {
  expectMembers(place, ['providers', 'accounts', 'regions', 'retention'])
  const providers = providersOf(known.catalogue)
  const accounts = [...new Set([...known.catalogue.targets.values()].map(({ account }) => account))]
  return {
    providers: readList(member(place, 'providers'), fallback.providers, (at) => readNamed(at, 'provider', providers)),
    accounts: readList(member(place, 'accounts'), fallback.accounts, (at) => readNamed(at, 'account', accounts)),
    regions: readList(member(place, 'regions'), fallback.regions, (at) => readText(at, null, 'eu')),
    retention: readRetention(member(place, 'retention'), fallback.retention, known.retention),
  }
}

function readRetention(place: Place, fallback: string | null, names: readonly string[]): string | null {
  return place.value === undefined || place.value === null ? fallback : readNamed(place, 'retention', names)
}

export function readNamed(place: Place, what: string, names: readonly string[]): string {
  const name = readText(place, null, names[0] ?? what)
  if (name !== '' && !names.includes(name)) complain(place, `there is no ${what} ${name}`, suggestion(name, names))
  return name
}

function readExploration(place: Place, fallback: ExplorationTerms): ExplorationTerms {
  expectMembers(place, ['share', 'costFactor'])
  const share = { least: 0, most: 0.2, whole: false, hint: 'a share of requests: 0.01 is one in a hundred' }
  const factor = { least: 1, most: 100, whole: false, hint: 'times the expected cost of the best candidate' }
  return {
    share: readNumber(member(place, 'share'), share, fallback.share),
    costFactor: readNumber(member(place, 'costFactor'), factor, fallback.costFactor),
  }
}

function readStatistics(place: Place, fallback: StatisticsTerms): StatisticsTerms {
  expectMembers(place, ['freshMs', 'minSamples'])
  const fresh = { least: 1_000, most: 300_000, whole: true, hint: 'in milliseconds; the window is 300000' }
  const samples = { least: 1, most: 1_000_000, whole: true, hint: 'for example 20' }
  return {
    freshMs: readNumber(member(place, 'freshMs'), fresh, fallback.freshMs),
    minSamples: readNumber(member(place, 'minSamples'), samples, fallback.minSamples),
  }
}
