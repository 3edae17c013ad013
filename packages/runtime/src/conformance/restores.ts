// What a restore promises on every log.
import assert from 'node:assert/strict'
import { systemClock } from '../clock.ts'
import { LogError } from '../log.ts'
import type { Log } from '../log.ts'
import { first } from '../task/counting.ts'
import { bench, saidSoMany } from './counting-bench.ts'
import type { Case } from './observe.ts'

/** Commits, and then tells that nobody knows, as often as `doubts` says. */
function doubting(log: Log, doubts: () => boolean): void {
  const open = log.openTransactions.bind(log)
  log.openTransactions = async (id) => {
    const transactions = await open(id)
    return {
      async commit(sends) {
        const appended = await transactions.commit(sends)
        if (doubts()) throw new LogError('unknown', 'the answer was lost')
        return appended
      },
      close: () => transactions.close(),
    }
  }
}

export const restoreCases: readonly Case[] = [
  [
    'a restore that ends too early is noticed, and done again',
    async (cluster) => {
      const run = await bench(cluster)
      await run.write(first, ['a', 'one'], ['b', 'one'])
      const old = await run.start(run.stage())
      await saidSoMany(run, 2)
      await old.stop()
      const { name } = run.stage().changelog
      let cuts = 0
      const young = await run.start(run.stage(), {}, systemClock, (log) => {
        const read = log.read.bind(log)
        log.read = (topic, partition, { from, to }, take) => {
          const isCut = topic === name && partition === 0 && cuts++ < 2
          return read(topic, partition, { from, to: isCut ? from : to }, take)
        }
      })
      await run.write(first, ['a', 'two'])
      assert.deepEqual(await saidSoMany(run, 3), ['one 1', 'one 1', 'two 2'])
      const dropped = young.events.filter(({ code, partition }) => code === 'dropped' && partition === 0)
      assert.equal(dropped.length, 2)
      await young.stop()
    },
  ],
  [
    'an owner that dies as soon as it has marked its changelog leaves nothing that looks like a loss',
    async (cluster) => {
      const run = await bench(cluster)
      const log = await cluster.client()
      const { group, changelog } = run.stage()
      const transactions = await log.openTransactions(`${group}.0`)
      await transactions.commit([{ topic: changelog.name, partition: 0, records: [{ key: 'mark', value: null }] }])
      await transactions.close()
      await run.write(first, ['a', 'one'])
      const young = await run.start(run.stage())
      assert.deepEqual(await saidSoMany(run, 1), ['one 1'])
      await young.stop()
    },
  ],
  [
    'after an error a task reads on from what it knows, also where the restore itself is interrupted',
    async (cluster) => {
      const run = await bench(cluster)
      const { changelog } = run.stage()
      let [isDoubtful, isCut] = [false, false]
      const from: number[] = []
      const service = await run.start(run.stage(), {}, systemClock, (log) => {
        doubting(log, () => {
          const is = isDoubtful
          isCut ||= is
          isDoubtful = false
          return is
        })
        const read = log.read.bind(log)
        log.read = async (topic, partition, range, take) => {
          if (topic === changelog.name && partition === 0) from.push(range.from)
          if (topic !== changelog.name || !isCut) return read(topic, partition, range, take)
          isCut = false
          throw new LogError('unknown', 'the connection was lost')
        }
      })
      await run.write(first, ['a', 'one'], ['b', 'one'])
      await saidSoMany(run, 2)
      isDoubtful = true
      await run.write(first, ['a', 'two'])
      await saidSoMany(run, 3)
      await run.write(first, ['a', 'three'])
      assert.deepEqual(await saidSoMany(run, 4), ['one 1', 'one 1', 'two 2', 'three 3'])
      const [whole, ...again] = from
      assert.equal(whole, 0)
      assert.equal(again.length, 2, 'once in vain')
      assert.ok(again.every((offset) => offset > 0))
      await service.stop()
    },
  ],
]
