// Does with a broker what `waybill topics --print` prints: what the shell makes of it, option by option.
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { AclEntry, ITopicConfig } from 'kafkajs'
import kafkajs from 'kafkajs'
import { environmentWith } from '@waybill/runtime/config'

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, logLevel, ResourcePatternTypes } = kafkajs

export interface Access {
  readonly brokers: readonly string[]
  readonly ca: Buffer
  readonly username: string
  readonly password: string
}

const text = { type: 'string' } as const
const connection = { 'bootstrap-server': text, 'command-config': text } as const

function topicOf(given: readonly string[]): ITopicConfig {
  const { values } = parseArgs({
    args: [...given],
    options: {
      ...connection,
      create: { type: 'boolean' },
      'if-not-exists': { type: 'boolean' },
      topic: text,
      partitions: text,
      config: { type: 'string', multiple: true },
    },
  })
  const { topic = '', partitions, config = [] } = values
  const configEntries = config.map((entry) => {
    const at = entry.indexOf('=')
    return { name: entry.slice(0, at), value: entry.slice(at + 1) }
  })
  return { topic, numPartitions: Number(partitions), configEntries }
}

const operations: Readonly<Record<string, number>> = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  DescribeConfigs: AclOperationTypes.DESCRIBE_CONFIGS,
}

function rightsOf(given: readonly string[]): readonly AclEntry[] {
  const { values } = parseArgs({
    args: [...given],
    options: {
      ...connection,
      add: { type: 'boolean' },
      'allow-principal': text,
      operation: { type: 'string', multiple: true },
      topic: text,
      group: text,
      'transactional-id': text,
      'resource-pattern-type': text,
    },
  })
  const { topic, group, 'transactional-id': transactional, operation = [], 'allow-principal': principal = '' } = values
  assert.equal(values['resource-pattern-type'], 'prefixed')
  const common = {
    resourceName: topic ?? group ?? transactional ?? '',
    resourceType:
      topic === undefined
        ? group === undefined
          ? AclResourceTypes.TRANSACTIONAL_ID
          : AclResourceTypes.GROUP
        : AclResourceTypes.TOPIC,
    resourcePatternType: ResourcePatternTypes.PREFIXED,
    principal,
    host: '*',
    permissionType: AclPermissionTypes.ALLOW,
  }
  return operation.map((name) => ({ ...common, operation: operations[name] ?? assert.fail(`no right ${name}`) }))
}

/** Programs of Kafka's names that only write down how they were called. */
function notingTools(folder: string): { readonly path: string; readonly orders: string } {
  const [path, orders] = [join(folder, 'tools'), join(folder, 'orders')]
  mkdirSync(path)
  writeFileSync(orders, '')
  for (const name of ['kafka-topics', 'kafka-acls']) {
    const file = join(path, `${name}.sh`)
    writeFileSync(file, `#!/bin/sh\n{ printf '%s\\t' ${name} "$@"; echo; } >>'${orders}'\n`)
    chmodSync(file, 0o755)
  }
  return { path, orders }
}

/**
 * @param script what was printed
 * @param run runs it in a shell, with this PATH
 */
export async function administer(
  script: string,
  { brokers, ca, username, password }: Access,
  folder: string,
  run: (script: string, path: string) => Promise<void>,
): Promise<void> {
  const { path, orders } = notingTools(folder)
  await run(script, `${path}${delimiter}${environmentWith({})['PATH'] ?? ''}`)
  const given = readFileSync(orders, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t').slice(0, -1))
  const of = (name: string): readonly (readonly string[])[] =>
    given.filter(([called]) => called === name).map((order) => order.slice(1))
  const admin = new Kafka({
    clientId: 'administrator',
    brokers: [...brokers],
    ssl: { ca },
    sasl: { mechanism: 'plain', username, password },
    logLevel: logLevel.NOTHING,
  }).admin()
  await admin.connect()
  try {
    await admin.createTopics({ waitForLeaders: true, topics: of('kafka-topics').map(topicOf) })
    await admin.createAcls({ acl: of('kafka-acls').flatMap(rightsOf) })
  } finally {
    await admin.disconnect()
  }
}
