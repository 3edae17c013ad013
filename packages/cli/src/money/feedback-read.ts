import type { Heard } from '@waybill/routing/feedback/heard'
import type { Cost } from '@waybill/schemas/generated/cost'
import { feedback } from '@waybill/schemas/topics'
import type { Reading } from '../connection.ts'
import { scan } from '../scan.ts'

/** Whether a call brought a usable answer: what duplicates were given, and feedback speaks of. */
export const isAnswer = ({ kind, failure, flags }: Cost): boolean =>
  kind === 'paid' && failure === null && !flags.includes('unusable')

/** All words that there are, wherever their writers have put them. @returns how many records could not be read */
export async function readFeedback(reading: Reading, heard: Heard): Promise<number> {
  // A deployment of an older build has no such topic.
  const count = (await reading.log.partitionCounts([feedback.name])).get(feedback.name) ?? 0
  return scan(reading, feedback, {
    partitions: Array.from({ length: count }, (_, partition) => partition),
    take: ({ value }) => {
      heard.add(value)
    },
  })
}
