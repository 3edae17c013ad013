// `waybill doctor`: what is wrong with a deployment, where, and what to do.
import { parseArgs } from 'node:util'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import { targetsOf } from '@waybill/routing/offers'
import { deadLetters, topics } from '@waybill/schemas/topics'
import type { Settings } from '@waybill/runtime/config'
import { extraCertificates, readSettings, SettingsError, unknownSettings } from '@waybill/runtime/config'
import { describeTopics } from '@waybill/runtime/kafka/admin'
import { adviceOn } from '@waybill/runtime/kafka/advice'
import { kafkaSettings } from '@waybill/runtime/process'
import type { Command, ExitCode } from '../command.ts'
import { say, tell } from '../command.ts'
import { deploymentSettings, registrySettings, withReading } from '../connection.ts'
import { readPolicy } from '../policy/policy-file.ts'
import { deadLetterFindings, readDeadLetters } from './dead-letters-check.ts'
import type { Finding } from './finding.ts'
import { fine, messageOf, wrong } from './finding.ts'
import { groupFindings, groupStates } from './groups-check.ts'
import { doctorPage } from './page.ts'
import { checkRedis } from './redis-check.ts'
import { retirementFindings } from './retirement-check.ts'
import { checkSchemas } from './schemas-check.ts'
import { pinFindings } from './pin-check.ts'
import {
  accountFindings,
  certificateFindings,
  keyFindings,
  securityFindings,
  unknownFindings,
} from './settings-check.ts'
import { topicsFindings } from './topics-check.ts'

const help = `Usage: npm run waybill -- doctor [options]

Looks at the settings, the brokers, the topics, the schemas, the keys, the groups with their lag, the policy and its targets,
Redis and the dead letters. Changes nothing. Says what is wrong, where, and what to do; exits with 1 where something is wrong.

  --json            the findings as one JSON object
  --help            this text

Example: KAFKA_BROKERS=127.0.0.1:19092 SCHEMA_REGISTRY_URL=http://127.0.0.1:18081/apis/ccompat/v7 npm run waybill -- doctor
`

const settingFindings = (error: SettingsError): readonly Finding[] =>
  error.problems.map(({ name, problem }) =>
    wrong('settings', name, problem, 'Correct it in the environment; docs/settings.md lists all settings.'),
  )

function policyFindings(settings: Settings): readonly Finding[] {
  const read = readPolicy(settings.policyFile)
  if ('policy' in read) {
    const { path, policy } = read
    const valid = fine('policy', path, `is valid, version ${policy.version}`)
    const targets = targetsOf(policy, catalogue)
    return [
      valid,
      ...retirementFindings(policy, catalogue, Date.now()),
      ...pinFindings(targets),
      ...accountFindings(targets, settings),
    ]
  }
  return read.problems.map(({ path, problem, hint }) => wrong('policy', `${read.path}, ${path}`, problem, hint))
}

/** What can be told only of brokers that answer, and of topics that are there. */
async function insideKafka(settings: Settings): Promise<readonly Finding[]> {
  const { topicPrefix: prefix, partitions } = settings
  const kafka = kafkaSettings(settings, 'waybill-doctor')
  const rows = topics()
  const described = await describeTopics(
    kafka,
    rows.map(({ name }) => name),
  )
  const found = topicsFindings(rows, described, { prefix, partitions })
  const reached = fine('brokers', settings.kafkaBrokers.join(','), 'answer')
  const counts = new Set(described.map((topic) => topic.partitions))
  const [count = 0] = counts
  // Groups of topics that are missing or unequal have no tasks to speak of.
  if (counts.size > 1 || count === 0) return [reached, ...found]
  return withReading(settings, async (reading) => [
    reached,
    ...found,
    ...groupFindings(await groupStates(kafka, reading.log, count), count),
    ...deadLetterFindings(await readDeadLetters(reading, count), prefix + deadLetters.name),
  ])
}

async function kafkaFindings(settings: Settings): Promise<readonly Finding[]> {
  try {
    return await insideKafka(settings)
  } catch (error) {
    const where = settings.kafkaBrokers.join(',')
    const { problem, todo } = adviceOn(error) ?? {
      problem: messageOf(error),
      todo: 'Check the settings that begin with KAFKA_, and that the brokers run.',
    }
    return [wrong('brokers', where, `cannot be used: ${problem}`, todo)]
  }
}

/** Everything that is looked at. */
async function examine(): Promise<readonly Finding[]> {
  let settings: Settings
  try {
    settings = readSettings()
  } catch (error) {
    if (error instanceof SettingsError) return settingFindings(error)
    throw error
  }
  const own = [
    ...unknownFindings(unknownSettings()),
    ...certificateFindings(extraCertificates()),
    ...securityFindings(settings),
    ...keyFindings(settings),
    ...policyFindings(settings),
  ]
  try {
    deploymentSettings(['kafkaBrokers', 'schemaRegistryUrl'])
  } catch (error) {
    if (error instanceof SettingsError) return [...settingFindings(error), ...own]
    throw error
  }
  tell('Asking the brokers and the registry')
  const [inKafka, inRegistry, inRedis] = await Promise.all([
    kafkaFindings(settings),
    checkSchemas(registrySettings(settings), topics(), settings.topicPrefix),
    checkRedis(settings),
  ])
  return [...own, ...inKafka, ...inRegistry, ...inRedis]
}

async function run(given: readonly string[]): Promise<ExitCode> {
  const { values } = parseArgs({ args: [...given], options: { json: { type: 'boolean', default: false } } })
  const findings = await examine()
  const isWell = findings.every(({ level }) => level !== 'wrong')
  say(values.json ? JSON.stringify({ well: isWell, findings }) : doctorPage(findings))
  return isWell ? 0 : 1
}

export const doctor: Command = { name: 'doctor', summary: 'say what is wrong with a deployment', help, run }
