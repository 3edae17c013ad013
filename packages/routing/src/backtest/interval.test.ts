import assert from 'node:assert/strict'
import { test } from 'node:test'
import { intervalOf, quantile } from './interval.ts'

test('a mean has the interval of its standard error', () => {
  const interval = intervalOf([1, 2, 3, 4, 5])
  assert.equal(interval?.mean, 3)
  assert.equal(interval.samples, 5)
  assert.ok(Math.abs(interval.upper - (3 + 1.96 * Math.sqrt(2.5 / 5))) < 1e-12)
})

test('nothing has no mean, and one value no end', () => {
  assert.equal(intervalOf([]), null)
  assert.deepEqual(intervalOf([4]), { mean: 4, lower: -Infinity, upper: Infinity, samples: 1 })
})

test('a quantile is one of the values', () => {
  assert.deepEqual([quantile([3, 1, 2, 4], 0.5), quantile([3, 1, 2, 4], 1), quantile([], 0.5)], [2, 4, 0])
})
