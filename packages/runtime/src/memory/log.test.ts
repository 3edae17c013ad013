import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conformance } from '../conformance/observe.ts'
import { readingCases } from '../conformance/reading.ts'
import { transactionCases } from '../conformance/transactions.ts'
import type { LogUnderTest } from '../conformance/observe.ts'
import type { Log } from '../log.ts'
import { MemoryCluster } from './cluster.ts'
import { spread } from './groups.ts'
import { MemoryLog } from './log.ts'

function memory(): Promise<LogUnderTest> {
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

conformance('memory', memory, [...transactionCases, ...readingCases])

test('tasks are shared to within one, and few move', () => {
  assert.deepEqual(spread([[], []], 4), [
    [0, 1],
    [2, 3],
  ])
  assert.deepEqual(spread([[0, 1, 2, 3], []], 4), [
    [0, 1],
    [2, 3],
  ])
  assert.deepEqual(spread([[0], [3, 1, 2]], 4), [
    [0, 2],
    [3, 1],
  ])
  assert.deepEqual(spread([[], [4, 0, 1]], 5), [
    [2, 3],
    [4, 0, 1],
  ])
})
