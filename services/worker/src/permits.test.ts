import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Permits } from './permits.ts'

const bench = (most: number): { readonly permits: Permits; readonly freed: () => number } => {
  let freed = 0
  return { permits: new Permits(most, () => freed++), freed: () => freed }
}

test('a dispatch that asks again keeps its permit, and no more are given than there are', () => {
  const { permits } = bench(2)
  const asked = [1, 1, 2, 3].map((offset) => permits.reserve(0, offset, 0))
  assert.deepEqual(asked, [true, true, true, false])
  assert.equal(permits.reserve(1, 1, 0), false)
})

test('a call has its permit until it ends', () => {
  const { permits, freed } = bench(1)
  permits.reserve(0, 1, 42)
  assert.equal(permits.take(0, 1), 42)
  assert.equal(permits.reserve(0, 2, 43), false)
  permits.release()
  assert.deepEqual([permits.reserve(0, 2, 44), freed()], [true, 1])
})

test('a batch that is given up gives its permits back, and those of other partitions stay', () => {
  const { permits } = bench(2)
  permits.reserve(0, 1, 0)
  permits.reserve(1, 1, 0)
  permits.dropped(0)
  assert.equal(permits.inUse, 1)
})

test('a call that ends counts its own permit as free', () => {
  const { permits } = bench(4)
  for (const offset of [1, 2, 3, 4]) permits.reserve(0, offset, 0)
  permits.take(0, 1)
  assert.equal(permits.freeShare, 0.25)
  assert.equal(bench(4).permits.freeShare, 1)
})

test('what could not even be stepped gives its permit back with the next dispatch', () => {
  const { permits } = bench(2)
  permits.reserve(0, 1, 0)
  permits.reserve(0, 2, 0)
  permits.passed(0, 2)
  assert.equal(permits.inUse, 0)
})
