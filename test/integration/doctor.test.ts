// The doctor beside a real deployment that is broken on purpose, one thing at a time.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import type { Platform } from '@waybill/cli/platform/platform'
import { environmentWith } from '@waybill/runtime/config'
import { topicConfig } from '@waybill/runtime/kafka/admin'
import { askRegistry } from '@waybill/runtime/registry/request'
import type { Topic } from '@waybill/schemas/topics'
import { replies, requests, routerChangelog } from '@waybill/schemas/topics'
import type { Admin } from 'kafkajs'
import kafkajs from 'kafkajs'
import { onPlatform } from '../integrity/run.ts'
import { noBroker } from './kafka-broker.ts'

const root = join(import.meta.dirname, '../..')

interface Finding {
  readonly level: 'fine' | 'notice' | 'wrong'
  readonly where: string
  readonly what: string
  readonly todo?: string
}

interface Examined {
  readonly code: number | null
  readonly findings: readonly Finding[]
}

interface Patient {
  readonly platform: Platform
  readonly admin: Admin
  readonly examine: (settings?: Readonly<Record<string, string>>) => Promise<Examined>
}

async function examined(
  { addresses, simulatorUrl = '' }: Platform,
  settings: Readonly<Record<string, string>> = {},
): Promise<Examined> {
  const keys = { OPENAI_API_KEY: 'simulated', ANTHROPIC_API_KEY: 'simulated', GEMINI_API_KEY: 'simulated' }
  const urls = {
    WAYBILL_OPENAI_URL: simulatorUrl,
    WAYBILL_ANTHROPIC_URL: simulatorUrl,
    WAYBILL_GEMINI_URL: simulatorUrl,
  }
  const child = spawn(process.execPath, [join(root, 'packages/cli/src/main.ts'), 'doctor', '--json'], {
    cwd: root,
    env: environmentWith({ ...keys, ...urls, ...addresses, ...settings }),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => {
    child.on('exit', resolve)
  })
  const { findings }: { readonly findings: readonly Finding[] } = JSON.parse(await text(child.stdout))
  return { code: await ended, findings }
}

/** Changes one setting of a topic, as somebody might, for as long as it is looked at. */
async function withConfig(
  { platform, admin, examine }: Patient,
  topic: Topic,
  [name, value]: readonly [name: string, value: string],
): Promise<Examined> {
  const alter = async (config: Readonly<Record<string, string>>): Promise<void> => {
    const configEntries = Object.entries(config).map(([key, entry]) => ({ name: key, value: entry }))
    const place = platform.settings.topicPrefix + topic.name
    const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: place, configEntries }
    await admin.alterConfigs({ validateOnly: false, resources: [resource] })
  }
  const config = topicConfig(topic)
  await alter({ ...config, [name]: value })
  try {
    return await examine()
  } finally {
    await alter(config)
  }
}

const config =
  (topic: Topic, name: string, value: string) =>
  (patient: Patient): Promise<Examined> =>
    withConfig(patient, topic, [name, value])

const setting =
  (settings: Readonly<Record<string, string>>) =>
  ({ examine }: Patient): Promise<Examined> =>
    examine(settings)

/** What is done to it, and the one finding that must come of it. */
const ailments: readonly (readonly [
  what: string,
  examine: (patient: Patient) => Promise<Examined>,
  where: RegExp,
  finding: RegExp,
  todo: RegExp,
])[] = [
  [
    'a changelog that is deleted by age',
    config(routerChangelog, 'cleanup.policy', 'delete'),
    /router\.changelog$/u,
    /cleanup\.policy is delete, not compact/u,
    /kafka-configs/u,
  ],
  [
    'requests that are compacted',
    config(requests, 'cleanup.policy', 'compact'),
    /requests$/u,
    /cleanup\.policy is compact, not delete/u,
    /kafka-configs/u,
  ],
  [
    "a stranger's clock",
    config(requests, 'message.timestamp.type', 'CreateTime'),
    /requests$/u,
    /message\.timestamp\.type is CreateTime/u,
    /LogAppendTime/u,
  ],
  [
    'small records',
    config(replies, 'max.message.bytes', '1000'),
    /replies$/u,
    /max\.message\.bytes is 1000/u,
    /kafka-configs/u,
  ],
  [
    'a short retention',
    config(requests, 'retention.ms', '1000'),
    /requests$/u,
    /gone before they may be needed/u,
    /retention\.ms/u,
  ],
  [
    'a long retention of what people wrote',
    config(requests, 'retention.ms', '604800000'),
    /requests$/u,
    /kept for 24 h at most/u,
    /retention\.ms/u,
  ],
  [
    'another partition count',
    setting({ WAYBILL_PARTITIONS: '3' }),
    /requests$/u,
    /WAYBILL_PARTITIONS is 3/u,
    /WAYBILL_PARTITIONS/u,
  ],
  [
    'another prefix',
    setting({ WAYBILL_PREFIX: 'elsewhere.' }),
    /elsewhere\.requests$/u,
    /is not there/u,
    /topics --create/u,
  ],
  [
    'no registry',
    setting({ SCHEMA_REGISTRY_URL: 'http://127.0.0.1:3' }),
    /127\.0\.0\.1:3/u,
    /nothing listens there/u,
    /SCHEMA_REGISTRY_URL/u,
  ],
  [
    'no broker',
    setting({ KAFKA_BROKERS: '127.0.0.1:1' }),
    /127\.0\.0\.1:1/u,
    /nothing listens there/u,
    /KAFKA_BROKERS/u,
  ],
  [
    'a setting that is none',
    setting({ WAYBILL_PARTITIONS: 'many' }),
    /WAYBILL_PARTITIONS/u,
    /many|whole number/u,
    /settings\.md/u,
  ],
  [
    'a subject that takes anything',
    async ({ platform: { settings }, examine }) => {
      const registry = { url: settings.schemaRegistryUrl }
      const path = `/config/${settings.topicPrefix}requests-value`
      const set = (compatibility: string): Promise<unknown> =>
        askRegistry(registry, path, { method: 'PUT', body: { compatibility } })
      await set('NONE')
      try {
        return await examine()
      } finally {
        await set('FULL_TRANSITIVE')
      }
    },
    /requests-value$/u,
    /NONE/u,
    /FULL_TRANSITIVE/u,
  ],
  [
    'a subject that somebody has deleted',
    async ({ platform: { settings }, examine }) => {
      const url = `${settings.schemaRegistryUrl}/subjects/${settings.topicPrefix}feedback-value`
      assert.equal((await fetch(url, { method: 'DELETE' })).status, 200)
      return examine()
    },
    /feedback-value$/u,
    /is not registered|does not have the schema/u,
    /topics --create/u,
  ],
  [
    'a group without a member',
    async ({ platform: { services }, examine }) => {
      await services.find(({ program }) => program.name === 'stats')?.stop()
      return examine()
    },
    /stats/u,
    /has no member/u,
    /./u,
  ],
  [
    'a topic that was given more partitions',
    async ({ platform: { settings }, admin, examine }) => {
      const topic = settings.topicPrefix + replies.name
      await admin.createPartitions({ topicPartitions: [{ topic, count: settings.partitions + 1 }] })
      return examine()
    },
    /replies$/u,
    /has 5 partitions, and WAYBILL_PARTITIONS is 4/u,
    /drain, then move to new topic names/u,
  ],
]

/** What works without. */
const remarks: readonly (readonly [
  what: string,
  settings: Readonly<Record<string, string>>,
  where: string,
  finding: RegExp,
])[] = [
  [
    'a Redis that is gone',
    { REDIS_URL: 'redis://127.0.0.1:3' },
    '127.0.0.1:3',
    /^notice cannot be used: .* REDIS_URL/u,
  ],
  [
    'a key that is not set here',
    { OPENAI_API_KEY: '' },
    'OPENAI_API_KEY',
    /^notice .*OPENAI_API_KEY|^notice is not set/u,
  ],
]

test('the doctor names what is wrong with a real deployment, and what to do', { skip: noBroker }, async (context) => {
  await onPlatform({ replicas: 1, progress: () => undefined }, async (platform) => {
    const brokers = [...platform.settings.kafkaBrokers]
    const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin()
    await admin.connect()
    const examine: Patient['examine'] = (settings) => examined(platform, settings)
    try {
      await context.test('nothing where all is well', async () => {
        const { code, findings } = await examine()
        assert.deepEqual(
          findings.filter(({ level }) => level === 'wrong'),
          [],
        )
        assert.equal(code, 0)
      })
      for (const [what, settings, place, finding] of remarks)
        await context.test(`${what} is worth a word, and nothing is wrong with the deployment`, async () => {
          const { code, findings } = await examine(settings)
          const found = findings.find(({ where }) => where === place)
          assert.match(`${found?.level} ${found?.what} ${found?.todo}`, finding)
          assert.equal(code, 0)
        })
      for (const [what, done, where, finding, todo] of ailments)
        await context.test(what, async () => {
          const { code, findings } = await done({ platform, admin, examine })
          const wrong = findings.filter(({ level }) => level === 'wrong')
          const named = wrong.find((one) => where.test(one.where) && finding.test(one.what))
          assert.ok(named !== undefined, JSON.stringify(wrong))
          assert.match(named.todo ?? '', todo)
          assert.equal(code, 1)
        })
    } finally {
      await admin.disconnect()
    }
  })
})
