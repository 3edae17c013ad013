// What every log must do for the members of a group. It runs on whatever log it is given.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Log, Membership } from '../log.ts'
import type { Case } from './observe.ts'
import { topicOf, until } from './observe.ts'

export const memberCases: readonly Case[] = [
  [
    'members share the tasks, and who leaves hands them over',
    async (cluster) => {
      const topics = [await topicOf(cluster), await topicOf(cluster)]
      const group = randomUUID()
      const owned = new Map<string, readonly number[]>()
      const join = async (member: string): Promise<{ leave(): Promise<void>; confirmed(): Promise<void> }> =>
        (await cluster.client()).join({
          group,
          topics,
          onAssigned: (partitions) =>
            void owned.set(
              member,
              partitions.toSorted((x, y) => x - y),
            ),
          onLost: () => undefined,
        })
      const first = await join('a')
      await until(() => owned.get('a')?.length === 2)
      await first.confirmed()
      const second = await join('b')
      await until(() => owned.get('a')?.length === 1 && owned.get('b')?.length === 1)
      assert.deepEqual(
        [...(owned.get('a') ?? []), ...(owned.get('b') ?? [])].toSorted((x, y) => x - y),
        [0, 1],
      )
      await first.leave()
      await until(() => owned.get('b')?.length === 2)
      await second.leave()
    },
  ],

  [
    'a group whose members come, go and die shares its tasks in the end, each with one member',
    async (cluster) => {
      const topics = [await topicOf(cluster), await topicOf(cluster)]
      const group = randomUUID()
      const owned = new Map<number, readonly number[]>()
      const joined = new Map<number, { readonly log: Log; readonly membership: Membership }>()
      const join = async (member: number): Promise<void> => {
        const log = await cluster.client()
        const membership = await log.join({
          group,
          topics,
          onAssigned: (partitions) => void owned.set(member, partitions),
          onLost: () => undefined,
        })
        joined.set(member, { log, membership })
      }
      const out = (member: number): void => {
        owned.delete(member)
        joined.delete(member)
      }
      const shared = (): boolean => {
        const shares = [...owned.values()].filter((partitions) => partitions.length > 0)
        return (
          owned.size === joined.size &&
          shares
            .flat()
            .toSorted((x, y) => x - y)
            .join() === '0,1'
        )
      }
      await Promise.all([0, 1, 2].map(join))
      await until(shared)
      for (let round = 3; round < 9; round++) {
        const [oldest = 0] = joined.keys()
        const member = joined.get(oldest)
        out(oldest)
        if (round % 2 === 0) await member?.membership.leave()
        else if (member !== undefined) cluster.kill(member.log)
        await join(round)
      }
      await until(shared)
      await Promise.all([...joined.values()].map(({ membership }) => membership.confirmed()))
      await Promise.all([...joined.values()].map(({ membership }) => membership.leave()))
    },
  ],

  [
    'who leaves in the moment of joining does not come back, and holds no task',
    async (cluster) => {
      const topic = await topicOf(cluster)
      for (let round = 0; round < 5; round++) {
        const group = randomUUID()
        const gone = await cluster.client()
        const joined = Promise.withResolvers<undefined>()
        const hasty = await gone.join({
          group,
          topics: [topic],
          onAssigned: () => {
            joined.resolve(undefined)
          },
          onLost: () => undefined,
        })
        await joined.promise
        await hasty.leave()
        const held: number[] = []
        const patient = await (
          await cluster.client()
        ).join({
          group,
          topics: [topic],
          onAssigned: (partitions) => void held.push(partitions.length),
          onLost: () => undefined,
        })
        await until(() => held.at(-1) === 2)
        // A ghost that comes back asks for its share within this time.
        for (let beats = 0; beats < 4; beats++) await patient.confirmed()
        assert.deepEqual(held, [2])
        await patient.leave()
      }
    },
  ],
]
