// A broker that wants a user and a password, as most brokers do that somebody brings along.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { requests } from '@waybill/schemas/topics'
import { createTopics } from '@waybill/runtime/kafka/admin'
import { openKafkaLog } from '@waybill/runtime/kafka/log'
import type { KafkaSettings } from '@waybill/runtime/kafka/settings'
import type { Log } from '@waybill/runtime/log'
import { LogError } from '@waybill/runtime/log'
import { noBroker } from './kafka-broker.ts'
import type { SaslBroker } from './sasl-broker.ts'
import { password, startSaslBroker, username } from './sasl-broker.ts'

const { name: topic } = requests
type Mechanism = NonNullable<KafkaSettings['sasl']>['mechanism']
const mechanisms: readonly Mechanism[] = ['plain', 'scram-sha-512']

/** Commits one record, and waits until it is read. */
async function commits(log: Log): Promise<void> {
  const transactions = await log.openTransactions('task')
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>()
  const end = log.follow({
    topic,
    partition: 1,
    offset: 0,
    hasRoom: () => true,
    deliver: ([record]) => (record === undefined ? undefined : resolve(record.value?.toString())),
    fail: reject,
  })
  await transactions.commit([{ topic, partition: 1, records: [{ key: 'key', value: Buffer.from('committed') }] }])
  assert.equal(await promise, 'committed')
  end()
}

async function joins(log: Log): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly number[]>()
  const membership = await log.join({ group: 'group', topics: [topic], onAssigned: resolve, onLost: reject })
  assert.deepEqual(await promise, [0, 1])
  await membership.leave()
}

async function serves(settings: KafkaSettings): Promise<void> {
  await createTopics(settings, [requests], { partitions: 2, replicationFactor: 1 })
  const log = await openKafkaLog(settings)
  try {
    await commits(log)
    await joins(log)
  } finally {
    await log.close()
  }
}

/** The tests of one broker. */
function letsIn(encrypted: boolean): void {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-sasl-'))
  let started: SaslBroker | undefined
  const settingsOf = (mechanism: Mechanism, given = password): KafkaSettings => {
    if (started === undefined) throw new Error('There is no broker.')
    const sasl = { mechanism, username, password: given }
    return { ...started.reached, clientId: 'sasl-test', prefix: `${mechanism}.`, sasl }
  }
  before(async () => {
    started = await startSaslBroker(folder, encrypted)
  })
  after(async () => {
    await started?.broker.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  for (const mechanism of mechanisms) {
    test(`${mechanism}: a transaction is committed and read, and a group is joined`, () =>
      serves(settingsOf(mechanism)))

    test(`${mechanism}: a wrong password is one error, which says where and what`, async () => {
      await assert.rejects(openKafkaLog(settingsOf(mechanism, 'wrong horse')), (error: unknown) => {
        assert.ok(error instanceof LogError)
        assert.match(error.message, /127\.0\.0\.1:\d+: .*SASLAuthenticationError/u)
        assert.doesNotMatch(error.message, /horse/u)
        assert.match(error.cause instanceof Error ? error.cause.message : '', /authentication failed/iu)
        return true
      })
    })
  }

  test('without a user nobody gets in, and hears which setting may be missing', async () => {
    const { sasl: _, ...settings } = settingsOf('plain')
    await assert.rejects(openKafkaLog(settings), { name: LogError.name, message: /KAFKA_SASL_MECHANISM/u })
  })
  if (!encrypted) return
  test('a certificate that is not trusted is refused', async () => {
    await assert.rejects(openKafkaLog({ ...settingsOf('plain'), ssl: true }), (error: unknown) => {
      assert.ok(error instanceof LogError)
      assert.match(error.cause instanceof Error ? error.cause.message : '', /self-signed certificate/u)
      return true
    })
  })
}

describe('a broker with SASL', { skip: noBroker }, () => letsIn(false))
describe('a broker with SASL and TLS', { skip: noBroker }, () => letsIn(true))
