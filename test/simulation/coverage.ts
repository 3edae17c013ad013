// What the runs have met: a fault that never happens shows nothing.

/** Everything that seeds must meet between them: faults by what is done, and the protocol's answers by what comes of it. */
const happenings = [
  // Processes.
  'killed at a time',
  'killed at a step',
  'killed in a transaction',
  'frozen within a session',
  'frozen beyond a session',
  'rebalance',
  'clean stop',
  'outage beyond every deadline',
  'clock ahead or behind',
  // Transactions and the network.
  'begin lost',
  'begin slow',
  'produce lost',
  'produce slow',
  'EndTxn lost',
  'EndTxn slow',
  'commit not answered in time',
  'request lost',
  'read cut short',
  'fenced',
  'dropped: unknown',
  // What the log does by itself.
  'responses deleted by age',
  'changelog compacted',
  'table compacted',
  'order copied back',
  // The registry.
  'registry down',
  'schema asked for',
  'dead letter: schema_unavailable',
  // Vendors.
  'call: answer',
  'call: unusable',
  'call: unbilled',
  'call: ambiguous',
  'call: hang',
  'call: no connection',
  // Redis.
  'Redis gone',
  'Redis slow',
  'Redis flushed',
  'Redis restored old',
  'answer found in Redis',
  'answer of another claim found in Redis',
  // Producers.
  'request again',
  'content again',
  'id with another body',
  'key with another body',
  'request at another partition',
  'request that cannot be read',
  'policy turned',
  // Records.
  'damaged: dispatch',
  'damaged: late',
  'damaged: result',
  'damaged: response',
  'dead letter: too_large',
  // Outcomes of attempts.
  'result: ok',
  'result: unbilled',
  'result: notSent',
  'result: ambiguous',
  'result: orphan',
  'result: limits',
  'not sent: no_permit',
  'not sent: send_by',
  'not sent: stopping',
  'late: held',
  'late: outcome',
  // What the router does.
  'decision: routed',
  'decision: heir',
  'decision: joined',
  'decision: replayed',
  'decision: redelivered',
  'decision: failedAgain',
  'decision: rejected',
  'reply: deadline',
  'reply: outcome_unknown',
  'reply: answer_lost',
  'reply: key_reused',
  'reply: budget_exceeded',
  'answer read from the log',
  'window passed',
] as const

export type Happening = (typeof happenings)[number]

const known: ReadonlySet<string> = new Set(happenings)
const isHappening = (name: string): name is Happening => known.has(name)

/** How often each of them has happened. */
export type Counts = Readonly<Record<string, number>>

export class Coverage {
  readonly #counts = new Map<Happening, number>()

  count(happening: Happening): void {
    this.#counts.set(happening, (this.#counts.get(happening) ?? 0) + 1)
  }

  /** Of a name that is put together from what a record holds: those that nobody asks for are left out. */
  countIfKnown(name: string): void {
    if (isHappening(name)) this.count(name)
  }

  get counts(): Counts {
    return Object.fromEntries(this.#counts)
  }
}

/** The sum of all runs, with a nought for what none of them has met. */
export function summed(all: readonly Counts[]): Counts {
  return Object.fromEntries(
    happenings.map((name) => [name, all.reduce((sum, counts) => sum + (counts[name] ?? 0), 0)] as const),
  )
}
