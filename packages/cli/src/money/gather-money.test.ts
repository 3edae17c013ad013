import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Backtest } from '@waybill/routing/backtest/backtest'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import { MemoryCluster } from '@waybill/runtime/memory/cluster'
import { MemoryLog } from '@waybill/runtime/memory/log'
import { openCodec } from '@waybill/runtime/registry/codec'
import { memoryRegistry } from '@waybill/runtime/registry/memory-registry'
import { Client } from '@waybill/client/client'
import { costs, decisions, feedback, topics } from '@waybill/schemas/topics'
import type { Reading } from '../connection.ts'
import { partitionsOf } from '../connection.ts'
import { givenCost, givenDecision, start } from '../given.ts'
import { readPolicy } from '../policy/policy-file.ts'
import { replayDecisions } from './backtest.ts'
import { gatherMoney } from './gather-money.ts'

interface World extends Reading {
  readonly client: Client
}

/** Two partitions: in each a request and the two that joined it; the call of the second was made before the range. */
async function given(): Promise<World> {
  const cluster = new MemoryCluster()
  for (const { name, maxMessageBytes } of topics()) cluster.createTopic(name, 2, maxMessageBytes)
  const registry = memoryRegistry()
  const writer = await openCodec(registry, new Map(topics().map(({ name, value }) => [`${name}-value`, value])))
  const log = new MemoryLog(cluster)
  for (const partition of [0, 1]) {
    const claim = `requests/${partition}/0`
    const told = (['routed', 'joined', 'replayed'] as const).map((kind) => givenDecision({ claim, kind }))
    const cost = givenCost({ claim, at: partition === 0 ? start : start - 1_000 })
    await log.append({
      topic: decisions.name,
      partition,
      records: told.map((value) => ({ key: claim, value: writer.encode(decisions.value, value) })),
    })
    const records = [{ key: claim, value: writer.encode(costs.value, cost) }]
    await log.append({ topic: costs.name, partition, records })
  }
  return { log, codec: await openCodec(registry, new Map()), client: new Client(log, writer, 2) }
}

test('duplicates are priced by the call that answered them, wherever the range begins', async () => {
  const { ledger, tally } = await gatherMoney(await given(), 2, { from: start, to: Infinity }, catalogue)
  const { calls, duplicates, parts, spent } = ledger.total
  assert.deepEqual([tally.decisions, tally.unpriced, calls, duplicates], [6, 0, 1, 4])
  assert.equal(spent.picoUsd, 165_000_000n)
  assert.equal(parts.joined.picoUsd, 330_000_000n)
})

test('a deployment that is not there is no empty range', async () => {
  const world = await given()
  assert.equal(await partitionsOf(world, decisions, { topicPrefix: 'mine.' }), 2)
  const elsewhere = { ...world, log: new MemoryLog(new MemoryCluster()) }
  await assert.rejects(
    partitionsOf(elsewhere, decisions, { topicPrefix: 'mine.' }),
    /^SettingsError: WAYBILL_PREFIX: is "mine\.", and there is no topic mine\.decisions at these brokers/u,
  )
})

test('a backtest learns outcomes from the costs of the decisions that it has read', async () => {
  const checked = readPolicy('')
  assert.ok('policy' in checked)
  const backtest = new Backtest(checked.policy, catalogue)
  await replayDecisions(await given(), 2, { from: 0, to: Infinity }, backtest)
  const { decisions: read, notDecided, leftOut } = backtest.result()
  assert.deepEqual([read, notDecided, leftOut], [6, 4, 2])
})

test('feedback is joined to the call that answered, and bad records are told of', async () => {
  const world = await given()
  const { client, log } = world
  await client.feedback({ tenant: 'acme', id: 'invoice-1', accepted: true, score: 0.8, source: 'grader' })
  await client.feedback({ tenant: 'acme', id: 'nobody', accepted: true })
  await assert.rejects(client.feedback({ tenant: 'acme', id: 'invoice-1', score: 2 }), /^RangeError: score: is 2/u)
  await log.append({ topic: feedback.name, partition: 1, records: [{ key: null, value: Buffer.from('nonsense') }] })
  const { opinions, heard, unreadable } = await gatherMoney(world, 2, { from: 0, to: Infinity }, catalogue)
  const [model, ...others] = opinions.models
  assert.deepEqual(
    [model?.model, model?.words, model?.accepted?.mean, others],
    ['openai/gpt-5.4-mini-2026-03-17', 1, 1, []],
  )
  assert.deepEqual([heard.withoutAnswer, unreadable.feedback], [1, 1])
})

test('a backtest takes quality from feedback', async () => {
  const checked = readPolicy('')
  assert.ok('policy' in checked)
  const world = await given()
  const backtest = new Backtest(checked.policy, catalogue)
  for (const source of ['a', 'b', 'c', 'd', 'e'])
    await world.client.feedback({ tenant: 'acme', id: 'invoice-1', accepted: false, source })
  const { models } = await replayDecisions(world, 2, { from: 0, to: Infinity }, backtest)
  assert.deepEqual([models[0]?.words, models[0]?.accepted?.mean], [5, 0])
})
