import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Begun } from './under-way.ts'
import { UnderWay } from './under-way.ts'

const start = 1_800_000_000_000
const begun = (claim: string, change: Partial<Begun> = {}): Begun => ({
  claim,
  target: 'openai/one',
  sizeClass: 'short',
  at: start,
  until: start + 60_000,
  partition: 0,
  ...change,
})
const of = (...all: readonly Begun[]): UnderWay => {
  const underWay = new UnderWay()
  for (const each of all) underWay.begin(each)
  return underWay
}
const agesOf = (underWay: UnderWay, ms: number, target = 'openai/one'): unknown => underWay.at(start + ms).get(target)

test('a call counts from its dispatch until it ends', () => {
  const underWay = of(begun('a'), begun('b', { at: start + 4_000 }))
  assert.deepEqual(agesOf(underWay, 5_000), { short: 5_000, medium: 5_000, long: 5_000, huge: 5_000 })
  underWay.end('a')
  assert.deepEqual(agesOf(underWay, 5_000), { short: 1_000, medium: 1_000, long: 1_000, huge: 1_000 })
  underWay.end('b')
  underWay.end('b')
  assert.deepEqual([agesOf(underWay, 5_000), underWay.size], [undefined, 0])
})

test('a long answer that takes long says nothing of short ones, and a short one that hangs something of long ones', () => {
  const underWay = of(begun('a', { sizeClass: 'long' }), begun('b', { at: start + 4_000, sizeClass: 'tiny' }))
  assert.deepEqual(agesOf(underWay, 9_000), { tiny: 5_000, short: 5_000, medium: 5_000, long: 9_000, huge: 9_000 })
  assert.equal(agesOf(underWay, 9_000, 'openai/other'), undefined)
})

test('where many are under way, the age is one that one in twenty has reached', () => {
  const many = Array.from({ length: 100 }, (_, at) => begun(`${at}`, { at: start + at * 100, sizeClass: 'huge' }))
  assert.deepEqual(agesOf(of(...many), 10_000), { huge: 9_500 })
})

test('a call whose caller was answered long ago is not waited for, nor is one of a partition that is gone', () => {
  const underWay = of(begun('a', { until: start + 1_000 }), begun('b', { partition: 3 }), begun('c'))
  assert.equal(underWay.size, 3)
  underWay.at(start + 1_000)
  assert.equal(underWay.size, 2)
  underWay.lost(3)
  assert.equal(underWay.size, 1)
  underWay.lost(0)
  assert.equal(underWay.size, 0)
})

test('a chain that begins anew is followed where it is now', () => {
  const underWay = of(begun('a'), begun('a', { target: 'openai/other', at: start + 2_000 }))
  assert.deepEqual([underWay.size, agesOf(underWay, 5_000)], [1, undefined])
  assert.deepEqual(agesOf(underWay, 5_000, 'openai/other'), { short: 3_000, medium: 3_000, long: 3_000, huge: 3_000 })
})
