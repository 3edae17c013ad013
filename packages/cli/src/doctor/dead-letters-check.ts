import type { DeadLetter } from '@waybill/schemas/generated/dead-letter'
import { deadLetters } from '@waybill/schemas/topics'
import type { Reading } from '../connection.ts'
import { scan } from '../scan.ts'
import { counted } from '../terminal.ts'
import type { Finding } from './finding.ts'
import { fine, notice } from './finding.ts'

const area = 'dead letters'
/** Of each partition: a dead letter may hold a MiB. */
const newest = 500

export type DeadKind = Pick<DeadLetter, 'stage' | 'reason' | 'topic' | 'partition' | 'offset' | 'detail'>

export async function readDeadLetters(reading: Reading, partitions: number): Promise<readonly DeadKind[]> {
  const found: DeadKind[] = []
  await scan(reading, deadLetters, {
    partitions: Array.from({ length: partitions }, (_, partition) => partition),
    newest,
    take({ value: { stage, reason, topic, partition, offset, detail } }) {
      found.push({ stage, reason, topic, partition, offset, detail })
    },
  })
  return found
}

/** One finding for each group, topic and reason, with an example. */
export function deadLetterFindings(found: readonly DeadKind[], where: string): readonly Finding[] {
  if (found.length === 0) return [fine(area, where, 'there are none')]
  const kinds = Map.groupBy(found, ({ stage, reason, topic }) => `${stage} ${topic} ${reason}`)
  return [...kinds.values()].flatMap((kind) => {
    const last = kind.at(-1)
    if (last === undefined) return []
    const { stage, reason, topic, partition, offset, detail } = last
    const what = `${counted(kind.length, 'record')} of ${topic} could not be processed by ${stage}: ${reason}`
    const example = `The last one is ${topic}/${partition}/${offset}${detail === null ? '' : `: ${detail}`}.`
    return [notice(area, where, what, `${example} Find its producer; the record itself is kept in ${where} for a day.`)]
  })
}
