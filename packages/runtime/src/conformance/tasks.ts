// What the task loop promises on every log.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { systemClock } from '../clock.ts'
import { first, second } from '../task/counting.ts'
import { bench, saidSoMany } from './counting-bench.ts'
import type { Case } from './observe.ts'
import { until } from './observe.ts'

export const taskCases: readonly Case[] = [
  [
    'state, outputs and positions move together: a new owner goes on where the last one was',
    async (cluster) => {
      const run = await bench(cluster)
      await run.write(first, ['a', 'one'], ['a', 'one'], ['b', 'one'])
      const old = await run.start(run.stage())
      assert.deepEqual(await saidSoMany(run, 3), ['one 1', 'one 2', 'one 1'])
      await old.stop()
      await run.write(first, ['a', 'two'])
      const young = await run.start(run.stage())
      assert.deepEqual(await saidSoMany(run, 4), ['one 1', 'one 2', 'one 1', 'two 3'])
      await young.stop()
    },
  ],
  [
    'a killed owner is replaced, and nothing is lost or doubled',
    async (cluster) => {
      const run = await bench(cluster)
      const old = await run.start(run.stage())
      const count = 200
      const writing = (async (): Promise<void> => {
        for (let index = 0; index < count; index++) await run.write(first, ['a', 'one'])
      })()
      await saidSoMany(run, 20)
      cluster.kill(old.log)
      const young = await run.start(run.stage())
      await writing
      await saidSoMany(run, count)
      const said = await run.said()
      assert.deepEqual(
        said,
        Array.from({ length: count }, (_, index) => `one ${index + 1}`),
      )
      await young.stop()
      await old.stop()
    },
  ],
  [
    'a record that throws, one too large to pass on, and one that is no record end as dead letters, and the next is served',
    async (cluster) => {
      const run = await bench(cluster)
      await run.write(first, ['a', 'one'], ['a', 'throw'], ['a', 'large'])
      const log = await cluster.client()
      const bad = { key: 'bad', value: Buffer.from('no record') }
      await log.append({ topic: run.name(first), partition: 0, records: [bad, { key: 'none', value: null }] })
      await run.write(first, ['a', 'two'])
      const service = await run.start(run.stage())
      const said = await saidSoMany(run, 6)
      assert.deepEqual(said, ['one 1', 'step_failed', 'too_large', 'wrong_magic', 'empty', 'two 2'])
      assert.equal(service.events.filter(({ code }) => code === 'dropped').length, 0)
      await service.stop()
    },
  ],
  [
    'effects run after their commit, and their outcomes come back as events',
    async (cluster) => {
      const run = await bench(cluster)
      const committedBefore: number[] = []
      const commits = (): number => service.events.filter(({ code }) => code === 'committed').length
      const service = await run.start(
        run.stage((effect, _, report) => {
          committedBefore.push(commits())
          report(`done ${effect}`)
        }),
      )
      await run.write(first, ['a', 'effect'])
      assert.deepEqual(await saidSoMany(run, 2), ['effect 1', 'done a'])
      assert.deepEqual(committedBefore, [1])
      await service.stop()
    },
  ],
  [
    'a timer fires once at its time, also for a new owner',
    async (cluster) => {
      const run = await bench(cluster)
      await run.write(first, ['a', 'due'])
      const old = await run.start(run.stage())
      await saidSoMany(run, 1)
      await old.stop()
      const young = await run.start(run.stage())
      assert.deepEqual(await saidSoMany(run, 2), ['due 1', 'timer'])
      await young.stop()
    },
  ],
  [
    'many timers each fire once, for the next owner too, while the entries that wait for them move about',
    async (cluster) => {
      const run = await bench(cluster)
      const store = { decodedEntries: 1, chunkBytes: 512 }
      const keys = Array.from({ length: 60 }, (_, index) => `key-${index}`)
      const dues = keys.map((key): readonly [string, string] => [key, 'due'])
      await run.write(first, ...dues, ['busy', 'first'])
      const old = await run.start(run.stage(), { store })
      await saidSoMany(run, 61)
      await old.stop()
      const young = await run.start(run.stage(), { store })
      await saidSoMany(run, 121)
      await run.write(first, ...dues, ['busy', 'second'], ...dues.slice(0, 20), ['busy', 'third'])
      await saidSoMany(run, 263)
      await new Promise((resolve) => setTimeout(resolve, 200))
      const said = await run.said()
      const count = (note: string): number => said.filter((each) => each === note).length
      assert.equal(count('timer'), 120)
      assert.deepEqual(['due 1', 'due 2', 'due 3'].map(count), [60, 60, 20])
      assert.deepEqual(['first 1', 'second 2', 'third 3'].map(count), [1, 1, 1])
      await young.stop()
    },
  ],
  [
    'a batch is cut by count and by bytes, in order, and no input starves',
    async (cluster) => {
      const run = await bench(cluster)
      const many = Array.from({ length: 300 }, (): readonly [string, string] => ['a', 'x'.repeat(4_000)])
      for (let from = 0; from < many.length; from += 100) await run.write(first, ...many.slice(from, from + 100))
      await run.write(second, ['b', 'patient'])
      const service = await run.start(run.stage(), { limits: { events: 50, bytesPerPartition: 100_000 } })
      const said = await saidSoMany(run, 301)
      assert.equal(said.length, 301)
      assert.ok(said.indexOf('patient 1') < 60, `the second input waited for ${said.indexOf('patient 1')} records`)
      assert.deepEqual(
        said.filter((note) => note.startsWith('x')).map((note) => Number(note.split(' ')[1])),
        many.map((_, index) => index + 1),
      )
      await service.stop()
    },
  ],
  [
    'a position beyond what an input holds ends the process with what to do: the topic was made anew',
    async (cluster) => {
      const run = await bench(cluster)
      const stage = run.stage()
      await run.write(first, ['a', 'one'])
      const old = await run.start(stage)
      await saidSoMany(run, 1)
      await old.stop()
      const log = await cluster.client()
      const { end } = await log.range(run.name(first), 0)
      const positions = { next: { [run.name(first)]: end + 1 } }
      const value = run.codec.encode(stage.changelog.value, { positions, count: 0, dueAt: null })
      await log.append({ topic: stage.changelog.name, partition: 0, records: [{ key: 'positions', value }] })
      const reason = await (await run.start(run.stage())).ended
      assert.equal(reason?.code, 'position_out_of_range')
      assert.match(reason.message, /the topic was made anew/u)
    },
  ],
  [
    'after an outage a timer waits until all is read that came meanwhile: that may be what it waits for',
    async (cluster) => {
      const run = await bench(cluster)
      await run.write(first, ['a', 'hour'], ['b', 'hour'])
      const old = await run.start(run.stage())
      await saidSoMany(run, 2)
      await old.stop()
      await run.write(first, ['a', 'answered'], ...Array.from({ length: 300 }, (): [string, string] => ['c', 'x']))
      const hours = { ...systemClock, now: () => systemClock.now() + 2 * 3_600_000 }
      const young = await run.start(run.stage(), { limits: { events: 10, bytesPerPartition: 100_000 } }, hours)
      const said = await saidSoMany(run, 304)
      assert.deepEqual(said.slice(0, 3), ['hour 1', 'hour 1', 'answered 2'])
      assert.equal(said.indexOf('timer'), 303, 'the timer of b alone, after all that was there')
      await young.stop()
    },
  ],
  [
    'a changelog that is gone or damaged ends the process: it does not start anew',
    async (cluster) => {
      const run = await bench(cluster)
      const log = await cluster.client()
      await run.write(first, ['a', 'one'])
      const old = await run.start(run.stage(), { offsetsEveryMs: 0 })
      await saidSoMany(run, 1)
      await until(() => old.events.some(({ code }) => code === 'committed'))
      await run.write(first, ['a', 'two'])
      await saidSoMany(run, 2)
      await old.stop()
      const changelog = run.stage().changelog.name
      await log.append({ topic: changelog, partition: 0, records: [{ key: 'a', value: Buffer.from('damaged') }] })
      const damaged = await run.start(run.stage())
      assert.equal((await damaged.ended)?.code, 'changelog_unreadable')
      await cluster.deleteBefore(changelog, 0, (await log.range(changelog, 0)).end)
      const lost = await run.start(run.stage())
      assert.equal((await lost.ended)?.code, 'changelog_lost')
    },
  ],
  [
    'lag tools see an idle group at the end of its inputs, and who has written nothing is not said to have worked',
    async (cluster) => {
      const run = await bench(cluster)
      const log = await cluster.client()
      const { group } = run.stage()
      const input = run.name(first)
      const committed = async (): Promise<unknown> => (await log.committedOffsets(group, 0, [input]))[input]
      const idle = await run.start(run.stage(), { offsetsEveryMs: 10 })
      await until(() => idle.events.some(({ code }) => code === 'running'))
      await new Promise((resolve) => setTimeout(resolve, 50))
      assert.equal(await committed(), undefined)
      await idle.stop()
      const busy = await run.start(run.stage(), { offsetsEveryMs: 200 })
      for (const value of ['one', 'two', 'three']) {
        await run.write(first, ['a', value])
        await saidSoMany(run, ['one', 'two', 'three'].indexOf(value) + 1)
      }
      const { end } = await log.range(input, 0)
      while ((await committed()) !== end) await new Promise((resolve) => setTimeout(resolve, 20))
      await busy.stop()
    },
  ],
  [
    'a first transaction that was aborted is not taken for a changelog that was lost',
    async (cluster) => {
      const run = await bench(cluster)
      const log = await cluster.client()
      const id = randomUUID()
      const changelog = run.stage().changelog.name
      const transactions = await log.openTransactions(id)
      const tooLarge = Buffer.alloc(8 * 1024 * 1024)
      await assert.rejects(
        transactions.commit([
          { topic: changelog, partition: 0, records: [{ key: 'a', value: Buffer.from('never committed') }] },
          { topic: first.name, partition: 0, records: [{ key: 'a', value: tooLarge }] },
        ]),
      )
      await transactions.close()
      await (await log.openTransactions(id)).close()
      await run.write(first, ['a', 'one'])
      const young = await run.start(run.stage())
      assert.deepEqual(await saidSoMany(run, 1), ['one 1'])
      await young.stop()
    },
  ],
  [
    'two processes share the tasks, and a stop hands them over',
    async (cluster) => {
      const run = await bench(cluster)
      const [one, two] = [await run.start(run.stage()), await run.start(run.stage())]
      await until(() => one.tasks().length === 1 && two.tasks().length === 1)
      await one.stop()
      await until(() => two.tasks().length === 2)
      await run.write(first, ['a', 'one'])
      assert.deepEqual(await saidSoMany(run, 1), ['one 1'])
      await two.stop()
    },
  ],
]
