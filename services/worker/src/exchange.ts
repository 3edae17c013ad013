/** What one call has seen on the wire. */
export interface Seen {
  /** asked: the SDK called; started: bytes may have left; answered: status and headers came; done: so did all of the body. */
  readonly reached: 'nothing' | 'asked' | 'started' | 'answered' | 'done'
  /** Whether `mayStart` said no. */
  readonly refused: boolean
  readonly tooLarge: boolean
  readonly status: number | null
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | null
  /** What broke the call. */
  readonly error: unknown
}

/** A fetch that can make one call, and what came of it. */
export interface Exchange {
  readonly fetch: typeof globalThis.fetch
  readonly seen: () => Seen
}

export type OpenExchange = (options: {
  readonly origin: string
  readonly mostBytes: number
  readonly signal: AbortSignal
  /** Asked right before the first byte is written. */
  readonly mayStart: () => boolean
}) => Exchange
