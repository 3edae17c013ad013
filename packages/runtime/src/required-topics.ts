import type { Topic } from '@waybill/schemas/topics'
import type { Log } from './log.ts'
import { FatalError, partitionsAreForEver } from './task/fatal.ts'

/**
 * A newer build may have topics that an older deployment has not. Nothing starts without them: what is running of the
 * older build goes on, and one line says what to do.
 * @throws FatalError
 */
export async function requireTopics(
  log: Pick<Log, 'partitionCounts'>,
  topics: readonly Pick<Topic, 'name'>[],
  { topicPrefix, partitions }: { readonly topicPrefix: string; readonly partitions: number },
): Promise<void> {
  const names = topics.map(({ name }) => name)
  const counts = await log.partitionCounts(names)
  const missing = names.filter((name) => (counts.get(name) ?? 0) === 0)
  if (missing.length > 0)
    throw new FatalError(
      'topics_missing',
      `${missing.map((name) => topicPrefix + name).join(', ')}: not there. "waybill topics --create" creates what is ` +
        'missing and changes nothing else; --print shows the commands for an administrator. Then start again.',
    )
  const other = names.filter((name) => counts.get(name) !== partitions)
  if (other.length > 0)
    throw new FatalError(
      'partition_count_changed',
      `${other.map((name) => `${topicPrefix}${name} has ${counts.get(name) ?? 0}`).join(', ')} partitions, and ` +
        `WAYBILL_PARTITIONS is ${partitions}. In a new deployment, set it to the topics' count in every service. ` +
        partitionsAreForEver,
    )
}
