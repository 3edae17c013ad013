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

const wrapped = (cause: Error): Error => new Error('retries exceeded', { cause })
const connection = (name: string): Error => Object.assign(new Error(`Connection error: ${name}`), { code: name })

test('an error that a person can end says which setting or right, and not only what it is called', () => {
  const said: readonly (readonly [Error, RegExp])[] = [
    [
      wrapped(connection('ECONNREFUSED')),
      /^trying: nothing listens there \(ECONNREFUSED\) \[Error\]\. .*KAFKA_BROKERS/u,
    ],
    [wrapped(connection('SELF_SIGNED_CERT_IN_CHAIN')), /nobody who is trusted here.*NODE_EXTRA_CA_CERTS/u],
    [wrapped(connection('ERR_TLS_CERT_ALTNAME_INVALID')), /for another name.*KAFKA_BROKERS/u],
    [wrapped(connection('ECONNRESET')), /without a word.*KAFKA_TLS and KAFKA_SASL_MECHANISM/u],
    [wrapped(new Error('Closed connection')), /without a word.*KAFKA_TLS/u],
    [wrapped(new Error('Connection timeout')), /in time.*KAFKA_BROKERS/u],
    [Object.assign(new Error('x'), { name: 'KafkaJSGroupCoordinatorNotFound' }), /no coordinator.*--print --user/u],
    [new BrokerError(53), /transactional id.*--print --user/u],
    [Object.assign(new Error('x'), { type: 'TOPIC_AUTHORIZATION_FAILED', topic: 'costs' }), /a topic: costs \[TOPIC_/u],
    [Object.assign(new Error('x'), { name: 'KafkaJSSASLAuthenticationError' }), /not let in.*KAFKA_PASSWORD/u],
  ]
  for (const [error, pattern] of said) assert.match(toLogError(error, 'trying').message, pattern)
  assert.equal(toLogError(new BrokerError(7), 'trying').message, 'trying: requestTimedOut')
})
