// Small worlds for tests of decisions: a few targets of known price and speed, under one policy.
import type { Request } from '@waybill/schemas/generated/request'
import type { Catalogue } from './catalogue/catalogue.ts'
import { catalogueOf } from './catalogue/catalogue.ts'
import { priorsOf, sinceLaunch, unlimited, usd } from './catalogue/declared.ts'
import type { Capabilities, CatalogueTarget } from './catalogue/target.ts'
import type { DecideInput } from './decide.ts'
import { nothingLearned } from './estimate/learned.ts'
import { plainRequest } from './hash/plain-request.ts'
import type { LatencySnapshot, TargetSnapshot } from './latency/snapshot.ts'
import type { Policy } from './policy/policy.ts'
import { silentTerms } from './policy/terms.ts'

export const now = 1_800_000_000_000

const capable: Capabilities = {
  tools: true,
  parallelTools: true,
  singleTool: true,
  forcedTool: true,
  jsonSchema: 'strict',
  schemaWithTools: true,
  images: true,
  sampling: ['seed'],
  efforts: ['low', 'high'],
  reasoningLimit: false,
  limits: unlimited,
}

export interface Sketch {
  readonly id: string
  /** Dollars per million tokens of output; input costs a fifth. */
  readonly usd?: number
  /** Measured in every size class, with enough samples; null: never measured. */
  readonly p95Ms?: number | null
  readonly can?: Partial<Capabilities>
  readonly target?: Partial<CatalogueTarget>
  readonly stats?: Partial<TargetSnapshot>
}

export function targetOf(sketch: Sketch): CatalogueTarget {
  const [provider = '', model = ''] = sketch.id.split('/')
  const output = sketch.usd ?? 1
  return {
    id: sketch.id,
    provider,
    account: 'default',
    api: 'chatCompletions',
    model,
    pinned: true,
    alias: null,
    serviceTier: null,
    regions: ['us'],
    retention: '30d',
    prices: sinceLaunch(usd(output / 5, output / 50, output / 5, output)),
    contextTokens: 200_000,
    maxOutputTokens: 64_000,
    capabilities: { ...capable, ...sketch.can },
    retiresAt: null,
    source: 'made up',
    checkedOn: '2026-11-26',
    priors: priorsOf(provider, { firstTokenMs: 1_000, tokensPerSecond: 100, outputTokens: 300 }),
    ...sketch.target,
  }
}

function statsOf({ p95Ms, stats }: Sketch): TargetSnapshot {
  const cell = typeof p95Ms === 'number' ? { p95Ms, samples: 100, updatedAt: now - 1_000 } : null
  return {
    sizes: cell === null ? {} : { tiny: cell, short: cell, medium: cell, long: cell, huge: cell },
    all: cell,
    attempts: cell === null ? 0 : 100,
    errors: 0,
    coolDownUntil: null,
    headroom: null,
    underWayMs: {},
    ...stats,
  }
}

export interface Given {
  readonly targets: readonly Sketch[]
  readonly request?: Partial<Request>
  readonly terms?: Partial<Policy['everyone']>
  readonly policy?: Partial<Policy>
  readonly input?: Partial<DecideInput>
}

/** One tier, `tier`, of all the targets; nothing is explored unless the terms say so; 30 seconds are left. */
export function given({ targets, request, terms, policy, input }: Given): DecideInput {
  const catalogue: Catalogue = catalogueOf(targets.map(targetOf))
  const ids = targets.map(({ id }) => id)
  const everyone = {
    ...silentTerms,
    otherClasses: 'tier',
    defaultRoute: ids,
    baseline: { model: ids[0] ?? '', since: '2026-11-26' },
    exploration: { share: 0, costFactor: 3 },
    ...terms,
  }
  const snapshot: LatencySnapshot = {
    targets: new Map(targets.map((sketch) => [sketch.id, statsOf(sketch)])),
    learned: nothingLearned,
  }
  return {
    request: { ...plainRequest, ...request },
    hash: '5f'.repeat(32),
    requestBytes: 300,
    deadline: now + 30_000,
    snapshot,
    policy: {
      version: 'test',
      hash: '0'.repeat(64),
      tiers: new Map([['tier', ids]]),
      retention: new Map([['none', ['none']]]),
      contracts: new Map(),
      accounts: new Map(),
      everyone,
      tenants: new Map(),
      ...policy,
    },
    catalogue,
    now,
    k: 0,
    schemaSupport: {},
    clock: () => 0,
    ...input,
  }
}

/** So many different content hashes. */
export const hashes = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) =>
    (Math.imul(at + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0').repeat(8),
  )
