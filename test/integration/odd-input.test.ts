// What people do to topics, done to real ones.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { Platform } from '@waybill/cli/platform/platform'
import { createTopics, deleteRecordsBefore } from '@waybill/runtime/kafka/admin'
import { kafkaSettings } from '@waybill/runtime/process'
import { normaliserChangelog, requests, routerChangelog } from '@waybill/schemas/topics'
import type { Admin } from 'kafkajs'
import kafkajs from 'kafkajs'
import { oddInput } from '../flow/odd-input.ts'
import { onPlatform } from '../integrity/run.ts'
import { noBroker } from './kafka-broker.ts'

interface Scene {
  readonly platform: Platform
  readonly admin: Admin
  /** Waits until a service has said why it died. */
  readonly saysOf: (service: string, what: RegExp, from?: number) => Promise<void>
  /** What was said so far. */
  readonly said: readonly string[]
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const kill = ({ services }: Platform, name: string): void => {
  services.find(({ program }) => program.name === name)?.kill()
}

/** Before that, the broker deletes no record of a compacted topic. */
async function letCut(admin: Admin, name: string): Promise<void> {
  const configEntries = [{ name: 'cleanup.policy', value: 'compact,delete' }]
  const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name, configEntries }
  await admin.alterConfigs({ validateOnly: false, resources: [resource] })
}

const tampering: readonly (readonly [promise: string, kept: (scene: Scene) => Promise<void>])[] = [
  [
    'a changelog that a person deletes and makes anew ends the service, which does not start without what it knew',
    async ({ platform, admin, saysOf, said }) => {
      const { settings, client } = platform
      const kafka = kafkaSettings(settings, 'waybill-odd')
      await admin.deleteTopics({ topics: [kafka.prefix + normaliserChangelog.name] })
      await pause(1_000)
      const { partitions, replicationFactor } = settings
      await createTopics(kafka, [normaliserChangelog], { partitions, replicationFactor })
      await client.send({ tenant: 'odd', id: 'anew', messages: [{ role: 'user', text: 'Anybody there?' }] })
      await saysOf('normaliser', /the topic was made anew/u)
      await saysOf('normaliser', /the topic was made anew/u, said.length)
    },
  ],
  [
    'a changelog that a person cuts ends the service at its next start, which says so',
    async ({ platform, admin, saysOf }) => {
      const kafka = kafkaSettings(platform.settings, 'waybill-odd')
      const cut = (): Promise<void> => deleteRecordsBefore(kafka, routerChangelog.name, 0, 1)
      await assert.rejects(cut)
      await letCut(admin, kafka.prefix + routerChangelog.name)
      await cut()
      kill(platform, 'router')
      await saysOf('router', /begins at 1: somebody has deleted .*Restore the topic/u)
    },
  ],
  [
    'a partition that an operator adds ends the service at its next start, which says what to do',
    async ({ platform, admin, saysOf }) => {
      const { settings } = platform
      const topic = settings.topicPrefix + requests.name
      await admin.createPartitions({ topicPartitions: [{ topic, count: settings.partitions + 1 }] })
      kill(platform, 'router')
      await saysOf('router', /drain, then move to new topic names/u)
    },
  ],
]

async function tampered(context: TestContext, scene: Omit<Scene, 'admin'>): Promise<void> {
  const brokers = [...scene.platform.settings.kafkaBrokers]
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    for (const [promise, kept] of tampering) await context.test(promise, () => kept({ ...scene, admin }))
  } finally {
    await admin.disconnect()
  }
}

test('what people do to topics has one clear outcome on real Kafka', { skip: noBroker }, async (context) => {
  const said: string[] = []
  const progress = (line: string): void => void said.push(line)
  const saysOf: Scene['saysOf'] = async (service, what, from = 0) => {
    const end = Date.now() + 60_000
    while (!said.slice(from).some((line) => line.startsWith(service) && what.test(line))) {
      assert.ok(Date.now() < end, `${service} did not say ${what.source}:\n${said.slice(-20).join('\n')}`)
      await pause(100)
    }
  }
  await onPlatform({ replicas: 1, latencyScale: 0.1, progress }, async (platform) => {
    for (const [promise, kept] of oddInput) await context.test(promise, () => kept(platform))
    await tampered(context, { platform, saysOf, said })
  })
})
