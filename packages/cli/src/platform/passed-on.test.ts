import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings } from '@waybill/runtime/config'
import { passedOn } from './passed-on.ts'

test('every process gets our settings, and no key of a vendor', () => {
  const settings = readSettings({ WAYBILL_PREFIX: 'mine.', WAYBILL_PARTITIONS: '7', OPENAI_API_KEY: 'sk' })
  const given = passedOn(settings)
  assert.equal(given['WAYBILL_PREFIX'], 'mine.')
  assert.equal(given['WAYBILL_PARTITIONS'], '7')
  for (const name of ['OPENAI_API_KEY', 'KAFKA_BROKERS', 'REDIS_URL']) assert.equal(name in given, false)
  assert.deepEqual(passedOn(readSettings(given)), given)
})
