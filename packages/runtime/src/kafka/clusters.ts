// Clusters of our own: kafkajs's, without its producer and consumer, and who leads what.
import { connect as connectPlain, isIP } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import type { ConnectionOptions } from 'node:tls'
import type { ISocketFactory, RetryOptions, SASLOptions } from 'kafkajs'
import { LogError } from '../log.ts'
import type { Broker } from './internals.ts'
import { Cluster, decodeMetadata, silence } from './internals.ts'
import { applyPatches } from './patches.ts'
import type { CompleteSettings } from './settings.ts'
import { metadataRequest } from './wire/metadata.ts'
import { exchange } from './wire/request.ts'

/** Set in full everywhere: what is left out, kafkajs takes from defaults that depend on NODE_ENV. */
export const retry: RetryOptions = {
  initialRetryTime: 20,
  multiplier: 1.5,
  factor: 0.2,
  maxRetryTime: 500,
  retries: 8,
}
const connectionTimeoutMs = 5_000
const keepAliveMs = 60_000
/** For ever: metadata is asked for when a leader is unknown or has moved. */
const metadataMaxAgeMs = 2 ** 31

/** The sockets of one log, so that they can be cut. */
export interface Sockets {
  readonly open: ISocketFactory
  /** Cuts all of them, and lets none be opened again: what kill -9 does. */
  cut(): void
}

export function openSockets(): Sockets {
  applyPatches()
  const all = new Set<Socket>()
  let isCut = false
  return {
    open({ host, port, ssl, onConnect }) {
      if (isCut) throw new Error('this log is closed')
      const socket = ssl
        ? connectSecure({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...ssl }, onConnect)
        : connectPlain({ host, port }, onConnect)
      socket.setKeepAlive(true, keepAliveMs)
      socket.setNoDelay(true)
      all.add(socket)
      socket.once('close', () => {
        all.delete(socket)
        // kafkajs says so again at each attempt to reconnect, and each time a listener would stay on the dead socket.
        socket.unref = () => socket
      })
      return socket
    },
    cut() {
      isCut = true
      for (const socket of all) socket.destroy(new Error('this log was killed'))
    },
  }
}

function saslOf({ mechanism, username, password }: NonNullable<CompleteSettings['sasl']>): SASLOptions {
  // In three, because kafkajs has a type for each mechanism.
  if (mechanism === 'plain') return { mechanism, username, password }
  return mechanism === 'scram-sha-256' ? { mechanism, username, password } : { mechanism, username, password }
}

interface ConnectionSettings {
  brokers: string[]
  clientId: string
  ssl?: ConnectionOptions | boolean
  sasl?: SASLOptions
  socketFactory: ISocketFactory
  connectionTimeout: number
  requestTimeout: number
}

/** What every kafkajs object gets. */
export const connectionOptions = (settings: CompleteSettings, sockets: Sockets): ConnectionSettings => ({
  brokers: [...settings.brokers],
  clientId: settings.clientId,
  ...(settings.ssl === undefined ? {} : { ssl: settings.ssl }),
  ...(settings.sasl === undefined ? {} : { sasl: saslOf(settings.sasl) }),
  socketFactory: sockets.open,
  connectionTimeout: connectionTimeoutMs,
  requestTimeout: settings.requestTimeoutMs,
})

/** What was tried, for errors. */
export const connectingTo = ({ brokers }: CompleteSettings): string => `connecting to ${brokers.join(', ')}`

/** Metadata of some topics; those that are not there are left out, and none is created. */
async function metadataOf(broker: Broker, topics: readonly string[]): ReturnType<Broker['metadata']> {
  const metadata = await decodeMetadata(await exchange(broker, metadataRequest(topics)))
  return { ...metadata, topicMetadata: metadata.topicMetadata.filter(({ topicErrorCode }) => topicErrorCode === 0) }
}

export async function openCluster(settings: CompleteSettings, sockets: Sockets): Promise<Cluster> {
  const cluster = new Cluster({
    ...connectionOptions(settings, sockets),
    logger: silence,
    metadataMaxAge: metadataMaxAgeMs,
    retry,
    allowAutoTopicCreation: false,
  })
  const { createBroker } = cluster.brokerPool
  cluster.brokerPool.createBroker = (options) => {
    const broker = createBroker(options)
    broker.metadata = (topics = []) => metadataOf(broker, topics)
    return broker
  }
  await cluster.connect()
  await cluster.refreshMetadata()
  return cluster
}

export async function anyBroker(cluster: Cluster): Promise<Broker> {
  const [nodeId] = cluster.getNodeIds()
  if (nodeId === undefined) throw new LogError('unknown', 'no broker is known')
  return cluster.findBroker({ nodeId })
}

const partitionsOf = (cluster: Cluster, topic: string) =>
  cluster.brokerPool.metadata?.topicMetadata.find((one) => one.topic === topic)?.partitionMetadata

/** Who leads a partition, as far as is known. */
export function knownLeader(cluster: Cluster, topic: string, partition: number): number | undefined {
  const leader = partitionsOf(cluster, topic)?.find(({ partitionId }) => partitionId === partition)?.leader
  return leader === undefined || leader < 0 ? undefined : leader
}

/** Asks about topics that nothing is known of yet. */
export async function learn(cluster: Cluster, topics: readonly string[]): Promise<void> {
  await cluster.addMultipleTargetTopics(topics)
  // A refresh that was under way for others has been shared, and did not ask for these.
  if (topics.some((topic) => partitionsOf(cluster, topic) === undefined)) await cluster.refreshMetadata()
}

export async function leaderOf(cluster: Cluster, topic: string, partition: number): Promise<Broker> {
  if (knownLeader(cluster, topic, partition) === undefined) await learn(cluster, [topic])
  const nodeId = knownLeader(cluster, topic, partition)
  if (nodeId === undefined) throw new LogError('unknown', `partition ${partition} of ${topic} has no leader`)
  return cluster.findBroker({ nodeId })
}

/** How many partitions each topic has; 0 where it is not there. */
export async function countPartitions(
  cluster: Cluster,
  topics: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { topicMetadata } =
    topics.length === 0 ? { topicMetadata: [] } : await metadataOf(await anyBroker(cluster), topics)
  const counts = new Map(topicMetadata.map(({ topic, partitionMetadata }) => [topic, partitionMetadata.length]))
  return new Map(topics.map((topic) => [topic, counts.get(topic) ?? 0]))
}
