import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogError } from '../log.ts'
import { BrokerError, code, toLogError } from './errors.ts'
import { checkVersion } from './internals.ts'

test('errors of the broker in the words of the port', () => {
  const meanings = [
    [code.invalidProducerEpoch, 'fenced'],
    [code.producerFenced, 'fenced'],
    [code.invalidProducerIdMapping, 'fenced'],
    [code.unknownToKafkajs, 'fenced'],
    [code.messageTooLarge, 'tooLarge'],
    [code.offsetOutOfRange, 'outOfRange'],
    [code.notLeader, 'unknown'],
  ] as const
  for (const [number, meaning] of meanings) {
    const cause = new BrokerError(number)
    const error = toLogError(cause, 'a test')
    assert.deepEqual([error.code, error.cause], [meaning, cause])
    assert.equal(toLogError(new Error('wrapped', { cause }), 'a test').code, meaning)
  }
  const own = new LogError('lost', 'x')
  assert.equal(toLogError(own, 'a test'), own)
})

test('another kafkajs is refused', () => {
  assert.throws(() => {
    checkVersion('2.2.5')
  }, /pin that version/u)
})
