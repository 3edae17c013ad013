// Log buckets over milliseconds, in integers only: any two machines put a latency into the same bucket. Sixteen buckets
// an octave, so a bucket is at most 6.25 % wide. Kept sparse, as bucket, count, bucket, count, … in order.

const mostMs = 2_147_483_647

/** Which bucket a latency falls into. Below 16 ms every millisecond has its own. */
export function bucketOf(ms: number): number {
  const whole = ms >= mostMs ? mostMs : Math.max(0, Math.trunc(ms))
  if (whole < 16) return whole
  const octave = 31 - Math.clz32(whole)
  return (octave - 3) * 16 + ((whole >> (octave - 4)) & 15)
}

/** The largest whole latency of a bucket: what a percentile reports, so that it is never too good. */
export function topOf(bucket: number): number {
  if (bucket < 16) return bucket
  const octave = (bucket >> 4) + 3
  const next = (16 + (bucket & 15) + 1) * 2 ** (octave - 4)
  return Math.min(next - 1, mostMs)
}

/** The same histogram with one sample more. */
export function withSample(buckets: readonly number[], ms: number): readonly number[] {
  const bucket = bucketOf(ms)
  let at = 0
  while (at < buckets.length && (buckets[at] ?? 0) < bucket) at += 2
  if (buckets[at] === bucket) return buckets.with(at + 1, (buckets[at + 1] ?? 0) + 1)
  return buckets.toSpliced(at, 0, bucket, 1)
}

/** Adds a histogram to dense counts by bucket, which is how several are merged. */
export function addTo(counts: Map<number, number>, buckets: readonly number[]): void {
  for (let at = 0; at + 1 < buckets.length; at += 2) {
    const bucket = buckets[at] ?? 0
    counts.set(bucket, (counts.get(bucket) ?? 0) + (buckets[at + 1] ?? 0))
  }
}

/** The smallest latency that at least this share of the samples does not exceed; null without samples. */
export function percentile(counts: ReadonlyMap<number, number>, share: number): number | null {
  let total = 0
  for (const count of counts.values()) total += count
  if (total === 0) return null
  let left = Math.ceil(total * share)
  for (const [bucket, count] of [...counts].toSorted(([a], [b]) => a - b)) {
    left -= count
    if (left <= 0) return topOf(bucket)
  }
  return null
}
