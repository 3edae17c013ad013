// The guards of the task shell.
import type { Log, Send, Transactions } from '@waybill/runtime/log'
import { LogError } from '@waybill/runtime/log'
import type { RouterState } from '@waybill/schemas/generated/router-state'
import type { Mutation } from '../mutation.ts'
import { replacing, seeing, stepping } from './wrapping.ts'

const isUnknown = (error: unknown): boolean => error instanceof LogError && error.code === 'unknown'

/** Whatever a restore has read is all that there was. */
const contentWithLess = (log: Log): Log =>
  replacing(log, {
    async read(topic, partition, range, take) {
      await log.read(topic, partition, range, take)
      const last = { topic, partition, offset: range.to - 1, timestamp: 0, headers: {} }
      await take([{ ...last, key: Buffer.from('mark'), value: null }])
    },
  })

/** The fence comes with the first transaction after everything has been read, and the mark is not written at all. */
const lateFence = (log: Log): Log =>
  replacing(contentWithLess(log), {
    async openTransactions(id) {
      await Promise.resolve()
      let opened: Promise<Transactions> | undefined = undefined
      return {
        async commit(sends) {
          const [first] = sends
          if (opened === undefined && first?.records[0]?.key === 'mark') {
            const { end } = await log.range(first.topic, first.partition)
            return [{ ...first, offset: end - 1 }]
          }
          opened ??= log.openTransactions(id)
          return (await opened).commit(sends)
        },
        async close() {
          await (await opened)?.close()
        },
      }
    },
  })

/** A reader goes on where it was, whatever became of what it had read. */
function neverBack(log: Log): Log {
  const reached = new Map<string, number>()
  return replacing(log, {
    follow(feed) {
      const name = `${feed.topic}/${feed.partition}`
      return log.follow({
        ...feed,
        offset: Math.max(feed.offset, reached.get(name) ?? 0),
        hasRoom: () => feed.hasRoom(),
        deliver(records, next) {
          reached.set(name, next)
          feed.deliver(records, next)
        },
        fail: (error) => {
          feed.fail(error)
        },
      })
    },
  })
}

/** What to do about a commit that nobody knows the outcome of, instead of dropping everything. */
const onUnknown = (
  log: Log,
  recover: (again: Transactions, sends: readonly Send[]) => ReturnType<Transactions['commit']>,
): Log =>
  replacing(log, {
    async openTransactions(id) {
      let transactions = await log.openTransactions(id)
      return {
        async commit(sends) {
          try {
            return await transactions.commit(sends)
          } catch (error) {
            if (!isUnknown(error)) throw error
            transactions = await log.openTransactions(id)
            return recover(transactions, sends)
          }
        },
        close: () => transactions.close(),
      }
    },
  })

const landed = (sends: readonly Send[]): ReturnType<Transactions['commit']> =>
  Promise.resolve(sends.map(({ topic, partition }) => ({ topic, partition, offset: 0 })))

/** Each record of a batch sees what was there before the batch. */
const withoutOverlay: NonNullable<Mutation['router']> = (stage) => {
  const batches = new WeakMap<object, Map<string, RouterState | undefined>>()
  return stepping(stage, ({ inner, view, event, context }) => {
    const before = batches.get(context) ?? new Map<string, RouterState | undefined>()
    batches.set(context, before)
    const blind = seeing(view, (key, state) => (before.has(key) ? before.get(key) : state))
    const step = inner(blind, event, context)
    for (const [key] of step.changes ?? []) if (!before.has(key)) before.set(key, view.get(key))
    return step
  })
}

const earlyCalls: NonNullable<Mutation['worker']> = (stage) =>
  stepping(stage, ({ inner, view, event, context }) => {
    const step = inner(view, event, context)
    const calls = (step.effects ?? []).filter(({ kind }) => kind === 'call')
    for (const call of calls) stage.run(call, context.partition, () => undefined)
    return { ...step, effects: (step.effects ?? []).filter(({ kind }) => kind !== 'call') }
  })

export const transactionMutations: readonly Mutation[] = [
  { name: 'the fence comes after the state was read', log: lateFence },
  { name: 'a restore does not look for its mark', log: contentWithLess },
  { name: 'a drop does not go back to the restored position', log: neverBack },
  {
    name: 'a commit that is unknown is sent again',
    log: (log) => onUnknown(log, (again, sends) => again.commit(sends)),
  },
  { name: 'a commit that is unknown is taken for done', log: (log) => onUnknown(log, (_, sends) => landed(sends)) },
  { name: 'records of one batch do not see each other', router: withoutOverlay },
  { name: 'effects come before the commit', worker: earlyCalls },
]
