import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBy } from '@waybill/routing/plan'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import { dispatch } from './given.ts'
import type { Report } from './telling.ts'
import { Telling } from './telling.ts'

const start = 1_800_000_000_000

/** A clock that is turned by hand, and all that was told. */
class Bench {
  now = start
  #due: { readonly at: number; readonly run: () => void }[] = []
  readonly told: (readonly Report[])[] = []
  readonly telling = new Telling({
    clock: {
      real: false,
      now: () => this.now,
      monotonic: () => this.now,
      schedule: (ms, run) => {
        this.#due.push({ at: this.now + ms, run })
        return () => undefined
      },
    },
    settings: protocolDefaults,
    publish: (reports) => {
      this.told.push(reports)
      return Promise.resolve()
    },
  })

  get waits(): boolean {
    return this.#due.length > 0
  }

  /** A call that ends when told to. */
  begin(partition: number, change: Partial<Dispatch> = {}): () => Promise<void> {
    const ended = Promise.withResolvers<undefined>()
    const deadline = this.now + 60_000
    const order = dispatch({ startBy: startBy(this.now, deadline, protocolDefaults), deadline, ...change })
    const followed = this.telling.during(partition, order, ended.promise)
    return async () => {
      ended.resolve(undefined)
      await followed
    }
  }

  async until(ms: number): Promise<void> {
    this.now = start + ms
    const due = this.#due.filter(({ at }) => at <= this.now)
    this.#due = this.#due.filter(({ at }) => at > this.now)
    for (const { run } of due) run()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const short = (reports: readonly Report[] | undefined): unknown =>
  reports?.map(({ key, partition, stats }) => [key, partition, stats?.underWay ?? null])

test('a call is told of once it is a second old, from its dispatch on, and taken back when it has ended', async () => {
  const bench = new Bench()
  const end = bench.begin(2)
  await bench.until(999)
  assert.deepEqual(bench.told, [])
  const other = bench.begin(2)
  await bench.until(1_000)
  const key = 'openai/gpt-4.1-mini/tiny/calls-2'
  assert.deepEqual(short(bench.told[0]), [[key, 2, { at: start + 1_000, calls: 2, since: [start] }]])
  await bench.until(2_000)
  assert.deepEqual(short(bench.told[1]), [[key, 2, { at: start + 2_000, calls: 2, since: [start, start + 999] }]])
  await end()
  await other()
  await bench.until(3_000)
  assert.deepEqual(short(bench.told[2]), [[key, 2, null]])
  assert.equal(bench.waits, false)
})

test('of calls that end within a second nothing is told, and nothing waits', async () => {
  const bench = new Bench()
  await bench.begin(0)()
  await bench.until(1_000)
  assert.deepEqual([bench.told, bench.waits], [[], false])
})

test('targets, sizes and partitions are told apart', async () => {
  const bench = new Bench()
  bench.begin(0)
  bench.begin(1)
  bench.begin(1, { expectedOutputTokens: 5_000 })
  await bench.until(1_000)
  assert.deepEqual(
    bench.told[0]?.map(({ key }) => key.replace('openai/gpt-4.1-mini/', '')),
    ['tiny/calls-0', 'tiny/calls-1', 'huge/calls-1'],
  )
})
