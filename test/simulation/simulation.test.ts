// All services in virtual time, under every fault that a seed can think of.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Counts } from './coverage.ts'
import { mutations } from './mutants/mutations.ts'
import { run } from './run.ts'
import { hunt, search } from './searching.ts'
import { shortest } from './shortest.ts'
import { SeedThreads } from './seed-threads.ts'

const threads = new SeedThreads(2)
let met: Counts = {}
after(() => threads.close())

test('no seed breaks a promise', async (t) => {
  const found = await search(threads, { from: 1, seeds: 2_000 })
  met = found.counts
  t.diagnostic(`${found.seeds} seeds, ${found.events} events in ${Math.round(found.tookMs)} ms`)
  assert.deepEqual(
    found.broken.map(({ seed, violations }) => `seed ${seed}: ${violations[0]}`),
    [],
  )
  assert.ok(found.calls > found.seeds && found.replies > found.seeds)
  assert.deepEqual(Object.keys(found.weathers).toSorted(), ['calm', 'doubtful', 'leaving', 'moving', 'stormy'])
})

test('every fault, and everything that the protocol answers with, is met', () => {
  assert.deepEqual(
    Object.entries(met).flatMap(([happening, count]) => (count > 0 ? [] : [happening])),
    [],
  )
  assert.ok(Object.keys(met).length > 60)
})

test('a seed replays to the same trace', async () => {
  for (const seed of [1, 7, 45]) {
    const traces: [string[], string[]] = [[], []]
    for (const trace of traces) await run(seed, { tell: (line) => trace.push(line) })
    assert.ok(traces[0].length > 50)
    assert.deepEqual(traces[0], traces[1])
  }
})

test('what breaks at rest is shown by a shorter run of the same beginning', async () => {
  const mutation = mutations.find(({ name }) => name === 'ids are forgotten once they are replied to')
  const { seeds } = await hunt(threads, mutation?.name ?? '', 2_000)
  const seed = seeds ?? 0
  const whole: string[] = []
  const { violations } = await run(seed, { mutation, tell: (line) => whole.push(line) })
  assert.match(violations.join(), /^P1/u)
  const { ended, lines, untilMs } = await shortest(seed, { mutation })
  assert.ok(untilMs !== undefined && lines.length < whole.length)
  assert.ok(ended.violations.length > 0)
  const before = lines.findIndex((line) => line.endsWith(' the storm is over'))
  assert.deepEqual(lines.slice(0, before), whole.slice(0, before))
})

for (const { name } of mutations)
  test(`it would be noticed if ${name}`, async () => {
    const { seeds, violation } = await hunt(threads, name, 2_000)
    assert.ok(seeds !== null, 'the mutation escaped')
    assert.notEqual(violation, '')
  })
