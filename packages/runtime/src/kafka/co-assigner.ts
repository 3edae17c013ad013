// Partition i of every topic of a group goes to one member; tasks are spread to within one, and few move.
import type { PartitionAssigner } from 'kafkajs'
import kafkajs from 'kafkajs'
import { spread } from '../memory/groups.ts'
import type { Cluster } from './internals.ts'
import { insideOf } from './internals.ts'

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol
const name = 'WaybillTasks'
const version = 1

interface MemberData {
  readonly instance: string
  readonly tasks: readonly number[]
}

function dataOf(metadata: Buffer): MemberData {
  const text = MemberMetadata.decode(metadata)?.userData.toString() ?? ''
  try {
    const data: Partial<MemberData> | null = JSON.parse(text)
    const tasks = Array.isArray(data?.tasks) ? data.tasks : []
    return { instance: String(data?.instance), tasks }
  } catch {
    return { instance: '', tasks: [] }
  }
}

/** Which tasks each member gets, by member id. */
export function assign(
  members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[],
  partitions: number,
): ReadonlyMap<string, readonly number[]> {
  const known = members
    .map(({ memberId, memberMetadata }) => ({ memberId, ...dataOf(memberMetadata) }))
    .toSorted((a, b) => (a.instance < b.instance ? -1 : 1))
  const shares = spread(
    known.map(({ tasks }) => tasks),
    partitions,
  )
  return new Map(known.map(({ memberId }, index) => [memberId, shares[index] ?? []]))
}

/** kafkajs keeps the generation of a group to itself until the first heartbeat, and offsets cannot be committed without. */
function tellGenerations({ brokerPool }: Cluster, joined: (generation: number) => void): void {
  const { createBroker } = brokerPool
  brokerPool.createBroker = (options) => {
    const broker = createBroker(options)
    const joinGroup = broker.joinGroup.bind(broker)
    broker.joinGroup = async (ask) => {
      const answer = await joinGroup(ask)
      joined(answer.generationId)
      return answer
    }
    return broker
  }
}

export interface AssignerOptions {
  /** Orders members, whose ids change. */
  readonly instance: string
  /** The tasks that this member has now: asked at every join. */
  readonly held: () => readonly number[]
  readonly joined: (generation: number) => void
}

export const coAssigner =
  ({ instance, held, joined }: AssignerOptions): PartitionAssigner =>
  ({ cluster }) => {
    tellGenerations(insideOf(cluster), joined)
    return assignerOf(cluster, instance, held)
  }

const assignerOf = (
  cluster: Parameters<PartitionAssigner>[0]['cluster'],
  instance: string,
  held: () => readonly number[],
): ReturnType<PartitionAssigner> => ({
  name,
  version,
  protocol: ({ topics }) => ({
    name,
    metadata: MemberMetadata.encode({
      version,
      topics,
      userData: Buffer.from(JSON.stringify({ instance, tasks: held() } satisfies MemberData)),
    }),
  }),
  assign({ members, topics }) {
    const counts = new Map(topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).length]))
    const shares = assign(members, Math.max(0, ...counts.values()))
    const assignments = members.map(({ memberId }) => {
      const tasks = shares.get(memberId) ?? []
      const assignment = Object.fromEntries(
        topics.map((topic) => [topic, tasks.filter((task) => task < (counts.get(topic) ?? 0))]),
      )
      return {
        memberId,
        memberAssignment: MemberAssignment.encode({ version, assignment, userData: Buffer.alloc(0) }),
      }
    })
    return Promise.resolve(assignments)
  },
})
