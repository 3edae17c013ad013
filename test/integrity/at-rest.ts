// What the log must hold when all is done: each step once, each cost that of the ledger, and nothing left to do.
import type { Evidence, Stamped } from '@waybill/cli/demo/account'
import { groupStates } from '@waybill/cli/doctor/groups-check'
import type { Interruption } from '@waybill/cli/platform/supervisor'
import type { KafkaSettings } from '@waybill/runtime/kafka/settings'
import type { Log } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import { readTopic } from '@waybill/cli/demo/evidence'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { Result } from '@waybill/schemas/generated/result'
import type { Topic } from '@waybill/schemas/topics'
import { dispatches, providers, responses, results } from '@waybill/schemas/topics'

/** Counts of what must not be, all 0 in a log that has kept its promises, and a few words on what was found. */
export interface AtRest {
  /** Records of one topic that tell of the same step. */
  readonly repeated: number
  /** Dispatches without a result, calls without a cost, and claims without a response. */
  readonly unfinished: number
  /** Paid costs that differ from the provider's ledger, or that it does not know. */
  readonly unequal: number
  /** Unknown outcomes without an upper bound. */
  readonly unbounded: number
  /** Calls whose end nobody saw, though neither the worker that made them nor the broker died or stood still meanwhile. */
  readonly causeless: number
  /** Calls that may repeat one that was billed, and do not say so, on their dispatch or on the replies they bring. */
  readonly unflagged: number
  /** Hashes that the provider's ledger bills for more than one call without a flag. */
  readonly billedAgain: number
  /** Offsets that the groups have not come to. */
  readonly lag: number
  readonly examples: readonly string[]
}

/** Whose interruption is one of all: the broker's. */
export const everyProcess = 'every process'

interface Sources {
  readonly interruptions: readonly Interruption[]
  readonly log: Log
  readonly codec: Codec
  readonly kafka: KafkaSettings
  readonly partitions: number
}

/** What one record tells of, and when it was written. */
interface Step {
  readonly name: string
  readonly timestamp: number
}

const stepsOf = <Value>(records: readonly Stamped<Value>[], nameOf: (value: Value) => string): readonly Step[] =>
  records.map(({ value, timestamp }) => ({ name: nameOf(value), timestamp }))

const namesOf = (steps: readonly Step[]): readonly string[] => steps.map(({ name }) => name)

/** What stands more than once, and when: the times tell what happened then. */
function repeatedOf(what: string, steps: readonly Step[]): readonly string[] {
  const first = new Map<string, number>()
  return steps.flatMap(({ name, timestamp }) => {
    const before = first.get(name)
    first.set(name, before ?? timestamp)
    if (before === undefined) return []
    return [`${name} has a ${what} of ${iso(before)} and one of ${iso(timestamp)}`]
  })
}

const iso = (timestamp: number): string => new Date(timestamp).toISOString()

const missing = (what: string, wanted: readonly string[], names: readonly string[]): readonly string[] => {
  const found = new Set(names)
  return [...new Set(wanted)].filter((name) => !found.has(name)).map((name) => `${name} has no ${what}`)
}

/** Nobody was called: neither where the worker did not want to, nor where no connection was made. */
const isWithoutCall = ({ kind, sentAt }: Result['outcome']): boolean =>
  kind === 'notSent' || kind === 'limits' || (kind === 'unbilled' && sentAt === null)

const attemptOf = ({ claim, attempt }: { readonly claim: string; readonly attempt: number }): string =>
  `${claim}.${attempt}`

function unequalOf({ costs, ledger }: Evidence): number {
  const billed = new Map(ledger.filter((call) => call.billed).map((call) => [call.attempt, call.costPicoUsd]))
  return costs.filter(({ value }) => value.kind === 'paid' && billed.get(attemptOf(value)) !== value.costPicoUsd).length
}

function unflaggedOf({ costs, replies }: Evidence, dispatched: readonly Dispatch[]): number {
  const unknown = new Map<string, number>()
  for (const { value } of costs)
    if (value.kind === 'unknown')
      unknown.set(value.claim, Math.min(value.attempt, unknown.get(value.claim) ?? Infinity))
  const mayRepeat = (claim: string | null, attempt: number): boolean => attempt > (unknown.get(claim ?? '') ?? Infinity)
  const calls = dispatched.filter(({ claim, attempt, k, flagged }) => !flagged && (k > 0 || mayRepeat(claim, attempt)))
  const told = replies.filter(
    ({ value }) => !value.flagged && value.answer !== null && mayRepeat(value.claim, value.attempts),
  )
  return calls.length + told.length
}

/** A process that dies leaves as many unknown outcomes as it had calls, and one that lives leaves none. */
function causelessOf(found: readonly Stamped<Result>[], interruptions: readonly Interruption[]): readonly string[] {
  const by = Map.groupBy(interruptions, ({ process }) => process)
  return found.flatMap(({ value: { dispatch, outcome, worker } }) => {
    const { startedAt, endedAt, kind } = outcome
    const causes = [...(by.get(worker) ?? []), ...(by.get(everyProcess) ?? [])]
    if (kind !== 'orphan' || causes.some(({ from, to }) => from <= endedAt && to >= startedAt)) return []
    return [`${attemptOf(dispatch)} is unknown from ${iso(startedAt)} to ${iso(endedAt)}, without a cause`]
  })
}

/** Hashes that the ledger bills twice, by calls that say nothing of it and were not known to be unusable. */
function billedAgainOf({ costs, ledger }: Evidence, dispatched: readonly Dispatch[]): readonly string[] {
  const flagged = new Set(dispatched.filter((dispatch) => dispatch.flagged).map(attemptOf))
  const unusable = new Set(
    costs.filter(({ value }) => value.flags.includes('unusable')).map(({ value }) => attemptOf(value)),
  )
  const silent = ledger.filter(
    ({ billed, attempt }) => billed && attempt !== null && !flagged.has(attempt) && !unusable.has(attempt),
  )
  return [...Map.groupBy(silent, ({ hash }) => hash)].flatMap(([hash, calls]) =>
    calls.length > 1
      ? [`${hash ?? 'no hash'} is billed for ${calls.map(({ attempt }) => attempt ?? '').join(' and ')}, unflagged`]
      : [],
  )
}

const few = (lines: readonly string[]): readonly string[] => lines.slice(0, 9)

export async function atRest(
  evidence: Evidence,
  { log, codec, kafka, partitions, interruptions }: Sources,
): Promise<AtRest> {
  const read = <Value>(topic: Topic<Value>): Promise<readonly Stamped<Value>[]> =>
    readTopic(log, codec, topic, partitions)
  const sent = (await Promise.all(providers.map((provider) => read(dispatches(provider))))).flat()
  const found = await read(results)
  const attempts = stepsOf(sent, attemptOf)
  const ended = stepsOf(found, ({ dispatch }) => attemptOf(dispatch))
  const called = found.filter(({ value }) => !isWithoutCall(value.outcome))
  const answered = stepsOf(await read(responses), ({ claim }) => claim)
  const costed = stepsOf(evidence.costs, attemptOf)
  const decided = stepsOf(evidence.decisions, ({ request, kind, claim }) => `${request}/${kind}/${claim ?? ''}`)
  const states = await groupStates(kafka, log, partitions)
  const dispatched = sent.map(({ value }) => value)
  const unfinished = [
    ...missing('result', namesOf(attempts), namesOf(ended)),
    ...missing('cost', namesOf(stepsOf(called, ({ dispatch }) => attemptOf(dispatch))), namesOf(costed)),
    ...missing(
      'response',
      dispatched.map(({ claim }) => claim),
      namesOf(answered),
    ),
  ]
  const repeated = [
    ...repeatedOf('dispatch', attempts),
    ...repeatedOf('result', ended),
    ...repeatedOf('response', answered),
    ...repeatedOf('cost', costed),
    ...repeatedOf('decision', decided),
  ]
  const billedAgain = billedAgainOf(evidence, dispatched)
  const causeless = causelessOf(found, interruptions)
  const behind = states.filter(({ lag }) => lag > 0).map(({ group, lag }) => `${group.name} is ${lag} offsets behind`)
  return {
    repeated: repeated.length,
    unfinished: unfinished.length,
    unequal: unequalOf(evidence),
    unbounded: evidence.costs.filter(({ value }) => value.kind === 'unknown' && value.upperBoundPicoUsd === null)
      .length,
    causeless: causeless.length,
    unflagged: unflaggedOf(evidence, dispatched),
    billedAgain: billedAgain.length,
    lag: states.reduce((sum, state) => sum + state.lag, 0),
    examples: [repeated.slice(0, 20), ...[billedAgain, causeless, unfinished].map(few), behind].flat(),
  }
}
