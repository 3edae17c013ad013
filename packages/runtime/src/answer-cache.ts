/**
 * The port to a cache of answers by content hash. Redis and memory implement it. It makes replays fast and decides
 * nothing: whatever it returns is checked by who asked, and it may forget, or fail, at any time.
 */
export interface AnswerCache {
  /** null for nothing, also where the cache does not answer. Never rejects. */
  get(hash: string): Promise<Buffer | null>
  /** Never rejects. */
  set(hash: string, value: Buffer, lifeMs: number): Promise<void>
  close(): Promise<void>
}
