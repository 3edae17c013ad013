// Whoever can only Avro and Kafka is served like everybody else: no key, no client of ours, any language.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { runCommand } from '@waybill/deploy/run-command'
import { onPlatform } from '../integrity/run.ts'
import { noBroker } from './kafka-broker.ts'
import { findPython } from './python.ts'
import type { Addresses, Read } from './stranger.ts'
import { Stranger } from './stranger.ts'

const tenant = 'stranger'
const requestOf = (id: string, text: string): object => ({
  tenant,
  id,
  messages: [{ role: 'user', parts: [{ kind: 'text', text }] }],
})

const repliesTo = (read: readonly Read[], id: string): readonly Read[] =>
  read.filter(({ topic, value }) => topic === 'replies' && value.tenant === tenant && value.id === id)
const deadLetters = (read: readonly Read[]): readonly Read[] => read.filter(({ topic }) => topic === 'dead-letters')

async function serves(stranger: Stranger): Promise<void> {
  const ids = Array.from({ length: 12 }, (_, index) => `bare-${index}`)
  // Every other one asks what its neighbour asks, and the last is sent twice.
  for (const [index, id] of [...ids, 'bare-11'].entries())
    await stranger.send(await stranger.encode(requestOf(id, `How much is ${Math.min(index, 11) >> 1} and 2?`)))
  await stranger.until('a reply each', (read) => ids.every((id) => repliesTo(read, id).length > 0))
  for (const id of ids)
    assert.deepEqual(
      repliesTo(stranger.read, id).map(({ value }) => value.status),
      ['completed'],
    )
}

async function survivesUnreadable(stranger: Stranger): Promise<void> {
  const good = await stranger.encode(requestOf('never-read', 'Say hello.'))
  const wrongMagic = Buffer.from(good)
  wrongMagic[0] = 1
  const unknownSchema = Buffer.from(good)
  unknownSchema.writeInt32BE(987_654, 1)
  const given = [
    { id: 'null', bytes: null, reason: 'empty' },
    { id: 'empty', bytes: Buffer.alloc(0), reason: 'empty' },
    { id: 'wrong-magic', bytes: wrongMagic, reason: 'wrong_magic' },
    { id: 'unknown-schema', bytes: unknownSchema, reason: 'schema_unsuitable' },
    { id: 'bad-avro', bytes: good.subarray(0, good.length - 4), reason: 'malformed' },
    { id: 'trailing-bytes', bytes: Buffer.concat([good, Buffer.from('more')]), reason: 'malformed' },
  ] as const
  const expected: string[] = []
  for (const { id, bytes, reason } of given) {
    const named = await stranger.send(bytes, { tenant, id })
    const unnamed = await stranger.send(bytes)
    expected.push(`${named} ${reason}`, `${unnamed} ${reason}`)
  }
  await stranger.send(await stranger.encode(requestOf('after-all-that', 'Say hello again.')))
  await stranger.until('the good request is served', (read) => repliesTo(read, 'after-all-that').length > 0)
  await stranger.until('a dead letter each', (read) => deadLetters(read).length >= expected.length)
  await stranger.until('a reply to each that has a name', (read) =>
    given.every(({ id }) => repliesTo(read, id).length > 0),
  )
  const told = deadLetters(stranger.read).map(
    ({ value }) => `${String(value.topic)}/${String(value.partition)}/${String(value.offset)} ${String(value.reason)}`,
  )
  assert.deepEqual(told.toSorted(), expected.toSorted())
  for (const { id } of given) {
    const replies = repliesTo(stranger.read, id).map(({ value }) => `${String(value.status)} ${String(value.reason)}`)
    assert.deepEqual(replies, ['rejected unreadable'], id)
  }
}

async function servesPython(t: TestContext, addresses: Addresses): Promise<void> {
  const { brokers, registry, prefix } = addresses
  const python = await findPython((line) => t.diagnostic(line))
  if (python === undefined) {
    t.skip('SKIPPED, no Python with pip: docs/examples/send.py is NOT tested.')
    return
  }
  const order = ['--brokers', brokers.join(','), '--registry', registry, '--prefix', prefix, '--id', 'from-python']
  const example = join(import.meta.dirname, '../../docs/examples/send.py')
  const { exitCode, output } = await runCommand(python, [example, 'Say hello.', '--tenant', tenant, ...order])
  assert.equal(exitCode, 0, output)
  const reply: Readonly<Record<string, unknown>> = JSON.parse(output)
  assert.deepEqual([reply.tenant, reply.id, reply.status], [tenant, 'from-python', 'completed'])
}

test('a producer that knows only Kafka and Avro is served', { skip: noBroker }, async (t) => {
  await onPlatform({ replicas: 1, progress: (line) => t.diagnostic(line) }, async ({ settings, stack }) => {
    const { topicPrefix: prefix, schemaRegistryUrl: registry } = settings
    const addresses = { brokers: stack.kafkaBrokers, registry, prefix }
    const stranger = new Stranger(addresses)
    await stranger.open(['replies', 'dead-letters'])
    try {
      await t.test('requests without a key get one reply each', () => serves(stranger))
      await t.test('records that cannot be read are put aside one by one', () => survivesUnreadable(stranger))
      await t.test('the example in Python gets its reply', (part) => servesPython(part, addresses))
      const replies = stranger.read.filter(({ topic }) => topic === 'replies')
      const names = replies.map(({ value }) => value.id)
      assert.deepEqual(names, [...new Set(names)], 'nobody got a second reply')
    } finally {
      await stranger.close()
    }
  })
})
