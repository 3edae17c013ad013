// What every log must do with transactions. It runs on whatever log it is given.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { LogError } from '../log.ts'
import type { Case } from './observe.ts'
import { collect, everything, send, topicsOf, until, untilHolds, valuesOf } from './observe.ts'

const fenced = (error: unknown): boolean => error instanceof LogError && error.code === 'fenced'

export const transactionCases: readonly Case[] = [
  [
    'a transaction over several topics becomes visible as one, in order',
    async (cluster) => {
      const [a = '', b = ''] = await topicsOf(cluster, 2)
      const log = await cluster.client()
      const seen = collect(log, a)
      const transactions = await log.openTransactions(randomUUID())
      const first = await transactions.commit([send(a, 0, '1', '2'), send(b, 1, 'x')])
      await transactions.commit([send(a, 0, '3')])
      await until(() => seen.records.length === 3)
      assert.deepEqual(valuesOf(seen.records), ['1', '2', '3'])
      await untilHolds(log, b, ['x'], 1)
      assert.deepEqual(
        first.toSorted((x, y) => x.partition - y.partition),
        [
          { topic: a, partition: 0, offset: 0 },
          { topic: b, partition: 1, offset: 0 },
        ],
      )
      assert.deepEqual(
        seen.records.map(({ key }) => String(key)),
        ['1', '2', '3'],
      )
      await transactions.close()
      seen.stop()
    },
  ],

  [
    'headers, empty values and bytes come back as they were written',
    async (cluster) => {
      const [topic = ''] = await topicsOf(cluster, 1)
      const log = await cluster.client()
      const transactions = await log.openTransactions(randomUUID())
      const value = Buffer.from([0, 1, 2, 255])
      await transactions.commit([
        {
          topic,
          partition: 0,
          records: [
            { key: 'k', value, headers: { claim: 'requests/0/1', raw: Buffer.from([255, 0]) } },
            { key: 'gone', value: null },
            { key: null, value: Buffer.alloc(0) },
          ],
        },
      ])
      const seen = collect(log, topic)
      await until(() => seen.records.length === 3)
      seen.stop()
      const [first, second, third] = seen.records
      if (first === undefined) throw new Error('There is no first record.')
      assert.deepEqual(first.value, value)
      assert.equal(String(first.headers['claim']), 'requests/0/1')
      assert.deepEqual(first.headers['raw'], Buffer.from([255, 0]))
      assert.ok(Math.abs(first.timestamp - Date.now()) < 60_000)
      assert.deepEqual([String(second?.key), second?.value], ['gone', null])
      assert.deepEqual([third?.key, third?.value?.length], [null, 0])
      await transactions.close()
    },
  ],

  [
    'the last owner of a transactional id can never commit again',
    async (cluster) => {
      const [topic = ''] = await topicsOf(cluster, 1)
      const [old, young] = [await cluster.client(), await cluster.client()]
      const id = randomUUID()
      const zombie = await old.openTransactions(id)
      await zombie.commit([send(topic, 0, 'old')])
      const owner = await young.openTransactions(id)
      await assert.rejects(zombie.commit([send(topic, 0, 'zombie')]), fenced)
      await assert.rejects(zombie.commit([send(topic, 0, 'zombie again')]), LogError)
      await owner.commit([send(topic, 0, 'new')])
      await untilHolds(young, topic, ['old', 'new'])
      await owner.close()
      await zombie.close()
    },
  ],

  [
    'a fence completes what the last owner had begun: all of it or nothing',
    async (cluster) => {
      const [a = '', b = ''] = await topicsOf(cluster, 2)
      const young = await cluster.client()
      for (let round = 0; round < 12; round++) {
        const id = randomUUID()
        const old = await cluster.client()
        const zombie = await old.openTransactions(id)
        await zombie.commit([send(a, 0, `${round} before`), send(b, 0, `${round} before`)])
        const racing = zombie.commit([send(a, 0, `${round} racing`), send(b, 0, `${round} racing`)]).then(
          () => true,
          () => false,
        )
        await new Promise((resolve) => setTimeout(resolve, round / 2))
        cluster.kill(old)
        const owner = await young.openTransactions(id)
        const [inA, inB] = [valuesOf(await everything(young, a)), valuesOf(await everything(young, b))]
        assert.deepEqual(inA, inB, 'both topics hold the same after the fence')
        const committed = await racing
        if (committed) assert.ok(inA.includes(`${round} racing`))
        await owner.commit([send(a, 0, `${round} after`), send(b, 0, `${round} after`)])
        await untilHolds(young, a, [...inA, `${round} after`])
        await owner.close()
      }
    },
  ],

  [
    'a record that its topic refuses fails the whole transaction',
    async (cluster) => {
      const [small = ''] = await topicsOf(cluster, 1, { maxMessageBytes: 10_000 })
      const [other = ''] = await topicsOf(cluster, 1)
      const log = await cluster.client()
      const id = randomUUID()
      const transactions = await log.openTransactions(id)
      await assert.rejects(transactions.commit([send(other, 0, 'x'), send(small, 0, 'y'.repeat(50_000))]), LogError)
      await transactions.close()
      const again = await log.openTransactions(id)
      await again.commit([send(other, 0, 'z')])
      await untilHolds(log, other, ['z'])
      assert.deepEqual(valuesOf(await everything(log, small)), [])
      await again.close()
    },
  ],

  [
    'a partition that is not there fails the whole transaction',
    async (cluster) => {
      const [topic = ''] = await topicsOf(cluster, 1)
      const log = await cluster.client()
      const id = randomUUID()
      const transactions = await log.openTransactions(id)
      await assert.rejects(transactions.commit([send(topic, 0, 'x'), send(topic, 7, 'y')]), LogError)
      await transactions.close()
      const again = await log.openTransactions(id)
      await again.commit([send(topic, 0, 'z')])
      await untilHolds(log, topic, ['z'])
      await again.close()
    },
  ],

  [
    'many owners on one partition: nothing lost, nothing doubled, nothing aborted',
    async (cluster) => {
      const [topic = ''] = await topicsOf(cluster, 1)
      const log = await cluster.client()
      const seen = collect(log, topic)
      const expected: string[] = []
      await Promise.all(
        Array.from({ length: 4 }, async (_, owner) => {
          const id = randomUUID()
          for (let round = 0; round < 6; round++) {
            const transactions = await log.openTransactions(id)
            await transactions.commit([send(topic, 0, `${owner}.${round}.a`)])
            expected.push(`${owner}.${round}.a`)
            await assert.rejects(transactions.commit([send(topic, 0, `${owner}.${round}.b`), send(topic, 9, 'x')]))
            await transactions.close()
          }
        }),
      )
      const last = await log.openTransactions(randomUUID())
      await last.commit([send(topic, 0, 'end')])
      await until(() => seen.records.some(({ value }) => String(value) === 'end'))
      assert.deepEqual(valuesOf(seen.records).slice(0, -1).toSorted(), expected.toSorted())
      await last.close()
      seen.stop()
    },
  ],
]
