// Faults that happen at a time; those that happen at a step are the world's own.
import type { Random } from './random.ts'
import type { Member, World } from './world.ts'

function someone(world: World, random: Random): Member | undefined {
  const { members: all, taste } = world
  const members = taste.isHot ? all.filter(({ process }) => process.kind === 'anthropic' || random.chance(0.2)) : all
  return members[random.below(members.length)]
}

function outage(world: World, random: Random): void {
  const kind = random.pick(['router', 'normaliser', 'openai', 'anthropic'])
  const ms = random.between(35_000, 60_000)
  world.tell(`no ${kind} for ${ms}`)
  world.outages.set(kind, world.clock.now() + ms)
  for (const { process } of world.members.filter((member) => member.process.kind === kind)) world.kill(process)
}

/** Schedules what the seed has in store. */
export function planFaults(world: World, random: Random): void {
  const { taste, clock } = world
  const plan = (count: number, happen: (member: Member) => void): void => {
    for (let number = 0; number < count; number++)
      clock.schedule(random.below(taste.faultsMs), () => {
        const member = someone(world, random)
        if (member !== undefined && world.isStormy) happen(member)
      })
  }
  plan(taste.kills, ({ process }) => {
    world.kill(process)
  })
  plan(taste.freezes, (member) => {
    world.freeze(member)
  })
  plan(taste.rebalances, ({ process, log }) => {
    if (process.isFrozen) return
    world.tell(`${process.id} joins anew`)
    log.rejoin()
  })
  plan(taste.stops, (member) => {
    world.stop(member)
  })
  plan(taste.outages, () => {
    outage(world, random)
  })
  if (taste.policyTurns)
    plan(3, () => {
      world.turnPolicy()
    })
}
