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

/** All that a user may do whom the services and commands run as: nothing beyond the prefix, and no topic of its own. */
function grants(prefix: string, user: string, connection: string): string {
  const grant = (about: string, operations: readonly string[], resource: string): string => {
    const what = prefix === '' ? `${resource} '*'` : `${resource} ${quoted(prefix)} --resource-pattern-type prefixed`
    const may = operations.map((operation) => `--operation ${operation}`).join(' ')
    return `# ${about}\nkafka-acls.sh ${connection} --add --allow-principal ${quoted(`User:${user}`)} \\\n  ${may} \\\n  ${what}\n`
  }
  return [
    grant('Records; DescribeConfigs is for "waybill doctor".', ['Read', 'Write', 'DescribeConfigs'], '--topic'),
    grant('Membership, and positions for lag tools.', ['Read'], '--group'),
    grant('Transactions.', ['Write'], '--transactional-id'),
  ].join('\n')
}

export interface ScriptOptions {
  readonly brokers: readonly string[]
  /** Whether a file tells the tools how to get in. */
  readonly secured: boolean
  readonly prefix: string
  /** Who gets the rights that the services need; undefined for nobody. */
  readonly user: string | undefined
}

/** A shell script. Running it again changes nothing. */
export function topicScript(planned: readonly PlannedTopic[], options: ScriptOptions): string {
  const { brokers, secured, prefix, user } = options
  const bootstrap = brokers.length === 0 ? '"$KAFKA_BROKERS"' : quoted(brokers.join(','))
  const connection = `--bootstrap-server ${bootstrap}${secured ? ' --command-config client.properties' : ''}`
  const intro = secured ? '# client.properties holds security.protocol, sasl.mechanism and sasl.jaas.config.\n' : ''
  const created = planned.map((topic) => command(topic, connection)).join('\n')
  const granted = user === undefined ? '' : `\n${grants(prefix, user, connection)}`
  return `#!/bin/sh\nset -e\n${intro}\n${created}${granted}`
}
