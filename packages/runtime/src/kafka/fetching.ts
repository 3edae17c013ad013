// Fetches from the brokers of one cluster.
import { knownLeader, learn } from './clusters.ts'
import { failOn } from './errors.ts'
import type { Broker, Cluster } from './internals.ts'
import type { FetchAnswer, FetchLimits } from './wire/fetch.ts'
import { fetchRequest, readFetch } from './wire/fetch.ts'
import type { Fetched } from './wire/record-batch.ts'
import { exchange } from './wire/request.ts'

/** @param asked each partition at most once */
export async function fetchFrom(broker: Broker, asked: readonly Fetched[], limits: FetchLimits): Promise<FetchAnswer> {
  const answer = readFetch(await exchange(broker, fetchRequest(asked, limits)), asked)
  failOn(answer.errorCode)
  return answer
}

/** Where a fetch loop reads from: connections of its own, on which a broker answers fetches in order. */
export interface Source {
  /** The broker that leads a partition, as far as is known. */
  leaderOf(topic: string, partition: number): number | undefined
  /** Finds out who leads the partitions of topics that are new. */
  learn(topics: readonly string[]): Promise<void>
  refresh(): Promise<void>
  fetch(nodeId: number, asked: readonly Fetched[], limits: FetchLimits): Promise<FetchAnswer>
}

export const sourceOf = (cluster: Cluster): Source => ({
  leaderOf: (topic, partition) => knownLeader(cluster, topic, partition),
  learn: (topics) => learn(cluster, topics),
  refresh: () => cluster.refreshMetadata(),
  fetch: async (nodeId, asked, limits) => fetchFrom(await cluster.findBroker({ nodeId }), asked, limits),
})
