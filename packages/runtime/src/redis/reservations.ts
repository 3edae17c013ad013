import type { Reservations } from '../reservations.ts'
import type { RedisSettings } from './connection.ts'
import { connectRedis } from './connection.ts'

// One account is two keys of one slot: who holds until when, and how much each of them holds. Redis runs a script as one
// step, so that two routers cannot both take the rest.
const expire = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, holder in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('ZREM', KEYS[1], holder)
  redis.call('HINCRBY', KEYS[2], '', '-' .. redis.call('HGET', KEYS[2], holder))
  redis.call('HDEL', KEYS[2], holder)
end`

const reserveScript = `${expire}
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 1 end
local held = tonumber(redis.call('HGET', KEYS[2], '') or '0')
if held + tonumber(ARGV[2]) + tonumber(ARGV[4]) > tonumber(ARGV[3]) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[5]), ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('HINCRBY', KEYS[2], '', ARGV[2])
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 10 * tonumber(ARGV[5])) end
return 1`

const releaseScript = `
if redis.call('ZREM', KEYS[1], ARGV[1]) == 1 then
  redis.call('HINCRBY', KEYS[2], '', '-' .. redis.call('HGET', KEYS[2], ARGV[1]))
  redis.call('HDEL', KEYS[2], ARGV[1])
end
return 1`

/** Reservations in Redis. It is asked for at most `timeoutMs`, and while it is down not at all. */
export function redisReservations(settings: RedisSettings): Reservations {
  const { ask, close } = connectRedis(settings)
  const keys = (account: string): readonly [string, string] => {
    const slot = `${settings.prefix}held:{${account}}`
    return [`${slot}:until`, `${slot}:amounts`]
  }
  return {
    async reserve({ account, holder, amount, limit, used, lifeMs }) {
      const parameters = [holder, amount, limit, used, Math.max(1, Math.floor(lifeMs))]
      const granted = await ask((redis) => redis.eval(reserveScript, 2, ...keys(account), ...parameters))
      return granted === null ? null : granted === 1
    },
    async release(account, holder) {
      await ask((redis) => redis.eval(releaseScript, 2, ...keys(account), holder))
    },
    close,
  }
}
