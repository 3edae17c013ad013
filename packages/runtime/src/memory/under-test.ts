// The cluster in memory, as the conformance suites want it.
import type { LogUnderTest } from '../conformance/observe.ts'
import type { Log } from '../log.ts'
import { MemoryCluster } from './cluster.ts'
import { MemoryLog } from './log.ts'

export function memoryUnderTest(): Promise<LogUnderTest> {
  const cluster = new MemoryCluster({
    transactionTimeoutMs: 300,
    disturb: () => new Promise((resolve) => setTimeout(resolve, 1)),
  })
  const clients = new Set<MemoryLog>()
  return Promise.resolve({
    client() {
      const log = new MemoryLog(cluster)
      clients.add(log)
      return Promise.resolve(log)
    },
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
