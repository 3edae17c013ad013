import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addTo, bucketOf, percentile, topOf, withSample } from './histogram.ts'

const latencies = fc.array(fc.double({ min: 0, max: 3e9, noNaN: true }), { minLength: 1, maxLength: 200 })
const histogramOf = (samples: readonly number[]): readonly number[] =>
  samples.reduce<readonly number[]>((buckets, ms) => withSample(buckets, ms), [])
const countsOf = (buckets: readonly number[]): ReadonlyMap<number, number> => {
  const counts = new Map<number, number>()
  addTo(counts, buckets)
  return counts
}

test('a bucket is at most a sixteenth wide, and its top is in it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2_147_483_647 }), (ms) => {
      const top = topOf(bucketOf(ms))
      assert.equal(bucketOf(top), bucketOf(ms))
      assert.ok(top >= ms && top <= ms * 1.0625 + 1)
    }),
  )
})

test('buckets are in the order of their latencies', () => {
  for (let ms = 0; ms < 70_000; ms += 1)
    assert.ok(bucketOf(ms + 1) - bucketOf(ms) <= 1 && bucketOf(ms + 1) >= bucketOf(ms))
})

test('absurd latencies stay within the histogram', () => {
  assert.equal(bucketOf(-5), 0)
  assert.equal(topOf(bucketOf(Infinity)), 2_147_483_647)
})

test('the order of samples does not matter, and merging is adding', () => {
  fc.assert(
    fc.property(latencies, latencies, (one, other) => {
      const all = histogramOf([...one, ...other])
      assert.deepEqual(histogramOf([...other, ...one]), all)
      const [apart, together] = [new Map<number, number>(), new Map<number, number>()]
      for (const histogram of [histogramOf(one), histogramOf(other)]) addTo(apart, histogram)
      addTo(together, all)
      assert.deepEqual(apart, together)
    }),
  )
})

test('a percentile is never below the sample of that rank, nor a sixteenth above it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(600_000), { minLength: 1, maxLength: 200 }), (samples) => {
      const exact = samples.toSorted((a, b) => a - b)[Math.ceil(samples.length * 0.95) - 1] ?? 0
      const found = percentile(countsOf(histogramOf(samples)), 0.95)
      assert.ok(found !== null && found >= exact && found <= exact * 1.0625 + 1)
    }),
  )
  assert.equal(percentile(new Map(), 0.95), null)
})
