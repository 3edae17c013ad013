// What a run has come to, from what the topics and the provider's own ledger hold: never from what the senders remember.
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Decision } from '@waybill/schemas/generated/decision'
import type { Reply } from '@waybill/schemas/generated/reply'
import type { Request } from '@waybill/schemas/generated/request'
import { MoneyBooks } from '../money/money-books.ts'
import type { Line } from '../money/statement.ts'
import { lineOf } from '../money/statement.ts'

/** A record and when it was appended. */
export interface Stamped<Value> {
  readonly value: Value
  readonly timestamp: number
}

/** One row of the simulator's ledger, as far as it is needed. */
export interface LedgerCall {
  readonly provider: string
  readonly billed: boolean
  readonly costPicoUsd: number
  readonly plannedMs: number
  readonly attempt: string | null
  readonly claim: string | null
  readonly hash: string | null
}

export interface Evidence {
  readonly requests: readonly Stamped<Request>[]
  readonly replies: readonly Stamped<Reply>[]
  readonly decisions: readonly Stamped<Decision>[]
  readonly costs: readonly Stamped<Cost>[]
  readonly ledger: readonly LedgerCall[]
}

interface Latency {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** The page that a run ends with. */
export interface Account {
  readonly requests: number
  readonly replies: number
  readonly completed: number
  readonly truncated: number
  readonly refused: number
  readonly rejected: number
  readonly failed: number
  /** Requests without a reply. */
  readonly lost: number
  /** Requests with more than one. */
  readonly doubled: number
  readonly calls: number
  /** Billed calls that no rule allows: more than one for a hash without an outcome unknown or unusable before. */
  readonly doubleBilled: number
  /** Requests that other work answered. */
  readonly duplicates: number
  /** Attempts after the first. */
  readonly backups: number
  readonly addedMs: Latency
  readonly costUsd: number
  /** What it would have cost otherwise: answers at their baseline, duplicates at what their answer has cost here. */
  readonly baselineUsd: number
  /** Answers by what they are measured against: the model and how it was estimated. */
  readonly byBaseline: Readonly<Record<string, number>>
  readonly savedPercent: number
  readonly savedByDuplicatesUsd: number
  /** The total of `waybill report`, exact: the dollars above are its amounts. */
  readonly money: Line
  /** Calls that the ledger bills and no paid or unknown cost record tells of. */
  readonly unaccounted: number
  /** Why requests were rejected or failed. */
  readonly reasons: Readonly<Record<string, number>>
  readonly byProvider: Readonly<Record<string, number>>
  readonly byTier: Readonly<Record<string, number>>
}

const nameOf = ({ tenant, id }: { readonly tenant: string; readonly id: string }): string => `${tenant}/${id}`
const picoUsd = 1e12

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string | null): Map<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) {
    const key = keyOf(item)
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

/** @param share of the values that are at most the result; 0 for no values */
export function percentileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return Math.round((sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0) * 10) / 10
}

/** Reply time − due time − the delay that the simulator had planned for the calls: all costs of ours. */
function addedOf({ requests, replies, ledger }: Evidence): readonly number[] {
  const due = new Map(requests.map(({ value, timestamp }) => [nameOf(value), value.createdAt ?? timestamp]))
  const planned = new Map<string, number>()
  for (const { claim, plannedMs } of ledger)
    if (claim !== null) planned.set(claim, (planned.get(claim) ?? 0) + plannedMs)
  return replies.flatMap(({ value, timestamp }) => {
    const from = due.get(nameOf(value))
    const served = value.duplicate === 'none' && value.claim !== null && value.attempts > 0
    return from === undefined || !served ? [] : [timestamp - from - (planned.get(value.claim ?? '') ?? 0)]
  })
}

function doubleBilledOf({ costs, ledger }: Evidence): number {
  const excused = countBy(costs, ({ value }) =>
    value.kind === 'unknown' || value.flags.includes('unusable') ? value.hash : null,
  )
  const billed = countBy(ledger, (call) => (call.billed ? call.hash : null))
  return [...billed].reduce((sum, [hash, calls]) => sum + Math.max(0, calls - 1 - (excused.get(hash) ?? 0)), 0)
}

const callsKnown = ({ costs }: Evidence): ReadonlySet<string> =>
  new Set(costs.filter(({ value }) => value.kind !== 'free').map(({ value }) => `${value.claim}.${value.attempt}`))

/** As `waybill report` adds up. */
function booksOf({ decisions, costs }: Evidence): MoneyBooks {
  const books = new MoneyBooks(catalogue, { from: 0, to: Infinity })
  for (const { value } of decisions) books.decision(value)
  for (const { value, timestamp } of costs) books.cost(value, timestamp)
  books.settle()
  return books
}

type MoneyFigures = Pick<
  Account,
  'costUsd' | 'baselineUsd' | 'byBaseline' | 'savedPercent' | 'savedByDuplicatesUsd' | 'money'
>

function moneyOf(evidence: Evidence): MoneyFigures {
  const { ledger } = booksOf(evidence)
  const money = lineOf('all', ledger.total)
  const { redelivered, joined, replayed, failedAgain } = money.partsPicoUsd
  const duplicates = [redelivered, joined, replayed, failedAgain].reduce((sum, part) => sum + BigInt(part), 0n)
  return {
    costUsd: Number(money.spentPicoUsd) / picoUsd,
    baselineUsd: Number(money.wouldHaveCostPicoUsd) / picoUsd,
    byBaseline: Object.fromEntries(ledger.baselines),
    savedPercent: money.savedPercent ?? 0,
    savedByDuplicatesUsd: Number(duplicates) / picoUsd,
    money,
  }
}

export function accountOf(evidence: Evidence): Account {
  const { requests, replies, decisions, costs, ledger } = evidence
  const asked = new Set(requests.map(({ value }) => nameOf(value)))
  const answered = countBy(replies, ({ value }) => nameOf(value))
  const statuses = countBy(replies, ({ value }) => value.status)
  const added = addedOf(evidence)
  const known = callsKnown(evidence)
  const met = ['joined', 'replayed', 'redelivered', 'failedAgain']
  return {
    requests: asked.size,
    replies: replies.length,
    completed: statuses.get('completed') ?? 0,
    truncated: statuses.get('truncated') ?? 0,
    refused: statuses.get('refused') ?? 0,
    rejected: statuses.get('rejected') ?? 0,
    failed: statuses.get('failed') ?? 0,
    lost: [...asked].filter((name) => !answered.has(name)).length,
    doubled: [...answered.values()].filter((count) => count > 1).length,
    calls: ledger.length,
    doubleBilled: doubleBilledOf(evidence),
    duplicates: decisions.filter(({ value }) => met.includes(value.kind)).length,
    backups: costs.filter(({ value }) => value.attempt > 1).length,
    addedMs: { p50: percentileOf(added, 0.5), p95: percentileOf(added, 0.95), p99: percentileOf(added, 0.99) },
    ...moneyOf(evidence),
    unaccounted: ledger.filter(({ billed, attempt }) => billed && (attempt === null || !known.has(attempt))).length,
    reasons: Object.fromEntries(countBy(replies, ({ value }) => value.reason)),
    byProvider: Object.fromEntries(
      countBy(costs, ({ value }) => (value.kind === 'paid' ? value.target.provider : null)),
    ),
    byTier: Object.fromEntries(countBy(costs, ({ value }) => (value.kind === 'paid' ? value.target.tier : null))),
  }
}

/** Whether a run kept its promises: what exit code 0 says. */
export const isClean = ({ lost, doubled, doubleBilled, unaccounted }: Account): boolean =>
  lost === 0 && doubled === 0 && doubleBilled === 0 && unaccounted === 0
