// Faults that happen at a time; those that happen at a step are the world's own.
import type { Happening } from './coverage.ts'
import type { Member } from './crew.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

function someone({ crew, taste }: World, random: Random): Member | undefined {
  const all = crew.members
  const members = taste.isHot ? all.filter(({ process }) => process.kind === 'anthropic' || random.chance(0.2)) : all
  return members[random.below(members.length)]
}

function outage({ crew, coverage }: World, random: Random): void {
  coverage.count('outage beyond every deadline')
  crew.outage(random.pick(['router', 'normaliser', 'stats', 'openai', 'anthropic']), random.between(35_000, 60_000))
}

const restored = ['Redis restored old', ({ redis }: World, random: Random) => redis.restore(random)] as const

const redisFaults: readonly (readonly [Happening, (world: World, random: Random) => boolean])[] = [
  [
    'Redis gone',
    ({ redis }, random) => {
      redis.goneFor(random.pick([1_000, 3_000, 10_000]))
      return true
    },
  ],
  [
    'Redis slow',
    ({ redis }, random) => {
      redis.slowFor(random.between(500, 3_000))
      return true
    },
  ],
  [
    'Redis flushed',
    ({ redis }) => {
      redis.flush()
      return true
    },
  ],
  // The others leave nothing that could be wrong.
  restored,
  restored,
]

function redisFault(world: World, random: Random): void {
  const [name, happen] = redisFaults[random.below(redisFaults.length)] ?? []
  if (name === undefined || happen?.(world, random) !== true) return
  world.tell(name)
  world.coverage.count(name)
}

type At = (count: number, happen: () => void) => void

/** Schedules what the seed has in store. */
export function planFaults(world: World, random: Random): void {
  const at: At = (count, happen) => {
    for (let number = 0; number < count; number++)
      world.clock.schedule(random.below(world.taste.faultsMs), () => {
        if (world.isStormy) happen()
      })
  }
  planMembers(world, random, at)
  planMoves(world, random, at)
  planStores(world, random, at)
  at(world.taste.policyTurns ? 3 : 0, () => {
    world.turnPolicy()
  })
}

function planMembers(world: World, random: Random, at: At): void {
  const { taste, crew, coverage } = world
  const plan = (count: number, happen: (member: Member) => void): void => {
    at(count, () => {
      const member = someone(world, random)
      if (member !== undefined) happen(member)
    })
  }
  plan(taste.kills, ({ process }) => {
    coverage.count('killed at a time')
    crew.kill(process)
  })
  plan(taste.freezes, (member) => {
    crew.freeze(member)
  })
  plan(taste.rebalances, (member) => {
    coverage.count('rebalance')
    crew.rejoin(member)
  })
  plan(taste.stops, (member) => {
    coverage.count('clean stop')
    crew.stop(member)
  })
  at(taste.outages, () => {
    outage(world, random)
  })
}

/** Of those who make no calls. */
function planMoves({ taste, crew }: World, random: Random, at: At): void {
  at(taste.naps, () => {
    const [napper] = random.chance(0.7) ? crew.of('router') : crew.of('stats')
    if (napper !== undefined) crew.freeze(napper)
  })
  at(taste.moves, () => {
    const [mover] = crew.of(random.pick(['router', 'stats']))
    if (mover !== undefined) crew.rejoin(mover)
  })
}

/** Of the log and Redis. */
function planStores(world: World, random: Random, at: At): void {
  const { taste, cleaner, redis, registry, coverage } = world
  at(taste.registryOutages, () => {
    const ms = random.pick([3_000, 20_000, 45_000])
    world.tell(`no registry for ${ms}`)
    coverage.count('registry down')
    registry.downFor(ms)
  })
  at(taste.copies, () => {
    world.copyOrder(random)
  })
  at(taste.compactions, () => {
    cleaner.compact()
  })
  at(taste.deletions, () => {
    cleaner.deleteResponses(random)
  })
  if (!taste.hasRedis) return
  at(taste.redisFaults, () => {
    redis.save()
  })
  at(taste.redisFaults, () => {
    redisFault(world, random)
  })
}
