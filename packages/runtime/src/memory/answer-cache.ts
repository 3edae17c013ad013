import type { AnswerCache } from '../answer-cache.ts'
import type { Clock } from '../clock.ts'

/** A cache in memory, which several processes of a simulation may share. */
export function memoryAnswerCache(clock: Clock): AnswerCache {
  const kept = new Map<string, { readonly value: Buffer; readonly until: number }>()
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
