// The cluster in memory, as the conformance suites want it.
import type { DisturbedLog } from '../conformance/crashes.ts'
import type { Log } from '../log.ts'
import type { Disturb } from './cluster.ts'
import { MemoryCluster } from './cluster.ts'
import { MemoryLog } from './log.ts'

export function memoryUnderTest(): Promise<DisturbedLog> {
  const cluster = new MemoryCluster({
    sessionTimeoutMs: 300,
    transactionTimeoutMs: 300,
    disturb: () => new Promise((resolve) => setTimeout(resolve, 1)),
  })
  const clients = new Set<MemoryLog>()
  const open = (disturb?: Disturb): Promise<Log> => {
    const log = new MemoryLog(cluster, disturb)
    clients.add(log)
    return Promise.resolve(log)
  }
  return Promise.resolve({
    client: () => open(),
    disturbed: (disturb) => open(disturb),
    createTopic(name, { partitions, maxMessageBytes }) {
      cluster.createTopic(name, partitions, maxMessageBytes)
      return Promise.resolve()
    },
    kill(log: Log) {
      for (const client of clients) if (client === log) client.kill()
    },
    deleteBefore(topic, partition, offset) {
      cluster.partition(topic, partition).deleteBefore(offset)
      return Promise.resolve()
    },
    async close() {
      for (const client of clients) await client.close()
    },
  })
}
