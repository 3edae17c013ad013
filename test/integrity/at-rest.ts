// What the log must hold when all is done: each step once, each cost that of the ledger, and nothing left to do.
import type { Evidence } from '@waybill/cli/demo/account'
import { groupStates } from '@waybill/cli/doctor/groups-check'
import type { KafkaSettings } from '@waybill/runtime/kafka/settings'
import type { Log } from '@waybill/runtime/log'
import type { Codec } from '@waybill/runtime/registry/codec'
import { readTopic } from '@waybill/cli/demo/evidence'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
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
  /** Calls that may repeat one that was billed, and do not say so, on their dispatch or on the replies they bring. */
  readonly unflagged: number
  /** Offsets that the groups have not come to. */
  readonly lag: number
  readonly examples: readonly string[]
}

interface Sources {
  readonly log: Log
  readonly codec: Codec
  readonly kafka: KafkaSettings
  readonly partitions: number
}

const repeatedOf = (names: readonly string[]): number => names.length - new Set(names).size

const missing = (what: string, wanted: readonly string[], names: readonly string[]): readonly string[] => {
  const found = new Set(names)
  return [...new Set(wanted)].filter((name) => !found.has(name)).map((name) => `${name} has no ${what}`)
}

/** Outcomes of attempts for which nobody was called. */
const withoutCall: ReadonlySet<string> = new Set(['notSent', 'limits'])

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

export async function atRest(evidence: Evidence, { log, codec, kafka, partitions }: Sources): Promise<AtRest> {
  const dispatched = (
    await Promise.all(providers.map((provider) => readTopic(log, codec, dispatches(provider), partitions)))
  )
    .flat()
    .map(({ value }) => value)
  const attempts = dispatched.map(attemptOf)
  const found = (await readTopic(log, codec, results, partitions)).map(({ value }) => value)
  const ended = found.map(({ dispatch }) => attemptOf(dispatch))
  const called = found
    .filter(({ outcome }) => !withoutCall.has(outcome.kind))
    .map(({ dispatch }) => attemptOf(dispatch))
  const answered = (await readTopic(log, codec, responses, partitions)).map(({ value }) => value.claim)
  const costed = evidence.costs.map(({ value }) => attemptOf(value))
  const decided = evidence.decisions.map(({ value }) => `${value.request}/${value.kind}/${value.claim ?? ''}`)
  const states = await groupStates(kafka, log, partitions)
  const unfinished = [
    ...missing('result', attempts, ended),
    ...missing('cost', called, costed),
    ...missing(
      'response',
      dispatched.map(({ claim }) => claim),
      answered,
    ),
  ]
  const behind = states.filter(({ lag }) => lag > 0).map(({ group, lag }) => `${group.name} is ${lag} offsets behind`)
  return {
    repeated: [attempts, ended, answered, costed, decided].reduce((sum, names) => sum + repeatedOf(names), 0),
    unfinished: unfinished.length,
    unequal: unequalOf(evidence),
    unbounded: evidence.costs.filter(({ value }) => value.kind === 'unknown' && value.upperBoundPicoUsd === null)
      .length,
    unflagged: unflaggedOf(evidence, dispatched),
    lag: states.reduce((sum, state) => sum + state.lag, 0),
    examples: [...unfinished.slice(0, 9), ...behind],
  }
}
