// What can be done to a running platform. Each fault ends when the platform could be whole again.
import { Redis } from 'ioredis'
import type { Platform } from '@waybill/cli/platform/platform'
import type { Supervised } from '@waybill/cli/platform/supervisor'

/** Whole numbers below `most`. */
export type Dice = (most: number) => number

/** @returns what was done, for a person */
type Strike = () => Promise<string>

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const oneOf = <Item>(items: readonly Item[], roll: Dice): Item => {
  const item = items[roll(items.length)]
  if (item === undefined) throw new Error('There is nothing to choose from.')
  return item
}

/** Longer than the session of a member, so that its tasks are given to others while it sleeps. */
const longSleepMs = 8_000
const outageMs = 2_000

function kill({ services }: Platform, roll: Dice): Strike {
  return () => {
    const victim = oneOf(services, roll)
    victim.kill()
    return Promise.resolve(`kill -9 ${victim.program.name}`)
  }
}

function killBroker({ stack: { broker } }: Platform, roll: Dice): Strike {
  return async () => {
    if (broker === undefined) throw new Error('The broker is not ours.')
    await broker.kill9()
    const downMs = roll(outageMs)
    await sleep(downMs)
    await broker.start()
    return `kill -9 the broker, down for ${downMs} ms`
  }
}

/** Up to longer than the sessions of all members, and than requests wait for an answer. */
const longestStallMs = 20_000

function stallBroker({ stack: { broker } }: Platform, roll: Dice): Strike {
  return async () => {
    if (broker === undefined) throw new Error('The broker is not ours.')
    const stallMs = roll(longestStallMs)
    await broker.stall(stallMs)
    return `SIGSTOP the broker for ${stallMs} ms`
  }
}

function putToSleep({ services }: Platform, roll: Dice): Strike {
  return async () => {
    const victim = oneOf(services, roll)
    await victim.stall(longSleepMs)
    return `SIGSTOP ${victim.program.name} for ${longSleepMs} ms`
  }
}

type Copy = ReadonlyMap<string, Buffer>

async function copyOf(redis: Redis): Promise<Copy> {
  const copy = new Map<string, Buffer>()
  for (const key of await redis.keys('*')) {
    const value = await redis.dumpBuffer(key)
    if (value !== null) copy.set(key, value)
  }
  return copy
}

/** Killed and empty, then flushed, then what an older copy held; and always a router that has nothing but Redis to remember by. */
function hurtRedis({ services, stack: { redis, redisUrl = '' } }: Platform, roll: Dice): Strike {
  let [strikes, old]: [number, Copy] = [0, new Map()]
  const ways: readonly ((client: Redis) => Promise<string>)[] = [
    async () => {
      if (redis === undefined) throw new Error('Redis is not ours.')
      await redis.kill9()
      await sleep(outageMs)
      await redis.start()
      return 'kill -9 Redis'
    },
    async (client) => {
      old = await copyOf(client)
      await client.flushall()
      return `flushed ${old.size} answers from Redis`
    },
    async (client) => {
      await client.flushall()
      for (const [key, value] of old) await client.restore(key, 60_000, value)
      return `restored ${old.size} old answers in Redis`
    },
  ]
  const routers = services.filter(({ program }) => program.name.startsWith('router'))
  return async () => {
    const way = ways[strikes++ % ways.length]
    const client = new Redis(redisUrl)
    client.on('error', () => undefined)
    try {
      const router = oneOf(routers, roll)
      router.kill()
      return `${(await way?.(client)) ?? ''}, kill -9 ${router.program.name}`
    } finally {
      client.disconnect()
    }
  }
}

/** A service that starts in the outage needs the registry. */
function killRegistry({ services, stack: { registry } }: Platform, roll: Dice): Strike {
  return async () => {
    if (registry === undefined) throw new Error('The registry is not ours.')
    await registry.kill9()
    const victim = oneOf(services, roll)
    victim.kill()
    await sleep(outageMs)
    await registry.start()
    return `kill -9 the registry, and ${victim.program.name} while it is down`
  }
}

const patienceMs = 30_000

async function restarted(service: Supervised): Promise<void> {
  const { readies } = service
  service.kill('SIGTERM')
  for (const end = Date.now() + patienceMs; service.readies === readies; await sleep(50))
    if (Date.now() > end) throw new Error(`${service.program.name} has not come back within ${patienceMs} ms`)
}

function rollingRestart({ services }: Platform): Strike {
  return async () => {
    for (const service of services) await restarted(service)
    return `restarted ${services.length} services, one after the other`
  }
}

export const faults = {
  kill,
  broker: killBroker,
  stall: stallBroker,
  sleep: putToSleep,
  redis: hurtRedis,
  registry: killRegistry,
  rolling: rollingRestart,
} satisfies Readonly<Record<string, (platform: Platform, roll: Dice) => Strike>>

export type FaultName = keyof typeof faults

/** What no service can do anything against. */
export const strikesBroker: ReadonlySet<FaultName> = new Set(['broker', 'stall'])

export const isFaultName = (name: string): name is FaultName => Object.hasOwn(faults, name)
