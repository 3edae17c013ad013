// What every log must do for readers. It runs on whatever log it is given.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Case } from './observe.ts'
import { collect, everything, send, topicOf, until, untilHolds, valuesOf } from './observe.ts'

export const readingCases: readonly Case[] = [
  [
    'a feed starts where it is told, and a plain append reaches it',
    async (cluster) => {
      const topic = await topicOf(cluster)
      const log = await cluster.client()
      await log.append(send(topic, 0, 'a', 'b'))
      const seen = collect(log, topic, 0, 1)
      assert.deepEqual(await log.append(send(topic, 0, 'c')), { topic, partition: 0, offset: 2 })
      await until(() => seen.next === 3)
      assert.deepEqual(valuesOf(seen.records), ['b', 'c'])
      seen.stop()
      await log.append(send(topic, 0, 'd'))
      assert.deepEqual(valuesOf(seen.records), ['b', 'c'])
    },
  ],

  [
    'a feed without room gets nothing until it is poked',
    async (cluster) => {
      const topic = await topicOf(cluster)
      const log = await cluster.client()
      const values: string[] = []
      let room = false
      const stop = log.follow({
        topic,
        partition: 0,
        offset: 0,
        hasRoom: () => room,
        deliver: (records) => void values.push(...valuesOf(records)),
        fail: () => undefined,
      })
      await log.append(send(topic, 0, 'a'))
      await new Promise((resolve) => setTimeout(resolve, 50))
      assert.deepEqual(values, [])
      room = true
      log.poke()
      await until(() => values.length === 1)
      stop()
    },
  ],

  [
    'positions move over transaction markers, also where no records come',
    async (cluster) => {
      const topic = await topicOf(cluster)
      const log = await cluster.client()
      const id = randomUUID()
      const transactions = await log.openTransactions(id)
      await transactions.commit([send(topic, 0, 'a')])
      await untilHolds(log, topic, ['a'])
      const { end } = await log.range(topic, 0)
      const seen = collect(log, topic)
      await until(() => seen.next === end)
      await assert.rejects(transactions.commit([send(topic, 0, 'never'), send(topic, 9, 'x')]))
      await transactions.close()
      await (await log.openTransactions(id)).close()
      const later = await log.range(topic, 0)
      await until(() => seen.next === later.end)
      assert.deepEqual(valuesOf(seen.records), ['a'])
      seen.stop()
    },
  ],

  [
    'an offset below or beyond what the partition holds ends the feed',
    async (cluster) => {
      const topic = await topicOf(cluster)
      const log = await cluster.client()
      await log.append(send(topic, 0, 'a', 'b', 'c'))
      await cluster.deleteBefore(topic, 0, 2)
      assert.deepEqual(await log.range(topic, 0), { start: 2, end: 3 })
      const [below, beyond, inside] = [collect(log, topic, 0, 1), collect(log, topic, 0, 99), collect(log, topic, 0, 2)]
      await until(() => below.failed !== null && beyond.failed !== null && inside.records.length === 1)
      assert.deepEqual([below.failed, beyond.failed, inside.failed], ['outOfRange', 'outOfRange', null])
      for (const feed of [below, beyond, inside]) feed.stop()
    },
  ],

  [
    'one record is read at exactly its offset',
    async (cluster) => {
      const topic = await topicOf(cluster)
      const log = await cluster.client()
      const transactions = await log.openTransactions(randomUUID())
      await transactions.commit([send(topic, 1, 'a', 'b')])
      await transactions.commit([send(topic, 1, 'c')])
      assert.equal(String((await log.readOne(topic, 1, 1))?.value), 'b')
      const { end } = await log.range(topic, 1)
      assert.equal(await log.readOne(topic, 1, end - 1), null, 'a marker is no record')
      assert.equal(await log.readOne(topic, 1, end + 50), null)
      await transactions.close()
    },
  ],

  [
    'reading to the end takes all of it, in order, a piece at a time',
    async (cluster) => {
      const topic = await topicOf(cluster)
      const log = await cluster.client()
      const count = 3_000
      const all = Array.from({ length: count }, (_, index) => `${index}`)
      for (let from = 0; from < count; from += 500) await log.append(send(topic, 0, ...all.slice(from, from + 500)))
      let busy = false
      const read: string[] = []
      const { start, end } = await log.range(topic, 0)
      await log.read(topic, 0, { from: start, to: end }, async (records) => {
        assert.equal(busy, false)
        busy = true
        await Promise.resolve()
        read.push(...valuesOf(records))
        busy = false
      })
      assert.deepEqual(read, all)
      assert.equal((await everything(log, topic)).length, count)
    },
  ],

  [
    'partition counts, and committed offsets for lag tools',
    async (cluster) => {
      const topic = await topicOf(cluster)
      const log = await cluster.client()
      const absent = `t-${randomUUID()}`
      const counts = await log.partitionCounts([topic, absent])
      assert.deepEqual([counts.get(topic), counts.get(absent)], [2, 0])
      const group = randomUUID()
      assert.deepEqual(await log.committedOffsets(group, 1, [topic]), {})
      let assigned: readonly number[] = []
      const membership = await log.join({
        group,
        topics: [topic],
        onAssigned: (partitions) => {
          assigned = partitions
        },
        onLost: () => undefined,
      })
      await until(() => assigned.length === 2)
      await log.commitOffsets(group, 1, { [topic]: 41 })
      assert.deepEqual(await log.committedOffsets(group, 1, [topic]), { [topic]: 41 })
      await membership.leave()
    },
  ],

  [
    'one record at a time, and from every offset on: the same as reading it all',
    async (cluster) => {
      const topic = await topicOf(cluster)
      const log = await cluster.client()
      await Promise.all(
        Array.from({ length: 3 }, async (_, owner) => {
          const id = randomUUID()
          for (let round = 0; round < 4; round++) {
            const transactions = await log.openTransactions(id)
            await transactions.commit([send(topic, 0, `${owner}.${round}`, `${owner}.${round} too`)])
            await assert.rejects(transactions.commit([send(topic, 0, `${owner}.${round} not`), send(topic, 9, 'x')]))
            await transactions.close()
            await log.append(send(topic, 0, `${owner}.${round} outside`))
          }
          await (await log.openTransactions(id)).close()
        }),
      )
      const all = await everything(log, topic)
      assert.equal(all.length, 36)
      const { start, end } = await log.range(topic, 0)
      for (let from = start; from < end; from++) {
        const rest: string[] = []
        await log.read(topic, 0, { from, to: end }, (records) => {
          rest.push(...valuesOf(records))
        })
        assert.deepEqual(rest, valuesOf(all.filter(({ offset }) => offset >= from)))
        const one = await log.readOne(topic, 0, from)
        assert.equal(String(one?.value), String(all.find(({ offset }) => offset === from)?.value))
      }
    },
  ],

  [
    'appends at the same time each land once, in order, and one that is refused fails no other',
    async (cluster) => {
      const topic = await topicOf(cluster, { maxMessageBytes: 20_000 })
      const log = await cluster.client()
      const count = 400
      const appends = Array.from({ length: count }, (_, index) => log.append(send(topic, index % 2, `${index}`)))
      const refused = log.append(send(topic, 0, 'x'.repeat(50_000)))
      const rest = Array.from({ length: count }, (_, index) => log.append(send(topic, index % 2, `${count + index}`)))
      await assert.rejects(refused, { code: 'tooLarge' })
      const appended = await Promise.all([...appends, ...rest])
      for (const partition of [0, 1]) {
        const all = await everything(log, topic, partition)
        const mine = appended.flatMap((one, index) => (one.partition === partition ? [[one.offset, `${index}`]] : []))
        assert.deepEqual(
          all.map(({ offset, value }) => [offset, String(value)]),
          mine,
        )
      }
    },
  ],
]
