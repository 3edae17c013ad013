// One request to each broker that leads something of a send.
import { LogError } from '../log.ts'
import type { Send } from '../log.ts'
import { knownLeader, learn } from './clusters.ts'
import type { Cluster } from './internals.ts'
import type { Acknowledged, Batch, Producer, ProduceVersion } from './wire/produce.ts'
import { produceRequest, readProduce } from './wire/produce.ts'
import { exchange } from './wire/request.ts'

/** Batches by the broker that they go to. */
export async function byLeader(
  cluster: Cluster,
  batches: readonly Batch[],
): Promise<ReadonlyMap<number, readonly Batch[]>> {
  const unknown = batches.filter(({ topic, partition }) => knownLeader(cluster, topic, partition) === undefined)
  if (unknown.length > 0) await learn(cluster, [...new Set(unknown.map(({ topic }) => topic))])
  return Map.groupBy(batches, ({ topic, partition }) => {
    const leader = knownLeader(cluster, topic, partition)
    if (leader === undefined) throw new LogError('unknown', `partition ${partition} of ${topic} has no leader`)
    return leader
  })
}

/** Sends batches to one broker; errors of single partitions are in the answer. */
export async function produce(
  cluster: Cluster,
  nodeId: number,
  version: ProduceVersion,
  producer: Producer,
  batches: readonly Batch[],
  timeoutMs: number,
): Promise<readonly Acknowledged[]> {
  const broker = await cluster.findBroker({ nodeId })
  const request = produceRequest(version, producer, batches, { now: Date.now(), timeoutMs })
  return readProduce(version, await exchange(broker, request))
}

/** Throws where a partition is named twice: a broker takes one batch each, and which were stored could not be told. */
export function checkDistinct(sends: readonly Send[]): void {
  const seen = new Set<string>()
  for (const { topic, partition } of sends) {
    const key = `${topic}/${partition}`
    if (seen.has(key)) throw new LogError('unknown', `${key} is named twice in one transaction`)
    seen.add(key)
  }
}
