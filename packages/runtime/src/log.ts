// The port to the log. Kafka and memory implement it, and both pass conformance/.
// Topic names here are those of the topic table: an implementation adds the deployment's prefix.

/** A record as it was read: committed, and never aborted. */
export interface LogRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, Buffer>>
  /** Append time, epoch milliseconds. */
  readonly timestamp: number
}

/** A record to write. */
export interface OutgoingRecord {
  readonly key: string | Buffer | null
  readonly value: Buffer | null
  readonly headers?: Readonly<Record<string, string | Buffer>>
}

/** Records for one partition, in order. */
export interface Send {
  readonly topic: string
  readonly partition: number
  readonly records: readonly OutgoingRecord[]
}

/** Where the first record of a send landed. */
export interface Appended {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** The transactions of one task, from its fence on. One at a time. */
export interface Transactions {
  /**
   * One transaction: all of it becomes visible, or nothing. Each partition is named at most once.
   * After any throw the outcome is unknown and these transactions are over: close them, fence again, and read what happened.
   */
  commit(sends: readonly Send[]): Promise<readonly Appended[]>
  close(): Promise<void>
}

/** What a partition holds: the first offset still there, and the one after the last that is committed and stable. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** A reader of one partition, which is called back in order. */
export interface Feed {
  readonly topic: string
  readonly partition: number
  /** Where to start. */
  readonly offset: number
  /** Whether more may be delivered now; after a no, call `poke` when that changes. */
  hasRoom(): boolean
  /**
   * Committed records, and the offset after all that was fetched: it moves over transaction markers and aborted records
   * too, so there may be no records at all. Must not throw.
   */
  deliver(records: readonly LogRecord[], next: number): void
  /** The feed has ended: its offset lies outside the partition's range. */
  fail(error: LogError): void
}

/** Membership of a consumer group, which decides who owns which task: partition i of every topic of the group. */
export interface Membership {
  /** Resolves when the group has shown, after this call, that we are still a member: needed before fencing again. */
  confirmed(): Promise<void>
  /** Leaves, so that others take over at once. */
  leave(): Promise<void>
}

export interface JoinOptions {
  readonly group: string
  /** All have equally many partitions. */
  readonly topics: readonly string[]
  /** The tasks that are ours from now on, all of them; called at every change. Must not throw. */
  onAssigned(partitions: readonly number[]): void
  /** Membership has ended for good: the process should exit. */
  onLost(error: LogError): void
}

export type Offsets = Readonly<Record<string, number>>

export interface Log {
  /** Fences: returns only when the last owner's transaction is complete, and the last owner can never commit again. */
  openTransactions(transactionalId: string): Promise<Transactions>
  /** Reads on for ever, read-committed. Returns what ends it. */
  follow(feed: Feed): () => void
  /** A feed has room again. */
  poke(): void
  /** Delivers everything from `from` to `to`, in pieces, waiting for each piece to be taken. */
  read(
    topic: string,
    partition: number,
    range: { readonly from: number; readonly to: number },
    take: (records: readonly LogRecord[]) => Promise<void> | void,
  ): Promise<void>
  /** The record at exactly this offset, or null: never there, gone, or not committed. */
  readOne(topic: string, partition: number, offset: number): Promise<LogRecord | null>
  range(topic: string, partition: number): Promise<Range>
  /** How many partitions each topic has; 0 for a topic that is not there. */
  partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>>
  join(options: JoinOptions): Promise<Membership>
  /** For lag tools only: nothing reads these positions back but `committedOffsets`. */
  commitOffsets(group: string, partition: number, next: Offsets): Promise<void>
  /** Committed offsets of one partition by topic; a topic that has none is absent. */
  committedOffsets(group: string, partition: number, topics: readonly string[]): Promise<Offsets>
  /** Appends outside any transaction. Resolves when it is stored. */
  append(send: Send): Promise<Appended>
  close(): Promise<void>
}

/**
 * fenced: a newer owner has opened the same transactional id. outOfRange: an offset outside what the partition holds.
 * tooLarge: a record that its topic refuses. unknown: anything after which the outcome is not known. lost: membership is over.
 */
export type LogErrorCode = 'fenced' | 'outOfRange' | 'tooLarge' | 'unknown' | 'lost'

export class LogError extends Error {
  override readonly name = 'LogError'
  readonly code: LogErrorCode
  constructor(code: LogErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
