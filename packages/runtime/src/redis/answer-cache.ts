import type { AnswerCache } from '../answer-cache.ts'
import type { RedisSettings } from './connection.ts'
import { connectRedis } from './connection.ts'

/** The cache in Redis. It is asked for at most `timeoutMs`, and while it is down not at all. */
export function redisAnswerCache(settings: RedisSettings): AnswerCache {
  const { ask, close } = connectRedis(settings)
  const key = (hash: string): string => `${settings.prefix}answer:${hash}`
  return {
    get: (hash) => ask((redis) => redis.getBuffer(key(hash))),
    async set(hash, value, lifeMs) {
      await ask((redis) => redis.set(key(hash), value, 'PX', Math.max(1, Math.floor(lifeMs))))
    },
    close,
  }
}
