const encoder = new TextEncoder()
const seed = 0x9747b28c
const factor = 0x5bd1e995

/** Kafka's murmur2 of a byte string, bit for bit that of the Java client: a signed 32-bit number. */
function murmur2(data: Uint8Array): number {
  const length = data.length
  const whole = length & ~3
  let h = seed ^ length
  for (let at = 0; at < whole; at += 4) h = mix(h, wordAt(data, at))
  if (whole < length) {
    for (let at = length - 1; at >= whole; at -= 1) h ^= (data[at] ?? 0) << ((at - whole) * 8)
    h = Math.imul(h, factor)
  }
  h ^= h >>> 13
  h = Math.imul(h, factor)
  return (h ^ (h >>> 15)) | 0
}

const wordAt = (data: Uint8Array, at: number): number =>
  (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8) | ((data[at + 2] ?? 0) << 16) | ((data[at + 3] ?? 0) << 24)

function mix(h: number, word: number): number {
  let k = Math.imul(word, factor)
  k ^= k >>> 24
  return Math.imul(h, factor) ^ Math.imul(k, factor)
}

/** Where the Java client's default partitioner sends a record with this key. */
export function partitionOfKey(key: string, partitions: number): number {
  if (!Number.isInteger(partitions) || partitions < 1) throw new RangeError(`${partitions} is no number of partitions`)
  return (murmur2(encoder.encode(key)) & 0x7fffffff) % partitions
}
