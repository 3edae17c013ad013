// What people do to topics, done to real ones.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTopics } from '@waybill/runtime/kafka/admin'
import { kafkaSettings } from '@waybill/runtime/process'
import { normaliserChangelog, requests } from '@waybill/schemas/topics'
import kafkajs from 'kafkajs'
import { oddInput } from '../flow/odd-input.ts'
import { noBroker } from './kafka-broker.ts'
import { onPlatform } from '../integrity/run.ts'

test('what people do to topics has one clear outcome on real Kafka', { skip: noBroker }, async (context) => {
  const said: string[] = []
  const progress = (line: string): void => void said.push(line)
  const saysOf = async (service: string, what: RegExp): Promise<void> => {
    const end = Date.now() + 60_000
    while (!said.some((line) => line.startsWith(service) && what.test(line))) {
      assert.ok(Date.now() < end, `${service} did not say ${what.source}:\n${said.slice(-20).join('\n')}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  await onPlatform({ replicas: 1, latencyScale: 0.1, progress }, async (platform) => {
    for (const [promise, kept] of oddInput) await context.test(promise, () => kept(platform))
    const { settings } = platform
    const kafka = kafkaSettings(settings, 'waybill-odd')
    const admin = new kafkajs.Kafka({ brokers: [...kafka.brokers], logLevel: kafkajs.logLevel.NOTHING }).admin()
    await admin.connect()
    try {
      await context.test(
        'a changelog that a person has deleted and made anew ends the service, which says so',
        async () => {
          await admin.deleteTopics({ topics: [kafka.prefix + normaliserChangelog.name] })
          await new Promise((resolve) => setTimeout(resolve, 1_000))
          const { partitions, replicationFactor } = settings
          await createTopics(kafka, [normaliserChangelog], { partitions, replicationFactor })
          await saysOf('normaliser', /holds no positions, but group .* has worked here before/u)
        },
      )
      await context.test('a partition that an operator adds ends the service, which says what to do', async () => {
        const topic = kafka.prefix + requests.name
        await admin.createPartitions({ topicPartitions: [{ topic, count: settings.partitions + 1 }] })
        platform.services.find(({ program }) => program.name === 'router')?.kill()
        await saysOf('router', /drain, then move to new topic names/u)
      })
    } finally {
      await admin.disconnect()
    }
  })
})
