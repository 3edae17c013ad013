import { Redis } from 'ioredis'
import type { AnswerCache } from '../answer-cache.ts'

export interface RedisSettings {
  /** redis:// or rediss://, with user and password where there are any. */
  readonly url: string
  /** Stands before every key. */
  readonly prefix: string
  /** A cache that answers later than this is not waited for. */
  readonly timeoutMs?: number
  /** Codes only: an error of the driver may name hosts and users. */
  readonly onError?: (code: string) => void
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'failed'

/** The cache in Redis. It is asked for at most `timeoutMs`, and while it is down not at all. */
export function redisAnswerCache({
  url,
  prefix,
  timeoutMs = 200,
  onError = () => undefined,
}: RedisSettings): AnswerCache {
  const redis = new Redis(url, {
    commandTimeout: timeoutMs,
    connectTimeout: 2_000,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: (attempt) => Math.min(2_000, 50 * attempt),
  })
  redis.on('error', (error: unknown) => {
    onError(codeOf(error))
  })
  const key = (hash: string): string => `${prefix}answer:${hash}`
  return {
    async get(hash) {
      if (redis.status !== 'ready') return null
      try {
        return await redis.getBuffer(key(hash))
      } catch (error) {
        onError(codeOf(error))
        return null
      }
    },
    async set(hash, value, lifeMs) {
      if (redis.status !== 'ready') return
      try {
        await redis.set(key(hash), value, 'PX', Math.max(1, Math.floor(lifeMs)))
      } catch (error) {
        onError(codeOf(error))
      }
    },
    close() {
      redis.disconnect()
      return Promise.resolve()
    },
  }
}
