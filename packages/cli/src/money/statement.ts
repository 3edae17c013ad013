// A report as plain data: what --json prints, and what the page, the table and the HTML are made from.
import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import { findTarget } from '@waybill/routing/catalogue/catalogue'
import type { ModelQuality } from '@waybill/routing/feedback/opinions'
import type { PartName } from '@waybill/routing/savings/entry'
import { partNames } from '@waybill/routing/savings/entry'
import type { Account, Dimension, Irregular, Ledger } from '@waybill/routing/savings/ledger'
import { dimensions } from '@waybill/routing/savings/ledger'
import { counted } from '../terminal.ts'
import { feedbackNotes } from './feedback-notes.ts'
import type { MoneyRead } from './gather-money.ts'
import type { TimeRange } from './range.ts'

/** Exact amounts are whole pico-dollars as text: they may be larger than a JSON number can be. */
export interface Line {
  readonly name: string
  readonly calls: number
  readonly paid: number
  readonly free: number
  readonly unknown: number
  readonly duplicates: number
  readonly withoutBaseline: number
  readonly spentPicoUsd: string
  readonly unknownAtMostPicoUsd: string
  readonly wouldHaveCostPicoUsd: string
  readonly savedAtLeastPicoUsd: string
  readonly savedAtMostPicoUsd: string
  /** Of what it would have cost; null where that is nothing. */
  readonly savedPercent: number | null
  readonly partsPicoUsd: Readonly<Record<PartName, string>>
}

export interface Count {
  readonly name: string
  readonly count: number
}

interface Alarm {
  readonly kind: 'drift' | 'retirement'
  readonly text: string
  readonly calls: number
}

export interface Statement {
  readonly from: string | null
  readonly to: string | null
  readonly total: Line
  readonly by: Readonly<Record<Dimension, readonly Line[]>>
  readonly decisions: number
  readonly decisionKinds: readonly Count[]
  readonly policies: readonly Count[]
  /** What savings are measured against. */
  readonly baselines: readonly Count[]
  readonly defaultRoutes: readonly Count[]
  readonly rejections: readonly Count[]
  readonly explored: number
  readonly overran: number
  readonly unpricedDuplicates: number
  readonly alarms: readonly Alarm[]
  readonly irregular: Irregular
  readonly quality: string
  /** What is said of the answers of each model, from the feedback topic. */
  readonly models: readonly ModelQuality[]
  /** What could not be read, or not be used. */
  readonly notes: readonly string[]
}

const exactly = (amount: bigint): string => `${amount}`

function percentOf(saved: bigint, worth: bigint): number | null {
  return worth === 0n ? null : Number((saved * 10_000n) / worth) / 100
}

export function lineOf(name: string, account: Account): Line {
  const { calls, paid, free, unknown, duplicates, withoutBaseline, savedAtLeast, savedAtMost, worth, parts } = account
  const part = (each: PartName): string => exactly(parts[each].picoUsd)
  return {
    name,
    calls,
    paid,
    free,
    unknown,
    duplicates,
    withoutBaseline,
    spentPicoUsd: exactly(account.spent.picoUsd),
    unknownAtMostPicoUsd: exactly(account.unknownAtMost.picoUsd),
    wouldHaveCostPicoUsd: exactly(worth.picoUsd),
    savedAtLeastPicoUsd: exactly(savedAtLeast),
    savedAtMostPicoUsd: exactly(savedAtMost),
    savedPercent: percentOf(savedAtMost, worth.picoUsd),
    partsPicoUsd: {
      routing: part('routing'),
      cache: part('cache'),
      exploration: part('exploration'),
      failed: part('failed'),
      unusable: part('unusable'),
      redelivered: part('redelivered'),
      joined: part('joined'),
      replayed: part('replayed'),
      failedAgain: part('failedAgain'),
    },
  }
}

const bySpent = (one: Line, other: Line): number => {
  const difference = BigInt(other.spentPicoUsd) - BigInt(one.spentPicoUsd)
  return difference === 0n ? one.name.localeCompare(other.name) : Number(difference > 0n) * 2 - 1
}

/** Hours in their order and written as such; all else by what was spent. */
function linesOf(dimension: Dimension, accounts: ReadonlyMap<string, Account>): readonly Line[] {
  if (dimension !== 'hour') return [...accounts].map(([name, account]) => lineOf(name, account)).toSorted(bySpent)
  return [...accounts]
    .toSorted(([one], [other]) => Number(one) - Number(other))
    .map(([hour, account]) =>
      lineOf(
        Number.isFinite(Number(hour)) ? `${new Date(Number(hour)).toISOString().slice(0, 13)}:00Z` : hour,
        account,
      ),
    )
}

const topOf = (counts: ReadonlyMap<string, number>): readonly Count[] =>
  [...counts].map(([name, count]) => ({ name, count })).toSorted((one, other) => other.count - one.count)

/** Models that go away within this are told of. */
const noticeMs = 60 * 86_400_000

function alarmsOf({ drifted, by }: Ledger, catalogue: Catalogue, now: number): readonly Alarm[] {
  const drift = topOf(drifted).map(({ name, count }): Alarm => ({
    kind: 'drift',
    text: `${name}: ${counted(count, 'call')}`,
    calls: count,
  }))
  const retiring = [...by.model].flatMap(([id, { calls }]): Alarm[] => {
    const retiresAt = findTarget(id, catalogue)?.retiresAt ?? null
    if (retiresAt === null || retiresAt - now > noticeMs) return []
    const day = new Date(retiresAt).toISOString().slice(0, 10)
    const word = retiresAt < now ? 'has retired' : 'retires'
    return [{ kind: 'retirement', text: `${id} ${word} on ${day}: ${counted(calls, 'call')}`, calls }]
  })
  return [...drift, ...retiring]
}

const timeOf = (at: number): string | null => (Number.isFinite(at) && at > 0 ? new Date(at).toISOString() : null)

/** @param now epoch milliseconds: retirement is near or not as of then */
export function statementOf(
  { ledger, tally, heard, opinions, unreadable }: MoneyRead,
  range: TimeRange,
  catalogue: Catalogue,
  now: number,
): Statement {
  const lines = dimensions.map((dimension) => [dimension, linesOf(dimension, ledger.by[dimension])] as const)
  const [tenant, taskClass, tier, provider, model, hour] = lines.map(([, each]) => each)
  return {
    from: timeOf(range.from),
    to: timeOf(range.to),
    total: lineOf('all', ledger.total),
    by: {
      tenant: tenant ?? [],
      class: taskClass ?? [],
      tier: tier ?? [],
      provider: provider ?? [],
      model: model ?? [],
      hour: hour ?? [],
    },
    decisions: tally.decisions,
    decisionKinds: topOf(tally.kinds),
    policies: topOf(tally.policies),
    baselines: topOf(ledger.baselines),
    defaultRoutes: topOf(tally.defaultRoutes),
    rejections: topOf(tally.rejections),
    explored: tally.explored,
    overran: tally.overran,
    unpricedDuplicates: tally.unpriced,
    alarms: alarmsOf(ledger, catalogue, now),
    irregular: ledger.irregular,
    quality:
      opinions.words === 0
        ? 'unknown: nobody has said whether an answer was good'
        : `known from ${counted(opinions.words, 'word')} of feedback, and unknown of all other answers`,
    models: opinions.models,
    notes: feedbackNotes(heard, unreadable),
  }
}

/** Whether the parts of a line make its whole: a report that does not add up must not be printed. */
export const addsUp = ({ partsPicoUsd, savedAtMostPicoUsd }: Line): boolean =>
  partNames.reduce((sum, name) => sum + BigInt(partsPicoUsd[name]), 0n) === BigInt(savedAtMostPicoUsd)
