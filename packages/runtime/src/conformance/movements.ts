// What the task loop promises while tasks move, on every log.
import assert from 'node:assert/strict'
import { systemClock } from '../clock.ts'
import type { Log } from '../log.ts'
import { first } from '../task/counting.ts'
import { bench, saidSoMany } from './counting-bench.ts'
import type { Case } from './observe.ts'

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const counted = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `one ${index + 1}`)

/** Makes a process the only member of a group of its own: it believes that every task is its own, whoever else does. */
function alone(log: Log, number: number): void {
  const join = log.join.bind(log)
  log.join = (options) => join({ ...options, group: `${options.group}-${number}` })
}

export const movementCases: readonly Case[] = [
  [
    'processes come, go and die while records come: nothing is lost, doubled or out of order',
    async (cluster) => {
      const run = await bench(cluster)
      const count = 120
      const writing = (async (): Promise<void> => {
        for (let index = 0; index < count; index++) {
          await run.write(first, ['a', 'one'])
          await pause(15)
        }
      })()
      let last = await run.start(run.stage())
      for (let turn = 0; turn < 4; turn++) {
        await pause(300)
        const next = await run.start(run.stage())
        if (turn % 2 === 0) cluster.kill(last.log)
        await last.stop()
        last = next
      }
      await writing
      await saidSoMany(run, count)
      assert.deepEqual(await run.said(), counted(count))
      await last.stop()
    },
  ],
  [
    'two processes that both believe that a task is theirs fence each other, and double nothing',
    async (cluster) => {
      const run = await bench(cluster)
      const believers = await Promise.all(
        [1, 2].map((number) =>
          run.start(run.stage(), {}, systemClock, (log) => {
            alone(log, number)
          }),
        ),
      )
      const count = 12
      for (let index = 0; index < count; index++) {
        await run.write(first, ['a', 'one'])
        await pause(50)
      }
      await saidSoMany(run, count)
      await pause(200)
      assert.deepEqual(await run.said(), counted(count))
      const dropped = believers.flatMap(({ events }) => events.filter(({ error }) => error === 'fenced'))
      assert.ok(dropped.length > 0, 'they met')
      await Promise.all(believers.map((service) => service.stop()))
    },
  ],
]
