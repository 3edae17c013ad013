// Topics and groups, for those who set up, look after and diagnose a deployment: each call opens and closes its own client.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Topic } from '@waybill/schemas/topics'
import type { Admin } from 'kafkajs'
import kafkajs from 'kafkajs'
import { LogError } from '../log.ts'
import {
  connectingTo,
  connectionOptions,
  countPartitions,
  knownLeader,
  leaderOf,
  learn,
  openCluster,
  openSockets,
  retry,
} from './clusters.ts'
import { toLogError } from './errors.ts'
import type { Broker, Cluster } from './internals.ts'
import type { CompleteSettings, KafkaSettings } from './settings.ts'
import { completed } from './settings.ts'

const { ConfigResourceTypes, Kafka, logLevel } = kafkajs

const alreadyExists = 'TOPIC_ALREADY_EXISTS'
const pauseMs = 20

/** Runs something with kafkajs's admin and a cluster of our own, and closes both. */
async function administer<Result>(
  given: KafkaSettings,
  tried: string,
  run: (tools: {
    readonly admin: Admin
    readonly cluster: Cluster
    readonly settings: CompleteSettings
  }) => Promise<Result>,
): Promise<Result> {
  const settings = completed(given)
  const sockets = openSockets()
  const kafka = new Kafka({ ...connectionOptions(settings, sockets), retry, logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  try {
    const [cluster] = await Promise.all([openCluster(settings, sockets), admin.connect()]).catch((error: unknown) => {
      throw toLogError(error, connectingTo(settings))
    })
    return await run({ admin, cluster, settings })
  } catch (error) {
    throw toLogError(error, tried)
  } finally {
    sockets.cut()
  }
}

/** What a topic of the table is created with, and what a doctor compares with what it finds. */
export function topicConfig(row: Topic): Readonly<Record<string, string>> {
  return {
    'cleanup.policy': row.cleanup,
    // Of appending: a stranger's clock decides neither how long a record is kept nor what a deadline counts from.
    'message.timestamp.type': 'LogAppendTime',
    'max.message.bytes': String(row.maxMessageBytes),
    'retention.ms': String(row.retentionMs ?? -1),
    'segment.ms': String(row.segmentMs),
    'segment.bytes': String(row.segmentBytes),
    // A changelog is cleaned when a third of it is superseded: a restore reads all of it. Tombstones stay for a day.
    ...(row.cleanup === 'compact' ? { 'min.cleanable.dirty.ratio': '0.33' } : {}),
  }
}

export interface TopicNumbers {
  readonly partitions: number
  readonly replicationFactor: number
  /** Of the broker's own topic settings, over those of the table. */
  readonly config?: Readonly<Record<string, string>>
}

/** Creates what is not there yet, whoever else does so at the same time, and waits until all of it can be used. */
export async function createTopics(
  given: KafkaSettings,
  rows: readonly Topic[],
  { partitions, replicationFactor, config = {} }: TopicNumbers,
): Promise<void> {
  await administer(given, 'creating topics', async ({ admin, cluster, settings }) => {
    const names = rows.map(({ name }) => settings.prefix + name)
    const counts = await countPartitions(cluster, names)
    const missing = rows.filter(({ name }) => counts.get(settings.prefix + name) === 0)
    if (missing.length > 0)
      await creating(
        admin.createTopics({
          waitForLeaders: false,
          timeout: settings.requestTimeoutMs,
          topics: missing.map((row) => ({
            topic: settings.prefix + row.name,
            numPartitions: partitions,
            replicationFactor,
            configEntries: Object.entries({ ...topicConfig(row), ...config }).map(([name, value]) => ({ name, value })),
          })),
        }),
      )
    await waitForLeaders(cluster, names, partitions, settings.requestTimeoutMs)
  })
}

/** Lets pass that someone else was faster. */
async function creating(created: Promise<unknown>): Promise<void> {
  try {
    await created
  } catch (error) {
    const errors: readonly unknown[] =
      error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? error.errors : [error]
    const serious = errors.find((one) => !(one instanceof Error && 'type' in one && one.type === alreadyExists))
    if (serious !== undefined) throw serious
  }
}

async function waitForLeaders(
  cluster: Cluster,
  names: readonly string[],
  partitions: number,
  timeoutMs: number,
): Promise<void> {
  const all = names.flatMap((topic) => Array.from({ length: partitions }, (_, partition) => ({ topic, partition })))
  const isLed = ({ topic, partition }: (typeof all)[number]): boolean =>
    knownLeader(cluster, topic, partition) !== undefined
  // A topic may be there already with fewer partitions: those who use it see to that.
  const counts = await countPartitions(cluster, names)
  const expected = all.filter(({ topic, partition }) => {
    const count = counts.get(topic) ?? 0
    return count === 0 || partition < count
  })
  for (const end = performance.now() + timeoutMs; ; await sleep(pauseMs)) {
    await learn(cluster, names)
    if (expected.every(isLed)) return
    if (performance.now() > end) throw new LogError('unknown', 'some of the new partitions have no leader')
    await cluster.refreshMetadata()
  }
}

interface DescribedTopic {
  /** Without the prefix. */
  readonly name: string
  /** 0 where it is not there. */
  readonly partitions: number
  readonly config: Readonly<Record<string, string>>
}

/** What there really is, for a doctor. */
export async function describeTopics(
  given: KafkaSettings,
  names: readonly string[],
): Promise<readonly DescribedTopic[]> {
  return administer(given, 'describing topics', async ({ admin, cluster, settings }) => {
    const full = names.map((name) => settings.prefix + name)
    const counts = await countPartitions(cluster, full)
    const present = full.filter((name) => (counts.get(name) ?? 0) > 0)
    const { resources } =
      present.length === 0
        ? { resources: [] }
        : await admin.describeConfigs({
            includeSynonyms: false,
            resources: present.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
          })
    const configs = new Map(
      resources.map(({ resourceName, configEntries }) => [
        resourceName,
        Object.fromEntries(configEntries.map(({ configName, configValue }) => [configName, configValue])),
      ]),
    )
    return names.map((name) => ({
      name,
      partitions: counts.get(settings.prefix + name) ?? 0,
      config: configs.get(settings.prefix + name) ?? {},
    }))
  })
}

/** Deletes all records before an offset, as retention does. */
export async function deleteRecordsBefore(
  given: KafkaSettings,
  topic: string,
  partition: number,
  offset: number,
): Promise<void> {
  await administer(given, `deleting records of ${topic}`, async ({ cluster, settings }) => {
    const full = settings.prefix + topic
    const broker = await leaderOf(cluster, full, partition)
    await broker.deleteRecords({ topics: [{ topic: full, partitions: [{ partition, offset: String(offset) }] }] })
  })
}

export interface GroupMember {
  readonly memberId: string
  readonly clientId: string
  readonly clientHost: string
}

export async function groupMembers(given: KafkaSettings, group: string): Promise<readonly GroupMember[]> {
  return administer(given, `members of ${group}`, async ({ admin, settings }) => {
    const { groups } = await admin.describeGroups([settings.prefix + group])
    return groups.flatMap(({ members }) =>
      members.map(({ memberId, clientId, clientHost }) => ({ memberId, clientId, clientHost })),
    )
  })
}

/**
 * Takes a dead member out of its group, so that its tasks move at once instead of after its session: only for who knows
 * that it is dead. One that is alive after all learns of it with its next heartbeat, and joins again.
 */
export async function removeMember(given: KafkaSettings, group: string, memberId: string): Promise<void> {
  await administer(given, `removing a member of ${group}`, async ({ cluster, settings }) => {
    const groupId = settings.prefix + group
    const coordinator: Broker = await cluster.findGroupCoordinator({ groupId, coordinatorType: 0 })
    await coordinator.leaveGroup({ groupId, memberId })
  })
}
