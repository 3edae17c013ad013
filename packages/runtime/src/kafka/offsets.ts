// A group's committed offsets: for lag tools only. kafkajs's admin takes five seconds for them, and may commit what it reads.
import type { Offsets } from '../log.ts'
import { toLogError } from './errors.ts'
import type { Broker, Cluster } from './internals.ts'
import type { Identity } from './membership.ts'
import type { CompleteSettings } from './settings.ts'
import { persist } from './transactions.ts'

const groupCoordinator = 0
/** What the coordinator of a group without members takes for an administrator. */
const nobody: Identity = { memberId: '', generation: -1 }

export interface OffsetsContext {
  readonly cluster: Cluster
  readonly settings: CompleteSettings
}

const coordinatorOf = ({ cluster, settings }: OffsetsContext, group: string): Promise<Broker> =>
  cluster.findGroupCoordinator({ groupId: settings.prefix + group, coordinatorType: groupCoordinator })

/** @param identity ours in the group, if this process is a member of it */
export async function commitOffsets(
  context: OffsetsContext,
  group: string,
  partition: number,
  next: Offsets,
  { memberId, generation }: Identity = nobody,
): Promise<void> {
  const { prefix, requestTimeoutMs } = context.settings
  const topics = Object.entries(next).map(([topic, offset]) => ({
    topic: prefix + topic,
    partitions: [{ partition, offset: String(offset) }],
  }))
  try {
    await persist(requestTimeoutMs, async () => {
      const coordinator = await coordinatorOf(context, group)
      await coordinator.offsetCommit({ groupId: prefix + group, memberId, groupGenerationId: generation, topics })
    })
  } catch (error) {
    throw toLogError(error, `committing offsets of ${group}`)
  }
}

export async function committedOffsets(
  context: OffsetsContext,
  group: string,
  partition: number,
  topics: readonly string[],
): Promise<Offsets> {
  const { prefix, requestTimeoutMs } = context.settings
  try {
    const { responses } = await persist(requestTimeoutMs, async () =>
      (await coordinatorOf(context, group)).offsetFetch({
        groupId: prefix + group,
        topics: topics.map((topic) => ({ topic: prefix + topic, partitions: [{ partition }] })),
      }),
    )
    const found = responses.flatMap(({ topic, partitions }) =>
      partitions
        .filter(({ offset }) => Number(offset) >= 0)
        .map(({ offset }) => [topic.slice(prefix.length), Number(offset)] as const),
    )
    return Object.fromEntries(found)
  } catch (error) {
    throw toLogError(error, `reading offsets of ${group}`)
  }
}
