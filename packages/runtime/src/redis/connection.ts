import { Redis } from 'ioredis'
import type { Unreached } from '../unreached.ts'
import { unreached } from '../unreached.ts'

export interface RedisSettings {
  /** redis:// or rediss://, with user and password where there are any. */
  readonly url: string
  /** Stands before every key. */
  readonly prefix: string
  /** What answers later than this is not waited for. */
  readonly timeoutMs?: number
  /** Once for each trouble, until it works again. Codes only: an error of the driver may name hosts and users. */
  readonly onError?: (code: string) => void
}

/** What Redis answers with begins with a code: WRONGPASS, NOAUTH, NOPERM. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed'
  if ('code' in error && typeof error.code === 'string') return error.code
  return /^[A-Z]{3,}(?= )/u.exec(error.message)?.[0] ?? error.name
}

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
  const told = new Set<string>()
  const tell = (error: unknown): void => {
    const code = codeOf(error)
    if (!told.has(code)) onError(code)
    told.add(code)
  }
  redis.on('error', tell)
  let restsUntil = 0
  return {
    async ask(question) {
      if (redis.status !== 'ready' || performance.now() < restsUntil) return null
      try {
        const answer = await question(redis)
        told.clear()
        return answer
      } catch (error) {
        restsUntil = performance.now() + restMs
        tell(error)
        return null
      }
    },
    close() {
      redis.disconnect()
      return Promise.resolve()
    },
  }
}

const names = { address: 'REDIS_URL', tls: 'whether REDIS_URL has to begin with rediss' }
const refusals: Readonly<Record<string, Unreached>> = {
  WRONGPASS: { problem: 'it does not let the user in', todo: 'Correct user and password in REDIS_URL.' },
  NOAUTH: {
    problem: 'it wants a user',
    todo: 'Put user and password into REDIS_URL: redis://user:password@host:port.',
  },
  NOPERM: {
    problem: 'the user may not read',
    todo: 'Allow it GET, SET and EVAL on keys that begin with WAYBILL_PREFIX.',
  },
}

/**
 * Whether Redis lets us read under the prefix: undefined, or what is wrong. Writes nothing.
 * @param settings `timeoutMs` for all of it; never shown: the URL, which may hold a password
 */
export async function redisTrouble({ url, prefix, timeoutMs = 5_000 }: RedisSettings): Promise<Unreached | undefined> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  const heard: unknown[] = []
  redis.on('error', (error: unknown) => void heard.push(error))
  try {
    await redis.connect()
    await redis.get(`${prefix}answer:none`)
    return undefined
  } catch (error) {
    for (const one of [...heard, error]) {
      const known = refusals[codeOf(one)] ?? unreached(one, names)
      if (known !== undefined) return known
    }
    return { problem: `it does not answer (${codeOf(heard[0] ?? error)})`, todo: 'Check REDIS_URL, and that it runs.' }
  } finally {
    redis.disconnect()
  }
}
