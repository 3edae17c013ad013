/** One number of the protocol that an operator may change. */
export interface ProtocolSettings {
  /** N: partitions of every topic of a task. More means new topic names after a drain. */
  readonly partitions: number
  /** W: for how long a settled request is remembered. At least the producers' retry horizon. */
  readonly dedupWindowMs: number
  /** Claims live W + send-by + this; `responses` are kept at least as long. */
  readonly claimMarginMs: number
  /** The latency budget of a request that names none; its deadline is the append time of its record + the budget. */
  readonly latencyBudgetMs: number
  /** How long after its deadline a request gets its reply at the latest. */
  readonly graceMs: number
  /** Share of the budget left within which a dispatch must have found a free call slot. */
  readonly startByShare: number
  /** And the longest that it may wait for one. */
  readonly startByMaxMs: number
  /** The latest start of a call after the start of the transaction that announces it, by both clocks. */
  readonly sendByMs: number
  /** The longest that one attempt may take. */
  readonly attemptMaxMs: number
  /** A claim in flight is given up after the attempt's deadline times this, + grace. */
  readonly giveUpFactor: number
  /** Attempts a chain, the first included. */
  readonly attemptsMax: number
  /** Backups as a share of requests, once a cool-down has begun. */
  readonly backupsShareMax: number
  /** Calls under way for a provider and process. */
  readonly permits: number
  /** A transaction that its owner left open pins readers until this, or until the fence. */
  readonly transactionTimeoutMs: number
  readonly requestTimeoutMs: number
  /** A batch is cut at this many records, */
  readonly batchRecords: number
  /** or at this much output for any one partition. */
  readonly batchOutputBytes: number
  /** The active segment of a changelog is never compacted, so segments are short and small. */
  readonly changelogSegmentMs: number
  readonly changelogSegmentBytes: number
  readonly sessionTimeoutMs: number
  readonly heartbeatMs: number
  /** The time that a decision may take, before the default route is taken instead. */
  readonly decisionBudgetMs: number
  /** An entry of a call whose outcome was handed on is kept for this long at most. */
  readonly settledCallMs: number
}

/** Every default of the protocol, in one place; each is a setting. */
export const protocolDefaults: ProtocolSettings = {
  partitions: 4,
  dedupWindowMs: 3_600_000,
  claimMarginMs: 900_000,
  latencyBudgetMs: 60_000,
  graceMs: 2_000,
  startByShare: 0.25,
  startByMaxMs: 5_000,
  sendByMs: 10_000,
  attemptMaxMs: 600_000,
  giveUpFactor: 3,
  attemptsMax: 3,
  backupsShareMax: 0.1,
  permits: 64,
  transactionTimeoutMs: 5_000,
  requestTimeoutMs: 5_000,
  batchRecords: 500,
  batchOutputBytes: 524_288,
  changelogSegmentMs: 600_000,
  changelogSegmentBytes: 16_777_216,
  sessionTimeoutMs: 6_000,
  heartbeatMs: 200,
  decisionBudgetMs: 50,
  settledCallMs: 3_600_000,
}
