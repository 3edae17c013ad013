// Partition i of every topic of a group goes to one member; tasks are spread to within one, and few move.
import type { PartitionAssigner } from 'kafkajs'
import kafkajs from 'kafkajs'
import { spread } from '../memory/groups.ts'

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol
const name = 'WaybillTasks'
const version = 1

interface MemberData {
  /** Orders members, whose ids change. */
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

/** @param held the tasks that this member has now: asked at every join */
export const coAssigner =
  (instance: string, held: () => readonly number[]): PartitionAssigner =>
  ({ cluster }) => ({
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
