// A cluster of Kafka, as the conformance suites want it.
import { randomUUID } from 'node:crypto'
import type { Topic } from '@waybill/schemas/topics'
import type { LogUnderTest } from '../conformance/observe.ts'
import { requests } from '@waybill/schemas/topics'
import { createTopics, deleteRecordsBefore } from './admin.ts'
import type { KafkaLog } from './log.ts'
import { openKafkaLog } from './log.ts'
import type { KafkaSettings } from './settings.ts'

const numbers = { replicationFactor: 1 }

/** @param given where it is, and what else is to be tried; topics get a prefix of their own */
export function kafkaUnderTest(given: Pick<KafkaSettings, 'brokers'> & Partial<KafkaSettings>): LogUnderTest {
  const settings: KafkaSettings = { clientId: 'waybill-test', prefix: `${randomUUID().slice(0, 8)}.`, ...given }
  const clients = new Set<KafkaLog>()
  return {
    async client() {
      const log = await openKafkaLog(settings)
      clients.add(log)
      return log
    },
    async createTopic(name, { partitions, compacted = false, maxMessageBytes }) {
      const row: Topic = {
        ...requests,
        name,
        cleanup: compacted ? 'compact' : 'delete',
        ...(maxMessageBytes === undefined ? {} : { maxMessageBytes }),
      }
      await createTopics(settings, [row], { ...numbers, partitions })
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
