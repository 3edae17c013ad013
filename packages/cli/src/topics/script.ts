// What an administrator runs where this program may not create topics itself.
import type { Topic } from '@waybill/schemas/topics'
import { topicConfig } from '@waybill/runtime/kafka/admin'

export interface Numbers {
  readonly prefix: string
  readonly partitions: number
  /** -1 is the broker's default. */
  readonly replicationFactor: number
}

export interface PlannedTopic {
  readonly topic: string
  readonly partitions: number
  readonly replicationFactor: number
  readonly config: Readonly<Record<string, string>>
  readonly doc: string
}

export const plannedTopics = (rows: readonly Topic[], { prefix, ...numbers }: Numbers): readonly PlannedTopic[] =>
  rows.map((row) => ({ topic: prefix + row.name, ...numbers, config: topicConfig(row), doc: row.doc }))

const quoted = (text: string): string => (/^[\w.:,=-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

function command({ topic, partitions, replicationFactor, config, doc }: PlannedTopic, connection: string): string {
  const parts = [
    `kafka-topics.sh ${connection} --create --if-not-exists --topic ${quoted(topic)} --partitions ${partitions}`,
    ...(replicationFactor > 0 ? [`  --replication-factor ${replicationFactor}`] : []),
    ...Object.entries(config).map(([name, value]) => `  --config ${quoted(`${name}=${value}`)}`),
  ]
  return `# ${doc}\n${parts.join(' \\\n')}\n`
}

/** A shell script. Running it again changes nothing. */
export function topicScript(planned: readonly PlannedTopic[], brokers: readonly string[], secured: boolean): string {
  const bootstrap = brokers.length === 0 ? '"$KAFKA_BROKERS"' : quoted(brokers.join(','))
  const connection = `--bootstrap-server ${bootstrap}${secured ? ' --command-config client.properties' : ''}`
  const intro = secured ? '# client.properties holds security.protocol, sasl.mechanism and sasl.jaas.config.\n' : ''
  return `#!/bin/sh\nset -e\n${intro}\n${planned.map((topic) => command(topic, connection)).join('\n')}`
}
