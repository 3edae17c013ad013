import type { AnswerCache } from '../answer-cache.ts'
import type { Clock } from '../clock.ts'

/** An answer, and until when it is one. */
export interface KeptAnswer {
  readonly value: Buffer
  readonly until: number
}

/**
 * A cache in memory, which several processes of a simulation may share.
 * @param kept what it holds: whoever passes it can empty it, or put it back to what it was
 */
export function memoryAnswerCache(clock: Clock, kept = new Map<string, KeptAnswer>()): AnswerCache {
  return {
    get(hash) {
      const found = kept.get(hash)
      if (found !== undefined && found.until <= clock.now()) kept.delete(hash)
      return Promise.resolve(found === undefined || found.until <= clock.now() ? null : found.value)
    },
    set(hash, value, lifeMs) {
      kept.set(hash, { value, until: clock.now() + lifeMs })
      return Promise.resolve()
    },
    close: () => Promise.resolve(),
  }
}
