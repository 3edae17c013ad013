// The conformance suites on a real broker, for both versions of its transactions, and what only a broker can do.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { DisturbedLog } from '@waybill/runtime/conformance/crashes'
import { endingServices } from '@waybill/runtime/conformance/counting-bench'
import { crashCases } from '@waybill/runtime/conformance/crashes'
import {
  collect,
  everything,
  send,
  topicOf,
  topicsOf,
  until,
  untilHolds,
  valuesOf,
} from '@waybill/runtime/conformance/observe'
import { memberCases } from '@waybill/runtime/conformance/members'
import { readingCases } from '@waybill/runtime/conformance/reading'
import { positionCases } from '@waybill/runtime/conformance/positions'
import { movementCases } from '@waybill/runtime/conformance/movements'
import { restoreCases } from '@waybill/runtime/conformance/restores'
import { taskCases } from '@waybill/runtime/conformance/tasks'
import { transactionCases } from '@waybill/runtime/conformance/transactions'
import { createTopics, describeTopics, groupMembers, removeMember, topicConfig } from '@waybill/runtime/kafka/admin'
import { openKafkaLog } from '@waybill/runtime/kafka/log'
import type { KafkaSettings } from '@waybill/runtime/kafka/settings'
import { kafkaUnderTest } from '@waybill/runtime/kafka/under-test'
import { topics } from '@waybill/schemas/topics'
import type { TestBroker } from './kafka-broker.ts'
import { noBroker, startTestBroker } from './kafka-broker.ts'

const tasks = endingServices([...taskCases, ...restoreCases, ...movementCases, ...positionCases])
const cases = [...transactionCases, ...crashCases, ...readingCases, ...memberCases, ...tasks]

describe('the log on Kafka', { skip: noBroker }, () => {
  let broker: TestBroker
  const on = async (
    kept: (cluster: DisturbedLog) => Promise<void>,
    settings: Partial<KafkaSettings> = {},
  ): Promise<void> => {
    const cluster = kafkaUnderTest({ brokers: broker.brokers, ...settings })
    try {
      await kept(cluster)
    } finally {
      await cluster.close()
    }
  }

  before(async () => {
    broker = await startTestBroker()
  })
  after(async () => {
    await broker.stop()
  })

  for (const transactionVersion of [2, 1] as const) {
    for (const [promise, kept] of cases)
      test(`transactions ${transactionVersion}: ${promise}`, () => on(kept, { transactionVersion }))
    test(`transactions ${transactionVersion}: killed with the end under way: all of it or nothing`, () =>
      on(killedWhileEnding, { transactionVersion }))
    test(`transactions ${transactionVersion}: a broker killed with -9 interrupts readers, members and owners, and no more`, () =>
      on((cluster) => survivesTheBroker(cluster, broker), { transactionVersion }))
  }

  test('compaction leaves gaps and empty batches, and every reader gets past them', () => on(getsPastGaps))
  test('a dead member that its supervisor removes is replaced in less than a second', () => replacedAtOnce(broker))
  test('topics are created once, whoever does so at the same time, and described as the table has them', () =>
    createdOnce(broker))
  test('the version of transactions is found out', async () => {
    const log = await openKafkaLog({ brokers: broker.brokers, clientId: 'waybill-test', prefix: '' })
    assert.equal(log.transactionVersion, 2)
    await log.close()
  })
  test('who cannot be reached is named, and soon', () =>
    assert.rejects(openKafkaLog({ brokers: ['127.0.0.1:1'], clientId: 'waybill-test', prefix: '' }), {
      code: 'unknown',
      message: /127\.0\.0\.1:1/u,
    }))
  test('a read does not wait for a poll, nor a new feed', () => on(neverWaits))
})

async function killedWhileEnding(cluster: DisturbedLog): Promise<void> {
  const [a = '', b = ''] = await topicsOf(cluster, 2)
  const young = await cluster.client()
  for (let round = 0; round < 8; round++) {
    const id = randomUUID()
    const { promise: ending, resolve } = Promise.withResolvers<void>()
    const old = await cluster.disturbed((step) => {
      if (step === 'ending') setTimeout(resolve, round / 4)
      return Promise.resolve()
    })
    const transactions = await old.openTransactions(id)
    const earlier = valuesOf(await everything(young, a))
    const outcome = transactions.commit([send(a, 0, `${round}`), send(b, 0, `${round}`)]).then(
      () => true,
      () => false,
    )
    await ending
    cluster.kill(old)
    const owner = await young.openTransactions(id)
    const held = valuesOf(await everything(young, a))
    assert.deepEqual(valuesOf(await everything(young, b)), held)
    if (await outcome) assert.deepEqual(held, [...earlier, `${round}`])
    await owner.close()
  }
}

async function survivesTheBroker(cluster: DisturbedLog, broker: TestBroker): Promise<void> {
  const topic = await topicOf(cluster)
  const log = await cluster.client()
  const group = randomUUID()
  const id = randomUUID()
  const seen = collect(log, topic)
  const assigned: (readonly number[])[] = []
  const membership = await log.join({
    group,
    topics: [topic],
    onAssigned: (partitions) => void assigned.push(partitions),
    onLost: (error) => void assert.fail(error),
  })
  const transactions = await log.openTransactions(id)
  await transactions.commit([send(topic, 0, 'before')])
  await until(() => seen.records.length === 1 && assigned.length > 0)
  await broker.kill9()
  await assert.rejects(transactions.commit([send(topic, 0, 'while it is down')]), { code: 'unknown' })
  await transactions.close()
  await broker.start()
  await log.append(send(topic, 0, 'outside'))
  const again = await log.openTransactions(id)
  await again.commit([send(topic, 0, 'after')])
  await until(() => valuesOf(seen.records).includes('after'))
  assert.deepEqual(valuesOf(seen.records), ['before', 'outside', 'after'])
  await membership.confirmed()
  assert.equal(assigned.at(-1)?.length, 2)
  await membership.leave()
  seen.stop()
}

/** Superseded records of many producers, in segments that end with the last batch of one of them. */
async function getsPastGaps(cluster: DisturbedLog): Promise<void> {
  const topic = await topicOf(cluster, { compacted: true })
  const log = await cluster.client()
  const rounds = 6
  for (let round = 0; round < rounds; round++) {
    const transactions = await log.openTransactions(randomUUID())
    await transactions.commit([send(topic, 0, 'same', 'other')])
    await transactions.close()
    await log.append(send(topic, 0, 'same'))
    // A segment is closed by the first record after its time.
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  await log.append(send(topic, 0, 'last'))
  while ((await everything(log, topic)).length > 8) await new Promise((resolve) => setTimeout(resolve, 100))
  const { end } = await log.range(topic, 0)
  const seen = collect(log, topic)
  await until(() => seen.next === end)
  const all = await everything(log, topic)
  assert.ok(all.length < 3 * rounds, 'nothing was compacted')
  assert.equal((await log.range(topic, 0)).start, 0, 'compaction leaves the start where it was')
  assert.deepEqual(valuesOf(all).slice(-2).toSorted(), ['last', 'same'].toSorted())
  const found = new Set<number | undefined>()
  for (let offset = 0; offset < end; offset++) found.add((await log.readOne(topic, 0, offset))?.offset)
  // Compaction may go on: what is there in the end was there all the time.
  for (const { offset } of await everything(log, topic)) assert.ok(found.has(offset), `${offset} was not found`)
  seen.stop()
}

async function replacedAtOnce(broker: TestBroker): Promise<void> {
  const members: string[] = []
  const settings: KafkaSettings = {
    brokers: broker.brokers,
    clientId: 'waybill-test',
    prefix: `${randomUUID().slice(0, 8)}.`,
    sessionTimeoutMs: 30_000,
    onMember: ({ memberId }) => void members.push(memberId),
  }
  const cluster = kafkaUnderTest(settings)
  const topic = await topicOf(cluster)
  const group = randomUUID()
  let survivor: readonly number[] = []
  const doomed = await cluster.client()
  await doomed.join({ group, topics: [topic], onAssigned: () => undefined, onLost: () => undefined })
  await until(() => members.length === 1)
  const other = await cluster.client()
  await other.join({
    group,
    topics: [topic],
    onAssigned: (partitions) => {
      survivor = partitions
    },
    onLost: () => undefined,
  })
  await until(() => survivor.length === 1)
  const [memberId = ''] = members
  assert.ok((await groupMembers(settings, group)).some((member) => member.memberId === memberId))
  cluster.kill(doomed)
  const from = performance.now()
  await removeMember(settings, group, memberId)
  await until(() => survivor.length === 2)
  assert.ok(performance.now() - from < 1_000, `it took ${performance.now() - from} ms`)
  await cluster.close()
}

async function neverWaits(cluster: DisturbedLog): Promise<void> {
  const topic = await topicOf(cluster)
  const log = await cluster.client()
  await log.append(send(topic, 1, 'x'))
  const idle = collect(log, topic, 0)
  const times: number[] = []
  for (let round = 0; round < 9; round++) {
    // So that the poll of the idle feed is well under way.
    await new Promise((resolve) => setTimeout(resolve, 30))
    const from = performance.now()
    assert.equal(String((await log.readOne(topic, 1, 0))?.value), 'x')
    const seen = collect(log, topic, 1)
    await until(() => seen.records.length === 1)
    seen.stop()
    times.push(performance.now() - from)
  }
  const median = times.toSorted((a, b) => a - b)[4] ?? Infinity
  assert.ok(median < 100, `the median was ${median} ms`)
  idle.stop()
  await untilHolds(log, topic, ['x'], 1)
}

async function createdOnce(broker: TestBroker): Promise<void> {
  const settings: KafkaSettings = { brokers: broker.brokers, clientId: 'waybill-test', prefix: `${randomUUID()}.` }
  const rows = topics()
  const numbers = { partitions: 3, replicationFactor: 1 }
  await Promise.all([1, 2, 3].map(() => createTopics(settings, rows, numbers)))
  await createTopics(settings, rows, { ...numbers, partitions: 5 })
  const names = [...rows.map(({ name }) => name), 'absent']
  for (const { name, partitions, config } of await describeTopics(settings, names)) {
    const row = rows.find((one) => one.name === name)
    assert.equal(partitions, row === undefined ? 0 : 3, name)
    for (const [setting, value] of Object.entries(row === undefined ? {} : topicConfig(row)))
      assert.equal(config[setting], value, `${setting} of ${name}`)
  }
}
