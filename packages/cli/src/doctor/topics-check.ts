// Whether the topics are what the table says. What differs is named with what it breaks.
import type { Topic } from '@waybill/schemas/topics'
import type { describeTopics } from '@waybill/runtime/kafka/admin'
import { partitionsAreForEver } from '@waybill/runtime/task/fatal'
import { topicConfig } from '@waybill/runtime/kafka/admin'
import { duration } from '../terminal.ts'
import type { Finding } from './finding.ts'
import { fine, notice, wrong } from './finding.ts'

type DescribedTopic = Awaited<ReturnType<typeof describeTopics>>[number]

/** Prompts and answers are kept for no longer than this. */
const contentMaxAgeMs = 24 * 3_600_000

const area = 'topics'

interface Expected {
  readonly prefix: string
  readonly partitions: number
}

type Check = (row: Topic, config: DescribedTopic['config'], where: string) => Finding | undefined

const alter = (where: string, name: string, value: string): string =>
  `kafka-configs.sh --alter --entity-type topics --entity-name ${where} --add-config ${name}=${value}`

const numberOf = (config: DescribedTopic['config'], name: string): number => Number(config[name] ?? Number.NaN)

/** A setting that must be exactly what the table says. */
const exactly =
  (name: string, breaks: string): Check =>
  (row, config, where) => {
    const expected = topicConfig(row)[name] ?? ''
    const found = config[name]
    if (found === undefined || found === expected) return undefined
    return wrong(area, where, `${name} is ${found}, not ${expected}: ${breaks}`, alter(where, name, expected))
  }

const sizes: Check = (row, config, where) => {
  const found = numberOf(config, 'max.message.bytes')
  if (!(found < row.maxMessageBytes)) return undefined
  const what = `max.message.bytes is ${found}, less than ${row.maxMessageBytes}: large records are refused`
  return wrong(area, where, what, alter(where, 'max.message.bytes', String(row.maxMessageBytes)))
}

const told = (ms: number): string => (ms < 0 ? 'unlimited' : duration(ms))
const isLonger = (ms: number, than: number): boolean => ms < 0 || ms > than

const retention: Check = (row, config, where) => {
  const found = numberOf(config, 'retention.ms')
  if (row.retentionMs === null || Number.isNaN(found)) return undefined
  const change = alter(where, 'retention.ms', String(row.retentionMs))
  if (row.content && isLonger(found, contentMaxAgeMs))
    return wrong(
      area,
      where,
      `retention.ms is ${told(found)}: it holds prompts or answers, which are kept for 24 h at most`,
      change,
    )
  if (found >= 0 && found < row.retentionMs)
    return wrong(
      area,
      where,
      `retention.ms is ${told(found)}, less than ${told(row.retentionMs)}: records are gone before they may be needed`,
      change,
    )
  return undefined
}

/** Only closed segments are deleted or compacted. */
const segments: Check = (row, config, where) => {
  const found = numberOf(config, 'segment.ms')
  if (!(found > row.segmentMs)) return undefined
  const what = `segment.ms is ${told(found)}, more than ${told(row.segmentMs)}: records outlive their retention, and restores grow`
  return notice(area, where, what, alter(where, 'segment.ms', String(row.segmentMs)))
}

const checks: readonly Check[] = [
  exactly('cleanup.policy', 'state is lost, or grows for ever'),
  exactly('message.timestamp.type', "a stranger's clock would decide deadlines and retention"),
  sizes,
  retention,
  segments,
]

function topicFindings(row: Topic, found: DescribedTopic, { prefix, partitions }: Expected): readonly Finding[] {
  const where = prefix + row.name
  if (found.partitions === 0)
    return [
      wrong(
        area,
        where,
        'is not there',
        '"waybill topics --create" creates it; --print shows the commands for an administrator.',
      ),
    ]
  const count =
    found.partitions === partitions
      ? []
      : [
          wrong(
            area,
            where,
            `has ${found.partitions} partitions, and WAYBILL_PARTITIONS is ${partitions}: a hash has another home for each`,
            `In a new deployment, set WAYBILL_PARTITIONS to the topics’ count in every service. ${partitionsAreForEver}`,
          ),
        ]
  return [...count, ...checks.flatMap((check) => check(row, found.config, where) ?? [])]
}

/** Every topic of the table beside what the brokers have. */
export function topicsFindings(
  rows: readonly Topic[],
  described: readonly DescribedTopic[],
  expected: Expected,
): readonly Finding[] {
  const found = new Map(described.map((topic) => [topic.name, topic]))
  const findings = rows.flatMap((row) =>
    topicFindings(row, found.get(row.name) ?? { name: row.name, partitions: 0, config: {} }, expected),
  )
  const isFine = findings.every(({ level }) => level !== 'wrong')
  const where = `${expected.prefix}*`
  return isFine
    ? [
        fine(
          area,
          where,
          `all ${rows.length} are there with ${expected.partitions} partitions and the settings that they need`,
        ),
        ...findings,
      ]
    : findings
}
