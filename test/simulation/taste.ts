// What a seed is fond of: some runs never meet a fault that others are full of.
import type { StoreSettings } from '@waybill/runtime/task/store'
import { taskDefaults } from '@waybill/runtime/task/service'
import type { Random } from './random.ts'
import type { VendorTaste } from './vendor.ts'

export interface Taste {
  /**
   * calm: no fault at all. moving: partitions move, and nothing else. doubtful: transactions end, and nobody knows how.
   * leaving: so they do while processes are told to stop. stormy: everything.
   */
  readonly weather: 'calm' | 'moving' | 'doubtful' | 'leaving' | 'stormy'
  /** Processes of each kind. */
  readonly replicas: number
  /** Whether claims are forgotten within the run. */
  readonly shortWindow: boolean
  readonly shortWindowMs: number
  readonly slowestReadMs: number
  /** Whether all ask for one content while workers come and go: chain upon chain of one hash. */
  readonly isHot: boolean
  readonly requests: number
  readonly contents: number
  readonly strictShare: number
  /** Whether the policy changes its mind while requests wait. */
  readonly policyTurns: boolean
  readonly smallBudgets: number
  readonly vendor: VendorTaste
  /** For this long, in virtual milliseconds, requests arrive and faults happen. */
  readonly faultsMs: number
  readonly slowestNetworkMs: number
  readonly slowNetworkShare: number
  readonly lost: number
  /** The share of restores that end too early, and do not know it. */
  readonly cutShort: number
  /** Of every 1,000 steps of a transaction. */
  readonly disturbed: number
  /** Of every 1,000 steps of a process. */
  readonly killedAtStep: number
  readonly kills: number
  readonly freezes: number
  readonly rebalances: number
  readonly stops: number
  readonly outages: number
  readonly skewMs: number
  /** How much routers remember of answers themselves: what they do not, they read. */
  readonly answers: { readonly answersBytes?: number }
  /** Whether the routers share a Redis. */
  readonly hasRedis: boolean
  /** How often it is gone, slow, emptied or restored. */
  readonly redisFaults: number
  /** How often responses are deleted that nobody will read in order any more. */
  readonly deletions: number
  readonly compactions: number
  /** How often those sleep who make no calls, and whose state others change meanwhile. */
  readonly naps: number
  /** How often a router's tasks move, or the statistics'. */
  readonly moves: number
  /** The share of requests, and of processes, that are of a newer build. */
  readonly newer: number
  readonly registryOutages: number
  /** How often a person copies an order back into its topic. */
  readonly copies: number
  /** How late readers are, in milliseconds, at most. */
  readonly readerLagMs: number
  /** Of every 1,000 records. */
  readonly damaged: number
  readonly permits: number
  /** What each tenant may spend; null for more than anyone will. */
  readonly hardMicroUsd: number | null
  /** How states are kept: where memory is taken in small pieces, entries move about. */
  readonly store: StoreSettings
}

const quietVendor: VendorTaste = {
  unusable: 10,
  unbilled: 15,
  ambiguous: 0,
  hang: 0,
  noConnection: 5,
  slowestMs: 3_000,
  longest: 100,
}

const still = {
  replicas: 2,
  shortWindow: false,
  shortWindowMs: 2_000,
  slowestReadMs: 0,
  isHot: false,
  policyTurns: false,
  smallBudgets: 0,
  vendor: quietVendor,
  slowestNetworkMs: 5,
  slowNetworkShare: 0.2,
  lost: 0,
  cutShort: 0,
  disturbed: 0,
  killedAtStep: 0,
  kills: 0,
  freezes: 0,
  rebalances: 0,
  stops: 0,
  outages: 0,
  skewMs: 0,
  hasRedis: false,
  answers: {},
  redisFaults: 0,
  deletions: 0,
  compactions: 0,
  naps: 0,
  moves: 0,
  newer: 0,
  registryOutages: 0,
  copies: 0,
  readerLagMs: 0,
  damaged: 0,
} as const

function stormyVendor(random: Random): VendorTaste {
  const some = (most: number): number => (random.chance(0.6) ? random.below(most) : 0)
  return {
    unusable: some(25),
    unbilled: some(25),
    ambiguous: some(25),
    hang: some(15),
    noConnection: some(20),
    slowestMs: random.pick([50, 2_000, 6_000]),
    longest: random.chance(0.3) ? 6_000 : 100,
  }
}

/** Most of what nothing protects against is a storm; calmer runs promise more. */
function weatherOf(drawn: number): Taste['weather'] {
  if (drawn < 0.08) return 'calm'
  if (drawn < 0.25) return 'moving'
  if (drawn < 0.31) return 'doubtful'
  return drawn < 0.37 ? 'leaving' : 'stormy'
}

/** Room for one answer, or for a few. */
const narrowMicroUsd = [500, 5_000] as const

/** Room for a handful of entries at a time, and next to nothing that need not be unpacked. */
const smallStore: StoreSettings = { decodedEntries: 2, chunkBytes: 2_048 }

export function tasteOf(random: Random): Taste {
  const taste = weatherTaste(random)
  const store = random.chance(0.5) ? smallStore : taskDefaults.store
  return { ...taste, store, hardMicroUsd: random.chance(0.25) ? random.between(...narrowMicroUsd) : null }
}

/** What every run has, whatever its weather. Draws in this order. */
function groundOf(random: Random): Omit<Taste, 'store' | 'hardMicroUsd'> {
  const weather = weatherOf(random.next())
  const isBrief = (weather === 'calm' || weather === 'moving') && random.chance(0.4)
  return {
    ...still,
    ...(isBrief ? { shortWindow: true, slowestReadMs: 2_000 } : {}),
    weather,
    requests: random.between(4, 14),
    contents: random.between(1, 4),
    strictShare: random.pick([0, 0.5, 1]),
    faultsMs: random.pick([8_000, 20_000, 40_000]),
    permits: random.pick([1, 4, 64]),
    hasRedis: random.chance(0.7),
    answers: random.chance(0.5) ? { answersBytes: 0 } : {},
    compactions: random.chance(0.5) ? random.between(1, 4) : 0,
    readerLagMs: random.pick([0, 0, 100, 400]),
    newer: random.chance(0.3) ? 0.4 : 0,
    moves: random.chance(0.3) ? random.between(3, 8) : 0,
  }
}

function weatherTaste(random: Random): ReturnType<typeof groundOf> {
  const base = groundOf(random)
  switch (base.weather) {
    case 'calm':
      return base
    case 'moving':
      return {
        ...base,
        rebalances: random.between(1, 6),
        stops: random.below(4),
        ...atRest(random),
        ...(random.chance(0.4) ? echo(random) : {}),
      }
    case 'doubtful':
      return { ...base, lost: 0.005, cutShort: 0.05, disturbed: random.between(20, 150) }
    case 'leaving':
      return { ...base, replicas: 1, disturbed: random.between(50, 200), stops: random.between(4, 10) }
    case 'stormy':
      return { ...base, ...storm(random), ...(random.chance(0.25) ? heat(random) : {}) }
  }
}

/** What may happen to what is kept. */
const atRest = (random: Random): Pick<Taste, 'redisFaults' | 'deletions' | 'copies'> => ({
  copies: random.chance(0.3) ? random.between(1, 6) : 0,
  redisFaults: random.chance(0.5) ? random.between(1, 6) : 0,
  deletions: random.chance(0.3) ? random.between(1, 4) : 0,
})

/** All ask for the same again and again, for many lives of its hash, while what could answer them comes and goes. */
const echo = (random: Random): Partial<Taste> => ({
  shortWindow: true,
  shortWindowMs: random.pick([2_000, 8_000]),
  slowestReadMs: 2_000,
  requests: 30,
  contents: random.between(1, 2),
  faultsMs: 60_000,
  lost: 0.02,
  hasRedis: random.chance(0.8),
  redisFaults: random.between(8, 14),
  deletions: random.between(0, 5),
  compactions: random.between(3, 8),
  naps: random.between(0, 4),
  moves: random.between(10, 20),
})

const heat = (random: Random): Partial<Taste> => ({
  isHot: true,
  requests: 30,
  contents: 1,
  strictShare: 0,
  policyTurns: false,
  smallBudgets: 0,
  faultsMs: 60_000,
  freezes: random.between(6, 12),
  rebalances: random.between(0, 8),
  vendor: { ...quietVendor, unusable: 20, ambiguous: 40, slowestMs: 9_000 },
})

function storm(random: Random): Partial<Taste> {
  const some = (most: number): number => (random.chance(0.5) ? random.below(most + 1) : 0)
  return {
    policyTurns: random.chance(0.4),
    smallBudgets: random.pick([0, 0.3, 0.7]),
    vendor: stormyVendor(random),
    slowestNetworkMs: random.pick([5, 50, 800]),
    slowNetworkShare: random.pick([0.1, 0.4]),
    lost: some(8) / 1_000,
    cutShort: some(100) / 1_000,
    disturbed: some(60),
    killedAtStep: some(6),
    kills: some(5),
    freezes: some(3),
    rebalances: some(5),
    stops: some(3),
    outages: random.chance(0.2) ? 1 : 0,
    skewMs: random.chance(0.3) ? 3_000 : 0,
    registryOutages: random.chance(0.3) ? 1 : 0,
    ...atRest(random),
    damaged: random.chance(0.15) ? 30 : 0,
  }
}
