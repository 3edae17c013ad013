// A cluster of Kafka, as the conformance suites want it.
import { randomUUID } from 'node:crypto'
import type { Topic } from '@waybill/schemas/topics'
import { requests } from '@waybill/schemas/topics'
import type { DisturbedLog } from '../conformance/crashes.ts'
import { createTopics, deleteRecordsBefore } from './admin.ts'
import type { KafkaLog } from './log.ts'
import { openKafkaLog } from './log.ts'
import type { KafkaSettings } from './settings.ts'
import type { Disturb } from './transactions.ts'

/** Of compacted topics: cleaned as soon and as often as can be, and a test may delete records of them. */
const cleanedSoon = {
  'cleanup.policy': 'compact,delete',
  'min.cleanable.dirty.ratio': '0.001',
  'segment.ms': '100',
  'delete.retention.ms': '0',
}

/** @param given where it is, and what else is to be tried; topics get a prefix of their own */
export function kafkaUnderTest(
  given: Pick<KafkaSettings, 'brokers'> & Partial<KafkaSettings>,
  replicationFactor = 1,
): DisturbedLog {
  const settings: KafkaSettings = {
    clientId: 'waybill-test',
    prefix: `${randomUUID().slice(0, 8)}.`,
    sessionTimeoutMs: 1_500,
    heartbeatMs: 100,
    transactionTimeoutMs: 3_000,
    ...given,
  }
  const clients = new Set<KafkaLog>()
  const open = async (disturb?: Disturb): Promise<KafkaLog> => {
    const log = await openKafkaLog(settings, disturb)
    clients.add(log)
    return log
  }
  return {
    client: () => open(),
    disturbed: (disturb) => open(disturb),
    async createTopic(name, { partitions, compacted = false, maxMessageBytes = requests.maxMessageBytes }) {
      const row: Topic = { ...requests, name, maxMessageBytes, ...(compacted ? { retentionMs: null } : {}) }
      const config = compacted ? cleanedSoon : {}
      await createTopics(settings, [row], { partitions, replicationFactor, config })
    },
    kill(log) {
      for (const client of clients) if (client === log) client.kill()
    },
    deleteBefore: (topic, partition, offset) => deleteRecordsBefore(settings, topic, partition, offset),
    async close() {
      await Promise.all([...clients].map((client) => client.close()))
    },
  }
}
