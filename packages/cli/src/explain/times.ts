// When things happened, in one order, from every record that tells a time.
import { counted, duration, exactDollars, oneLine } from '../terminal.ts'
import type { Evidence, RequestNote } from './evidence.ts'

export interface Moment {
  /** Epoch milliseconds, by the clock of whoever wrote it. */
  readonly at: number
  readonly what: string
}

type Decided = Evidence['decisions'][number]

const budgetOf = ({ latencyBudgetMs, costCeilingMicroUsd }: RequestNote): readonly string[] => [
  `${duration(latencyBudgetMs ?? 60_000)} to answer`,
  ...(costCeilingMicroUsd === null ? [] : [`at most ${exactDollars(costCeilingMicroUsd * 1e6)}`]),
]

function askedFor(note: RequestNote): string {
  const parts = [
    counted(note.messages, 'message'),
    ...(note.tools === 0 ? [] : [counted(note.tools, 'tool')]),
    ...(note.hasOutputSchema ? ['an output schema'] : []),
    ...(note.requestedModel === null ? [] : [`model ${note.requestedModel} asked for`]),
    ...budgetOf(note),
  ]
  return `the request is stored as ${note.coordinates}: ${parts.join(', ')}`
}

const decidedWords: Readonly<Record<Decided['kind'], string>> = {
  routed: 'the router chose',
  heir: 'the router took the chain over from a request whose limits had ended it, and chose',
  joined: 'the same work was already under way: the request waits for it',
  replayed: 'the same work was done before: the request gets the stored answer',
  redelivered: 'the same request came again: it is not run, and not replied to a second time',
  failedAgain: 'the same work has failed before: the request gets the stored failure',
  rejected: 'the router rejected it',
  other: 'the router did something that this build does not know',
}

function notesOf({
  target,
  tier,
  taskClass,
  classSource,
  route,
  explored,
  overran,
  tookUs,
}: Decided): readonly string[] {
  const source = classSource === null ? '' : `, ${oneLine(classSource, 60)}`
  return [
    ...(taskClass === null ? [] : [`class ${taskClass}${source}`]),
    ...(tier === null ? [] : [`tier ${tier}`]),
    ...(route === null || route === 'policy' ? [] : [`route ${route}`]),
    ...(explored ? ['chosen to learn about it'] : []),
    ...(overran ? ['the decision took too long, so the default route serves'] : []),
    ...(target === null ? [] : [`decided in ${tookUs} µs`]),
  ]
}

function decided(decision: Decided): string {
  const { kind, target, reason } = decision
  const notes = notesOf(decision)
  const head = [decidedWords[kind], target, reason === null ? null : `(${reason})`].filter((part) => part !== null)
  return `${head.join(' ')}${notes.length === 0 ? '' : ` — ${notes.join('; ')}`}`
}

type Paid = Evidence['costs'][number]

function outcomeOf({ kind, failure, status, callMs, flags }: Paid): string {
  const took = callMs === null ? '' : ` after ${duration(callMs)}`
  const answer = status === null ? 'no answer came' : `status ${status}`
  const what = failure === null ? 'with an answer' : `${failure} (${answer})`
  const flagged = flags.length === 0 ? '' : `; ${flags.join(', ')}`
  return `ended${took}: ${what}, ${kind}${flagged}`
}

const attemptMoments = (cost: Paid): readonly Moment[] => [
  ...(cost.callMs === null
    ? []
    : [{ at: cost.at - cost.callMs, what: `attempt ${cost.attempt} calls ${cost.target.id}` }]),
  { at: cost.at, what: `attempt ${cost.attempt} at ${cost.target.id} ${outcomeOf(cost)}` },
]

const unsentMoment = ({ attempt, target, failure, at }: Evidence['unsent'][number]): Moment => ({
  at,
  what: `attempt ${attempt} at ${target} ends without a call: ${failure}`,
})

const replied = ({ status, reason, detail, duplicate }: Evidence['replies'][number]): string =>
  [
    `the reply is written: ${status}`,
    reason === null ? '' : ` (${reason})`,
    duplicate === 'none' ? '' : `, ${duplicate}`,
    detail === null ? '' : ` — ${oneLine(detail, 200)}`,
  ].join('')

/** Records that decisions name and that can no longer be read: when they were stored is still known. */
function goneMoments({ requests, decisions }: Evidence): readonly Moment[] {
  const known = new Set(requests.map(({ coordinates }) => coordinates))
  return decisions
    .filter(({ request }) => !known.has(request))
    .map(({ request, appendedAt }) => ({
      at: appendedAt,
      what: `the request is stored as ${request}, whose record is gone by now or cannot be read`,
    }))
}

/** Everything that tells a time, oldest first; what has the same time stays in the order of the path. */
export function momentsOf(evidence: Evidence): readonly Moment[] {
  const moments: readonly Moment[] = [
    ...evidence.requests.map((note) => ({ at: note.appendedAt, what: askedFor(note) })),
    ...goneMoments(evidence),
    ...evidence.decisions.map((decision) => ({ at: decision.at, what: decided(decision) })),
    ...evidence.costs.flatMap(attemptMoments),
    ...evidence.unsent.map(unsentMoment),
    ...evidence.replies.map((reply) => ({ at: reply.repliedAt, what: replied(reply) })),
    ...evidence.deadLetters.map(({ at, coordinates, stage, reason, detail }) => ({
      at,
      what: `${stage} gave up on ${coordinates}: ${reason}${detail === null ? '' : ` — ${oneLine(detail, 200)}`}`,
    })),
  ]
  return moments.toSorted((one, other) => one.at - other.at)
}
