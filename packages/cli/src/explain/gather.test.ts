import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complete } from '@waybill/client/complete'
import { MemoryCluster } from '@waybill/runtime/memory/cluster'
import { MemoryLog } from '@waybill/runtime/memory/log'
import { openCodec } from '@waybill/runtime/registry/codec'
import { memoryRegistry } from '@waybill/runtime/registry/memory-registry'
import type { Topic } from '@waybill/schemas/topics'
import { costs, deadLetters, decisions, feedback, replies, requests, responses, topics } from '@waybill/schemas/topics'
import type { Reading } from '../connection.ts'
import { givenCost, givenDecision, givenReply, givenResponse } from '../given.ts'
import { gather } from './gather.ts'

interface World extends Reading {
  readonly put: <Value>(topic: Topic<Value>, key: string, value: Value, partition?: number) => Promise<void>
}

/** A deployment in memory: records are written with one codec, and read with one that has registered nothing. */
async function given(): Promise<World> {
  const cluster = new MemoryCluster()
  for (const { name, maxMessageBytes } of topics()) cluster.createTopic(name, 2, maxMessageBytes)
  const registry = memoryRegistry()
  const writer = await openCodec(registry, new Map(topics().map(({ name, value }) => [`${name}-value`, value])))
  const log = new MemoryLog(cluster)
  return {
    log,
    codec: await openCodec(registry, new Map()),
    async put(topic, key, value, partition = 0) {
      await log.append({ topic: topic.name, partition, records: [{ key, value: writer.encode(topic.value, value) }] })
    },
  }
}

const ask = complete({ tenant: 'acme', id: 'invoice-1', messages: [{ role: 'user', text: 'a secret' }] })
const source = 'requests/0/0'
const claim = { claim: source, request: source }

test('all that belongs to a request is found, whoever else was served, and none of its content', async () => {
  const world = await given()
  await world.put(requests, 'h1', ask)
  await world.put(decisions, source, givenDecision(claim))
  await world.put(decisions, source, givenDecision({ ...claim, id: 'invoice-2', kind: 'joined' }))
  await world.put(decisions, 'requests/1/0', givenDecision({ id: 'stranger', claim: 'requests/1/0' }), 1)
  await world.put(costs, source, givenCost({ claim: source }))
  await world.put(costs, 'requests/1/0', givenCost({ claim: 'requests/1/0', id: 'stranger' }), 1)
  await world.put(responses, 'h1', givenResponse({ claim: source }))
  await world.put(replies, 'acme/invoice-1', givenReply(claim))
  const [found, ...more] = await gather(world, 'invoice-1', 'acme')
  assert.ok(found)
  assert.deepEqual(more, [])
  assert.deepEqual(
    [found.requests, found.decisions, found.others, found.costs, found.responses, found.replies].map(
      ({ length }) => length,
    ),
    [1, 1, 1, 1, 1, 1],
  )
  assert.equal(found.others[0]?.id, 'invoice-2')
  assert.doesNotMatch(JSON.stringify(found), /secret|Rotterdam/u)
})

test('a request that no router has looked at is found in its topic', async () => {
  const world = await given()
  await world.put(requests, 'h1', ask, 1)
  const [found] = await gather(world, 'invoice-1', undefined)
  assert.equal(found?.tenant, 'acme')
  assert.equal(found.requests[0]?.coordinates, 'requests/1/0')
})

test('one whose other events are gone is still found by its costs', async () => {
  const world = await given()
  await world.put(costs, source, givenCost())
  const [found] = await gather(world, 'invoice-1', 'acme')
  assert.equal(found?.costs.length, 1)
})

test('one id at two tenants has two stories', async () => {
  const world = await given()
  await world.put(decisions, source, givenDecision())
  await world.put(decisions, 'requests/1/0', givenDecision({ tenant: 'other', claim: 'requests/1/0' }), 1)
  assert.deepEqual((await gather(world, 'invoice-1', undefined)).map(({ tenant }) => tenant).toSorted(), [
    'acme',
    'other',
  ])
  assert.equal((await gather(world, 'invoice-1', 'other')).length, 1)
  assert.deepEqual(await gather(world, 'invoice', undefined), [])
})

test('a dead letter is found by the names in its headers', async () => {
  const world = await given()
  await world.put(deadLetters, 'h1', {
    reason: 'malformed',
    detail: null,
    stage: 'router',
    topic: 'requests',
    partition: 0,
    offset: 3,
    key: null,
    value: Buffer.from('a secret'),
    valueBytes: 8,
    headers: { tenant: Buffer.from('acme'), id: Buffer.from('invoice-1') },
    timestamp: 1,
  })
  const [found] = await gather(world, 'invoice-1', undefined)
  assert.equal(found?.deadLetters[0]?.coordinates, 'requests/0/3')
})

test('what is said of an answer is found in whatever partition it was written', async () => {
  const world = await given()
  const word = { tenant: 'acme', id: 'invoice-1', accepted: true, score: null, source: 'user', at: 1 }
  await world.put(decisions, source, givenDecision())
  await world.put(feedback, 'anything', word, 1)
  await world.put(feedback, 'anything', { ...word, tenant: 'other' })
  const found = await gather(world, 'invoice-1', undefined)
  assert.deepEqual(
    found.map((each) => each.feedback.map((said) => ({ ...said }))),
    [[word]],
  )
})
