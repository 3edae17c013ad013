// What every log must do when a process dies, or sleeps and wakes, at any step of a transaction.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Log } from '../log.ts'
import { LogError } from '../log.ts'
import type { Case, LogUnderTest } from './observe.ts'
import { collect, everything, send, topicOf, topicsOf, until, untilHolds, valuesOf } from './observe.ts'

/** begin: nothing is written; produced: its records are, and its end is not asked for; ended: it has, and its owner does not know. */
type Step = 'begin' | 'produced' | 'ended'
const steps: readonly Step[] = ['begin', 'produced', 'ended']

/** A log whose transactions can be held up. */
export interface DisturbedLog extends LogUnderTest {
  /** A client that waits, at each step of each transaction, for what it is given. */
  disturbed(disturb: (step: string) => Promise<void>): Promise<Log>
}

/** A client that stops at a step of its second transaction, as if it were frozen. */
async function frozenAt(
  cluster: DisturbedLog,
  step: Step,
): Promise<{ readonly log: Log; readonly reached: Promise<void>; readonly wake: () => void }> {
  const [reached, woken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let seen = 0
  const log = await cluster.disturbed(async (at) => {
    if (at !== step || ++seen !== 2) return
    reached.resolve()
    await woken.promise
  })
  return {
    log,
    reached: reached.promise,
    wake: () => {
      woken.resolve()
    },
  }
}

const nothing = (): void => undefined

export const crashCases: readonly Case<DisturbedLog>[] = [
  ...steps.map(
    (step) =>
      [
        `killed at "${step}": all of the transaction or nothing, and the new owner goes on`,
        async (cluster: DisturbedLog) => {
          const [a = '', b = ''] = await topicsOf(cluster, 2)
          const id = randomUUID()
          const { log: old, reached } = await frozenAt(cluster, step)
          const transactions = await old.openTransactions(id)
          await transactions.commit([send(a, 0, 'first'), send(b, 1, 'first')])
          transactions.commit([send(a, 0, 'second'), send(b, 1, 'second')]).catch(nothing)
          await reached
          cluster.kill(old)
          const young = await cluster.client()
          const owner = await young.openTransactions(id)
          const expected = step === 'ended' ? ['first', 'second'] : ['first']
          assert.deepEqual(valuesOf(await everything(young, a)), expected)
          assert.deepEqual(valuesOf(await everything(young, b, 1)), expected)
          await owner.commit([send(a, 0, 'new'), send(b, 1, 'new')])
          await untilHolds(young, a, [...expected, 'new'])
          await untilHolds(young, b, [...expected, 'new'], 1)
        },
      ] as const,
  ),

  ...steps.map(
    (step) =>
      [
        `a zombie that slept at "${step}" wakes when there is a new owner, and adds nothing`,
        async (cluster: DisturbedLog) => {
          const topic = await topicOf(cluster)
          const id = randomUUID()
          const { log: old, reached, wake } = await frozenAt(cluster, step)
          const zombie = await old.openTransactions(id)
          await zombie.commit([send(topic, 0, 'first')])
          const waking = zombie.commit([send(topic, 0, 'second')]).then(
            () => 'committed',
            (error: unknown) => (error instanceof LogError ? error.code : 'no LogError'),
          )
          await reached
          const young = await cluster.client()
          const owner = await young.openTransactions(id)
          await owner.commit([send(topic, 0, 'new')])
          wake()
          assert.equal(await waking, step === 'ended' ? 'committed' : 'fenced')
          const expected = step === 'ended' ? ['first', 'second', 'new'] : ['first', 'new']
          await untilHolds(young, topic, expected)
          await assert.rejects(zombie.commit([send(topic, 0, 'third')]), LogError)
          await owner.commit([send(topic, 0, 'newer')])
          await untilHolds(young, topic, [...expected, 'newer'])
          await zombie.close()
        },
      ] as const,
  ),

  [
    'a transaction that nobody ends hides what comes after it, until it times out',
    async (cluster) => {
      const topic = await topicOf(cluster)
      const { log: old, reached } = await frozenAt(cluster, 'produced')
      const transactions = await old.openTransactions(randomUUID())
      await transactions.commit([send(topic, 0, 'first')])
      await untilHolds(old, topic, ['first'])
      transactions.commit([send(topic, 0, 'never')]).catch(nothing)
      await reached
      const log = await cluster.client()
      const seen = collect(log, topic)
      await log.append(send(topic, 0, 'after'))
      await until(() => seen.records.length === 1)
      assert.deepEqual(valuesOf(await everything(log, topic)), ['first'])
      await until(() => seen.records.length === 2)
      assert.deepEqual(valuesOf(seen.records), ['first', 'after'])
      seen.stop()
    },
  ],
]
