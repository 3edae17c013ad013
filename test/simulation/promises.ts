// The promises that can only be judged in hindsight: at rest, with the vendors' ledger beside the log.
import { isKnown } from '@waybill/cli/explain/reasons'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { History, Life } from './history.ts'
import type { Arriving } from './load.ts'
import { startOfTime } from './policies.ts'
import type { Taste } from './taste.ts'
import type { LedgerEntry } from './vendor.ts'

export interface Outcome {
  readonly history: History
  readonly vendors: { readonly ledger: readonly LedgerEntry[] }
  readonly load: readonly Arriving[]
  readonly taste: Taste
}

export function violations(outcome: Outcome): readonly string[] {
  return [
    ...replied(outcome),
    ...labelled(outcome),
    ...answered(outcome),
    ...patient(outcome),
    ...costed(outcome),
    ...booked(outcome),
    ...called(outcome),
    ...knowable(outcome),
    ...budgeted(outcome),
    ...explained(outcome),
  ]
}

/** What is told of records whose id can be read, and nothing else. */
const unreadableOf = (ask: string): string => ask.slice(0, ask.lastIndexOf('/') + 1)

/** Whether there is a reply to it, or one that says that its record could not be read. */
export const isAnswered = ({ replies }: History, { ask }: Arriving): boolean =>
  replies.has(ask) || replies.has(unreadableOf(ask))

/** P1: exactly one reply an ask; where a record cannot be read, one a record. */
function replied({ history, load }: Outcome): readonly string[] {
  const expected = new Map<string, Set<string>>()
  for (const { ask, body } of load) expected.set(ask, (expected.get(ask) ?? new Set()).add(body))
  const found = [...expected].flatMap(([ask, { size }]) => {
    const got = history.replies.get(ask)?.length ?? 0
    const unreadable = unreadableOf(ask) === ask ? 0 : (history.replies.get(unreadableOf(ask))?.length ?? 0)
    return got <= size && got + unreadable >= size ? [] : [`P1: ${got} replies to ${ask}, not ${size}`]
  })
  const names = new Set([...expected.keys()].flatMap((ask) => [ask, unreadableOf(ask)]))
  const unasked = [...history.replies.keys()].filter((ask) => !names.has(ask))
  return [...found, ...unreadOnce(load, history), ...unasked.map((ask) => `P1: a reply to ${ask}, which nobody asked`)]
}

/** Of the records of one id, each is either served or told to be unreadable. */
function unreadOnce(load: readonly Arriving[], { replies }: History): readonly string[] {
  const records = new Map<string, number>()
  for (const { ask } of load) records.set(unreadableOf(ask), (records.get(unreadableOf(ask)) ?? 0) + 1)
  return [...records].flatMap(([name, count]) => {
    const unread = replies.get(name) ?? []
    const served = [...replies].reduce(
      (sum, [ask, told]) => sum + (ask !== name && unreadableOf(ask) === name ? told.length : 0),
      0,
    )
    const sources = new Set(unread.map(({ request }) => request)).size
    return unread.length + served > count || sources < unread.length
      ? [`P1: ${unread.length} of ${count} records of ${name} were called unreadable, and ${served} served`]
      : []
  })
}

/** A reply repeats the metadata of its own request. */
function labelled({ history, load, taste }: Outcome): readonly string[] {
  if (taste.weather === 'stormy') return []
  const known = new Map<string, Set<string>>()
  for (const { ask, trace } of load) known.set(ask, (known.get(ask) ?? new Set()).add(trace))
  return [...history.replies].flatMap(([ask, replies]) =>
    replies.some(({ metadata }) => known.get(ask)?.has(metadata['trace'] ?? '') !== true)
      ? [`P1: the reply to ${ask} lacks the metadata of its request`]
      : [],
  )
}

/** An answer was given by a call for the same content; a deadline is told to whom it belongs, and not before it is over. */
function answered({ history, vendors: { ledger }, taste }: Outcome): readonly string[] {
  const texts = new Map(ledger.map((entry) => [entry.text.trim(), entry]))
  return [...history.replies]
    .flatMap(([ask, replies]) =>
      replies.flatMap((reply) => {
        if (reply.answer === null) return []
        const entry = texts.get(reply.answer.text?.trim() ?? '')
        if (entry === undefined) return [`Answer: ${ask} was told what no call has said`]
        if (entry.hash !== reply.hash) return [`Answer: ${ask} was told the answer to ${entry.hash}`]
        return entry.claim === reply.claim
          ? []
          : [`Answer: ${ask} was told what ${entry.claim} said, not ${reply.claim}`]
      }),
    )
    .concat(taste.weather === 'calm' ? inCalm(history) : [])
}

/** A deadline ends nobody's wait but that of its own ask. */
function patient({ history, load, taste }: Outcome): readonly string[] {
  const due = new Map<string, number>()
  for (const { ask, afterMs, budgetMs } of load)
    due.set(ask, Math.min(due.get(ask) ?? Infinity, startOfTime + afterMs + budgetMs - 2 * taste.skewMs))
  return [...history.replies].flatMap(([ask, replies]) =>
    replies.some(({ reason, repliedAt }) => reason === 'deadline' && repliedAt < (due.get(ask) ?? 0))
      ? [`P6: ${ask} was told of a deadline before its own`]
      : [],
  )
}

/** Without faults nobody is forgotten, so nobody hears of a deadline while no work goes on. */
const inCalm = (history: History): readonly string[] =>
  [...history.replies].flatMap(([ask, replies]) =>
    replies.some(({ reason, workContinues }) => reason === 'deadline' && !workContinues)
      ? [`P6: ${ask} was forgotten until its deadline`]
      : [],
  )

/** P4: exactly one cost record a call, and none of a call that was not made unless nobody could know that. */
function costed({ history, vendors: { ledger } }: Outcome): readonly string[] {
  const made = new Map<string, number>()
  for (const { attempt } of ledger) made.set(attempt, (made.get(attempt) ?? 0) + 1)
  const twice = [...made].flatMap(([attempt, count]) => (count > 1 ? [`P2: ${attempt} was called ${count} times`] : []))
  const missing = [...made.keys()].flatMap((attempt) => {
    const count = history.costs.get(attempt)?.length ?? 0
    return count === 1 ? [] : [`P4: ${count} cost records of ${attempt}`]
  })
  const unmade = [...history.costs].flatMap(([attempt, costs]) =>
    !made.has(attempt) && costs.some(({ kind }) => kind !== 'unknown')
      ? [`P4: a cost record of ${attempt}, which was never called`]
      : [],
  )
  const many = [...history.costs].flatMap(([attempt, costs]) =>
    costs.length > 1 ? [`P4: ${costs.length} cost records of ${attempt}`] : [],
  )
  return [...twice, ...missing, ...unmade, ...many]
}

/** P4: paid and free agree with the ledger. */
function booked({ history, vendors: { ledger } }: Outcome): readonly string[] {
  return ledger.flatMap(({ attempt, kind, outputTokens }) =>
    (history.costs.get(attempt) ?? []).flatMap((cost) => {
      if (cost.kind === 'paid' && (kind === 'answer' || kind === 'unusable') && cost.outputTokens === outputTokens)
        return []
      if (cost.kind === 'free' && kind === 'unbilled') return []
      return cost.kind === 'unknown' ? [] : [`P4: ${attempt} is booked as ${cost.kind}, and was ${kind}`]
    }),
  )
}

interface Call {
  readonly entry: LedgerEntry
  readonly cost: Cost | undefined
  readonly mode: string
  readonly isFlagged: boolean
}

/** A person who orders again what was ordered may end a chain before its time. */
const isCopied = ({ copied }: History, { claims }: Life): boolean => [...claims].some((claim) => copied.has(claim))

/** P2 and P3: how often one content may be paid for, in one life of its hash. */
function called({ history, vendors: { ledger } }: Outcome): readonly string[] {
  const lives = new Map<Life, Call[]>()
  const found: string[] = []
  for (const entry of ledger) {
    const attempted = history.attempts.get(entry.attempt)
    const life = history.lifeOf(entry.hash, entry.claim)
    const cost = history.costs.get(entry.attempt)?.[0]
    if (attempted === undefined || life === undefined) found.push(`P2: ${entry.attempt} was called without a marker`)
    else if (cost?.kind !== 'free' && !isCopied(history, life))
      lives.set(life, [
        ...(lives.get(life) ?? []),
        { entry, cost, mode: attempted.mode, isFlagged: attempted.isFlagged },
      ])
  }
  return found.concat([...lives].flatMap(([life, calls]) => [...strict(calls), ...available(life, calls)]))
}

const told = (calls: readonly Call[]): string =>
  calls
    .map(({ entry, cost, mode, isFlagged }) => `${entry.attempt} ${mode}${isFlagged ? ' flagged' : ''} ${cost?.kind}`)
    .join(', ')

function strict(calls: readonly Call[]): readonly string[] {
  const bad = calls.some(({ mode }, index) => mode === 'strict' && calls.length > 1 && index < calls.length)
  return bad ? [`P2: strict, and ${calls.length} calls that may be billed: ${told(calls)}`] : []
}

function available({ lost }: Life, calls: readonly Call[]): readonly string[] {
  const excused = calls.filter(
    ({ entry, cost }) => cost?.kind === 'unknown' || cost?.flags.includes('unusable') || lost.has(entry.claim),
  ).length
  const unflagged = calls.filter(({ isFlagged }) => !isFlagged).length
  return [
    ...(calls.length > 1 + excused ? [`P3: ${calls.length} calls, ${excused} of them excused: ${told(calls)}`] : []),
    ...(unflagged > 1 ? [`P3: ${unflagged} calls without a flag: ${told(calls)}`] : []),
  ]
}

/**
 * A budget never holds less than what was paid, whatever was lost on the way. In calm weather it holds what was paid,
 * each chain rounded up.
 */
function budgeted({ history, taste }: Outcome): readonly string[] {
  const used = [...history.spends.values()].reduce((sum, each) => sum + each.settledNanoUsd + each.reservedNanoUsd, 0)
  const paid = [...history.costs.values()].flat().reduce((sum, { costPicoUsd }) => sum + (costPicoUsd ?? 0) / 1_000, 0)
  const most = taste.weather === 'calm' ? paid + history.costs.size : Infinity
  return paid <= used && used <= most ? [] : [`Budget: ${paid} was paid, and ${used} is used`]
}

/** The list of reasons is closed: each is one that the page of the reply explains. */
const explained = ({ history }: Outcome): readonly string[] =>
  [...history.replies].flatMap(([ask, replies]) =>
    replies.flatMap(({ reason, status }) =>
      reason === null || isKnown(reason, status) ? [] : [`Reason: ${ask} ${status}, ${reason}, which nobody explains`],
    ),
  )

/**
 * P7: what is unknown has a cause. One is an end that comes before the vendor answers; another is a commit in doubt for so
 * long that whoever owns the task by then gives up the call, which was never made.
 */
function knowable({ history, vendors: { ledger }, taste }: Outcome): readonly string[] {
  if (taste.weather === 'stormy') return []
  const calledAt = new Map(ledger.map(({ attempt, at }) => [attempt, at]))
  const wasInDoubt = (attempt: string): boolean => taste.weather === 'doubtful' && !calledAt.has(attempt)
  const isTooLate = (attempt: string): boolean =>
    (calledAt.get(attempt) ?? 0) + taste.vendor.slowestMs >= (history.attempts.get(attempt)?.endBy ?? Infinity)
  return [...history.costs].flatMap(([attempt, costs]) =>
    costs.some(({ kind }) => kind === 'unknown') && !isTooLate(attempt) && !wasInDoubt(attempt)
      ? [`P7: nobody knows what ${attempt} has cost, without a cause`]
      : [],
  )
}
