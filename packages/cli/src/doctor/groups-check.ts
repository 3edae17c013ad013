// Whether somebody works in each group, and how far behind it is.
import { dispatches, late, providers, rekeyed, requests, responses, results } from '@waybill/schemas/topics'
import type { Topic } from '@waybill/schemas/topics'
import { groupMembers } from '@waybill/runtime/kafka/admin'
import type { KafkaSettings } from '@waybill/runtime/kafka/settings'
import type { Log } from '@waybill/runtime/log'
import { counted } from '../terminal.ts'
import type { Finding } from './finding.ts'
import { fine, notice, wrong } from './finding.ts'

const area = 'groups'
/** Where lag begins to be a delay that callers notice. */
const muchLag = 1_000

export interface Group {
  readonly name: string
  readonly inputs: readonly Topic[]
  /** What does not happen without it. */
  readonly task: string
}

export const groups: readonly Group[] = [
  { name: 'router', inputs: [responses, rekeyed, requests], task: 'no request is decided, and none is replied to' },
  ...providers.map((provider) => ({
    name: `worker.${provider}`,
    inputs: [late(provider), dispatches(provider)],
    task: `no call to ${provider} is made`,
  })),
  { name: 'normaliser', inputs: [results], task: 'no answer is read, and no cost is recorded' },
  { name: 'stats', inputs: [results], task: 'decisions use the declared latencies instead of measured ones' },
]

export interface GroupState {
  readonly group: Group
  readonly members: number
  /** Offsets between what was read and what there is; transaction markers count. */
  readonly lag: number
}

async function lagOf(log: Log, { name, inputs }: Group, partitions: number): Promise<number> {
  const each = Array.from({ length: partitions }, async (_, partition) => {
    const committed = await log.committedOffsets(
      name,
      partition,
      inputs.map((topic) => topic.name),
    )
    const behind = inputs.map(async (topic) => {
      const { start, end } = await log.range(topic.name, partition)
      return Math.max(0, end - Math.max(start, committed[topic.name] ?? start))
    })
    return (await Promise.all(behind)).reduce((sum, lag) => sum + lag, 0)
  })
  return (await Promise.all(each)).reduce((sum, lag) => sum + lag, 0)
}

export async function groupStates(kafka: KafkaSettings, log: Log, partitions: number): Promise<readonly GroupState[]> {
  return Promise.all(
    groups.map(async (group) => ({
      group,
      members: (await groupMembers(kafka, group.name)).length,
      lag: await lagOf(log, group, partitions),
    })),
  )
}

export function groupFindings(states: readonly GroupState[], partitions: number): readonly Finding[] {
  return states.map(({ group: { name, task }, members, lag }) => {
    const behind = `${counted(lag, 'offset')} behind`
    if (members === 0)
      return wrong(
        area,
        name,
        `has no member (${behind}): ${task}`,
        'Start it ("waybill up", or your own deployment), and look at its log if it does not stay.',
      )
    const what = `${counted(members, 'member')}, ${behind}`
    if (lag >= muchLag) {
      const more = members < partitions ? 'Add processes (--replicas)' : `${partitions} partitions bear no more members`
      return notice(area, name, what, `${more}; if the lag does not fall, look at its log for errors.`)
    }
    return fine(area, name, what)
  })
}
