// `waybill topics`: prints what a deployment needs, or creates it.
import { parseArgs } from 'node:util'
import { topics as topicTable } from '@waybill/schemas/topics'
import { readSettings } from '@waybill/runtime/config'
import { createTopics } from '@waybill/runtime/kafka/admin'
import { kafkaSettings, registerSchemas } from '@waybill/runtime/process'
import type { Command, ExitCode } from '../command.ts'
import { say, tell, UsageError } from '../command.ts'
import { deploymentSettings } from '../connection.ts'
import { counted } from '../terminal.ts'
import { plannedTopics, topicScript } from './script.ts'

const help = `Usage: npm run waybill -- topics --print|--create [options]

The topics of a deployment, with the partitions, replicas and prefix of the settings.

  --print           the commands that create them, for who may do so (needs no broker)
  --user NAME       with --print: also the rights that the services need, for this user
  --create          create what is not there, and register the schemas; what is there is not changed
  --json            the topics as one JSON object
  --help            this text

Example: WAYBILL_PARTITIONS=12 WAYBILL_REPLICATION=3 npm run --silent waybill -- topics --print > topics.sh
`

async function create(): Promise<void> {
  const settings = deploymentSettings(['kafkaBrokers', 'schemaRegistryUrl'])
  const { partitions, replicationFactor } = settings
  tell('Creating topics')
  await createTopics(kafkaSettings(settings, 'waybill-topics'), topicTable(), { partitions, replicationFactor })
  tell('Registering schemas')
  await registerSchemas(settings)
}

async function run(given: readonly string[]): Promise<ExitCode> {
  const { values } = parseArgs({
    args: [...given],
    options: {
      print: { type: 'boolean', default: false },
      create: { type: 'boolean', default: false },
      user: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  if (values.print === values.create) throw new UsageError('Say either --print or --create.')
  const settings = readSettings()
  const { topicPrefix: prefix, partitions, replicationFactor, kafkaBrokers, kafkaTls, kafkaSaslMechanism } = settings
  const planned = plannedTopics(topicTable(), { prefix, partitions, replicationFactor })
  if (values.create) await create()
  if (values.json) say(JSON.stringify({ topics: planned }))
  else if (values.print)
    say(
      topicScript(planned, {
        brokers: kafkaBrokers,
        secured: kafkaTls || kafkaSaslMechanism !== '',
        prefix,
        user: values.user,
      }),
    )
  else
    say(`${counted(planned.length, 'topic')} with the prefix "${prefix}" are there, and their schemas are registered.`)
  return 0
}

export const topics: Command = { name: 'topics', summary: 'print or create the topics', help, run }
