import { Redis } from 'ioredis'

export interface RedisSettings {
  /** redis:// or rediss://, with user and password where there are any. */
  readonly url: string
  /** Stands before every key. */
  readonly prefix: string
  /** What answers later than this is not waited for. */
  readonly timeoutMs?: number
  /** Codes only: an error of the driver may name hosts and users. */
  readonly onError?: (code: string) => void
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'failed'

/** Asks for something; null at once while Redis is down or was late a moment ago, and null where it fails. Never rejects. */
type Ask = <Answer>(question: (redis: Redis) => Promise<Answer>) => Promise<Answer | null>

export interface RedisConnection {
  readonly ask: Ask
  readonly close: () => Promise<void>
}

/** What hangs is not asked again for so long, or every request would wait for it. */
const restMs = 1_000

export function connectRedis({ url, timeoutMs = 200, onError = () => undefined }: RedisSettings): RedisConnection {
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
  let restsUntil = 0
  return {
    async ask(question) {
      if (redis.status !== 'ready' || performance.now() < restsUntil) return null
      try {
        return await question(redis)
      } catch (error) {
        restsUntil = performance.now() + restMs
        onError(codeOf(error))
        return null
      }
    },
    close() {
      redis.disconnect()
      return Promise.resolve()
    },
  }
}
