// The whole product on a broker that somebody brought along: with a login, and topics under a prefix.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { accountOf, isClean } from '@waybill/cli/demo/account'
import { exampleRequests } from '@waybill/cli/demo/examples'
import { sendAll } from '@waybill/cli/demo/load'
import { onPlatform, settled } from '../integrity/run.ts'
import { noBroker } from './kafka-broker.ts'
import { password, startSaslBroker, username } from './sasl-broker.ts'

test('every service works on a broker with SCRAM, from settings alone', { skip: noBroker }, async (t) => {
  const progress = (line: string): void => {
    t.diagnostic(line)
  }
  const folder = mkdtempSync(join(tmpdir(), 'waybill-sasl-'))
  const { broker, reached } = await startSaslBroker(folder, false)
  const settings = {
    KAFKA_BROKERS: reached.brokers.join(','),
    KAFKA_SASL_MECHANISM: 'scram-sha-512',
    KAFKA_USERNAME: username,
    KAFKA_PASSWORD: password,
    WAYBILL_PREFIX: 'mine.',
    WAYBILL_PARTITIONS: '2',
  }
  try {
    await onPlatform({ replicas: 1, progress, settings }, async (platform) => {
      assert.equal(platform.stack.broker, undefined, 'no broker was started beside it')
      await sendAll(platform.client, exampleRequests(60), 20, () => undefined)
      const account = accountOf(await settled(platform, progress))
      assert.ok(isClean(account), JSON.stringify(account))
      assert.equal(account.completed, account.requests)
    })
  } finally {
    await broker.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})
