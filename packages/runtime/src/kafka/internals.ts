// The parts of kafkajs 2.2.4 that it does not export, with the types of what is used of them. Only this file reaches into it.
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import type { ISocketFactory, RetryOptions, SASLOptions } from 'kafkajs'

const require = createRequire(import.meta.url)

/** The version that patches and types are written for. It is frozen: the last release is of 2023. */
const supported = '2.2.4'

const installed: { readonly version: string } = require('kafkajs/package.json')

/** Refuses a kafkajs whose inside may be another. */
export function checkVersion(version: string): void {
  if (version !== supported)
    throw new Error(`kafkajs ${version} is installed, and this is written for ${supported} only: pin that version`)
}
checkVersion(installed.version)

interface SentRequest {
  readonly entry: {
    readonly apiKey: number
    readonly apiName: string
    readonly apiVersion: number
    readonly correlationId: number
    readonly resolve: (answer: { readonly payload: Buffer }) => void
    readonly reject: (error: unknown) => void
  }
  readonly expectResponse: boolean
  readonly requestTimeout: number | null
  readonly sendRequest: () => void
}

interface OverdueRequest {
  readonly sentAt: number
  readonly requestTimeout: number
  timeoutRequest(): void
}

export interface RequestQueue {
  readonly pending: readonly unknown[]
  readonly throttledUntil: number
  readonly enforceRequestTimeout: boolean
  readonly requestTimeout: number
  readonly inflight: ReadonlyMap<number, OverdueRequest>
  requestTimeoutIntervalId: NodeJS.Timeout
  push(request: SentRequest): void
  destroy(): void
  readonly isConnected: () => boolean
  scheduleRequestTimeoutCheck: (this: RequestQueue) => void
  scheduleCheckPendingRequests: (this: RequestQueue) => void
}

export interface Connection {
  readonly clientId: string
  readonly sasl: unknown
  readonly socket: Socket
  readonly requestQueue: RequestQueue
  readonly requestTimeout: number
  isConnected(): boolean
  isAuthenticated(): boolean
  connect(): Promise<unknown>
  authenticate(): Promise<void>
  nextCorrelationId(): number
}

/** One connection for requests, and one for fetches, which a broker answers in order. */
interface ConnectionPool {
  readonly pool: readonly Connection[]
}

interface PartitionMetadata {
  readonly partitionErrorCode: number
  readonly partitionId: number
  /** −1 for none. */
  readonly leader: number
}
interface TopicMetadata {
  readonly topicErrorCode: number
  readonly topic: string
  readonly partitionMetadata: readonly PartitionMetadata[]
}
export interface Metadata {
  readonly topicMetadata: readonly TopicMetadata[]
}

interface TransactionIds {
  readonly transactionalId: string
  readonly producerId: string
  readonly producerEpoch: number
}
interface OfTopic<Partition> {
  readonly topic: string
  readonly partitions: readonly Partition[]
}
interface MemberIds {
  readonly groupId: string
  readonly memberId: string
}

export interface Broker {
  readonly connectionPool: ConnectionPool
  readonly nodeId: number | string
  readonly versions: Readonly<Record<number, { readonly maxVersion: number } | undefined>>
  isConnected(): boolean
  connect(): Promise<void>
  metadata(topics?: readonly string[]): Promise<Metadata>
  initProducerId(ask: {
    readonly transactionalId: string | null
    readonly transactionTimeout: number
  }): Promise<{ readonly producerId: string; readonly producerEpoch: number }>
  addPartitionsToTxn(
    ask: TransactionIds & {
      readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[]
    },
  ): Promise<unknown>
  endTxn(ask: TransactionIds & { readonly transactionResult: boolean }): Promise<unknown>
  listOffsets(ask: {
    readonly replicaId: number
    readonly isolationLevel: number
    readonly topics: readonly OfTopic<{ readonly partition: number; readonly timestamp: number }>[]
  }): Promise<{
    readonly responses: readonly OfTopic<{ readonly partition: number; readonly offset: string }>[]
  }>
  offsetCommit(
    ask: MemberIds & {
      readonly groupGenerationId: number
      readonly topics: readonly OfTopic<{ readonly partition: number; readonly offset: string }>[]
    },
  ): Promise<unknown>
  offsetFetch(ask: {
    readonly groupId: string
    readonly topics: readonly OfTopic<{ readonly partition: number }>[]
  }): Promise<{
    readonly responses: readonly OfTopic<{ readonly partition: number; readonly offset: string }>[]
  }>
  leaveGroup(ask: MemberIds): Promise<unknown>
  joinGroup(ask: unknown): Promise<{ readonly generationId: number }>
  deleteRecords(ask: {
    readonly topics: readonly OfTopic<{ readonly partition: number; readonly offset: string }>[]
  }): Promise<unknown>
}

interface BrokerPool {
  createBroker: (options: unknown) => Broker
  readonly metadata: Metadata | null
}

export interface Cluster {
  readonly brokerPool: BrokerPool
  readonly targetTopics: ReadonlySet<string>
  connect(): Promise<void>
  disconnect(): Promise<void>
  refreshMetadata(): Promise<void>
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>
  getNodeIds(): readonly string[]
  findBroker(ask: { readonly nodeId: number | string }): Promise<Broker>
  findGroupCoordinator(ask: { readonly groupId: string; readonly coordinatorType: number }): Promise<Broker>
}

/** The inside of a cluster that kafkajs hands out. */
export function insideOf(cluster: object): Cluster {
  if (isCluster(cluster)) return cluster
  throw new Error('kafkajs has handed out something else than its own cluster')
}
const isCluster = (cluster: object): cluster is Cluster => 'brokerPool' in cluster

type Logger = object
interface ClusterOptions {
  readonly logger: Logger
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly ssl?: ConnectionOptions | boolean
  readonly sasl?: SASLOptions
  readonly socketFactory: ISocketFactory
  readonly connectionTimeout: number
  readonly requestTimeout: number
  readonly metadataMaxAge: number
  readonly retry: RetryOptions
  readonly allowAutoTopicCreation: false
}

/** The part of a cluster that looks for coordinators. */
export interface CoordinatorSeeker {
  findGroupCoordinatorMetadata: (
    this: CoordinatorSeeker,
    wanted: { readonly groupId: string; readonly coordinatorType: number },
  ) => Promise<unknown>
}

export const Seeker: { readonly prototype: CoordinatorSeeker } = require('kafkajs/src/cluster')

export const Cluster: new (options: ClusterOptions) => Cluster = require('kafkajs/src/cluster')

export const RequestQueue: { readonly prototype: RequestQueue } = require('kafkajs/src/network/requestQueue')

const loggers: {
  readonly createLogger: (options: { readonly level: number; readonly logCreator: () => () => void }) => Logger
} = require('kafkajs/src/loggers')

/** For clusters of our own: what happens is told in events and errors. */
export const silence: Logger = loggers.createLogger({ level: 0, logCreator: () => () => undefined })

const metadata: {
  readonly decode: (answer: Buffer) => Promise<Metadata>
} = require('kafkajs/src/protocol/requests/metadata/v6/response')
export const decodeMetadata: (answer: Buffer) => Promise<Metadata> = metadata.decode
