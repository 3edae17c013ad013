import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../conformance/observe.ts'
import type { Feed } from '../log.ts'
import { FetchLoop } from './fetch-loop.ts'
import type { Source } from './fetching.ts'
import { completed } from './settings.ts'
import type { FetchAnswer } from './wire/fetch.ts'

interface Asking {
  readonly partitions: readonly number[]
  answer(): void
}

/** A source whose fetches return when they are told to, with nothing. */
function held(): { readonly source: Source; readonly askings: Asking[] } {
  const askings: Asking[] = []
  const source: Source = {
    leaderOf: () => 1,
    learn: () => Promise.resolve(),
    refresh: () => Promise.resolve(),
    fetch: (_, asked) =>
      new Promise<FetchAnswer>((resolve) => {
        askings.push({
          partitions: asked.map(({ partition }) => partition),
          answer: () => {
            resolve({ throttled: false, partitions: [] })
          },
        })
      }),
  }
  return { source, askings }
}

const feed = (partition: number): Feed => ({
  topic: 'topic',
  partition,
  offset: 0,
  hasRoom: () => true,
  deliver: () => undefined,
  fail: (error) => assert.fail(error),
})

test('a side poll that returns after the main poll leaves nobody unasked for', async () => {
  const [main, side] = [held(), held()]
  const settings = completed({ brokers: [], clientId: 'test', prefix: '' })
  const loop = new FetchLoop({ main: main.source, side: side.source }, settings)
  const end = loop.follow(feed(0))
  await until(() => main.askings.length === 1)
  loop.follow(feed(1))
  await until(() => side.askings.length === 1)
  assert.deepEqual(side.askings[0]?.partitions, [1])
  end()
  main.askings[0]?.answer()
  // The main poll finds nothing to ask for: what there is, the side poll holds.
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(main.askings.length, 1)
  side.askings[0]?.answer()
  await until(() => main.askings.length === 2)
  assert.deepEqual(main.askings[1]?.partitions, [1])
  loop.close()
})
