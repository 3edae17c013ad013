// Whether Redis can be used. Everything works without it, so nothing is wrong where it cannot.
import { redisTrouble } from '@waybill/runtime/redis/connection'
import type { Finding } from './finding.ts'
import { fine, notice } from './finding.ts'

const defaultPort = 6_379

/** Never the URL itself: it may hold a password. */
const placeOf = (url: URL): string => `${url.hostname}:${url.port === '' ? defaultPort : url.port}`

interface RedisPlace {
  readonly redisUrl: string
  readonly topicPrefix: string
}

export async function checkRedis({ redisUrl, topicPrefix }: RedisPlace): Promise<readonly Finding[]> {
  if (redisUrl === '') return [fine('redis', 'REDIS_URL', 'is not set: answers are read from the log')]
  const place = placeOf(new URL(redisUrl))
  const trouble = await redisTrouble({ url: redisUrl, prefix: topicPrefix })
  if (trouble === undefined) return [fine('redis', place, 'lets us read')]
  const { problem, todo } = trouble
  const without = 'answers are read from the log instead, which is slower, and tenants get shares of their budgets'
  return [notice('redis', place, `cannot be used: ${problem}; ${without}`, todo)]
}
