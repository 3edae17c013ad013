import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Aborted } from './record-batch.ts'
import { measure, readBatches, writeBatch } from './record-batch.ts'
import { Writer } from './writer.ts'

const attributesAt = 21

interface Step {
  readonly producer: number
  readonly act: 'write' | 'write outside' | 'commit' | 'abort'
  readonly count: number
}

interface Written {
  readonly batches: { readonly bytes: Buffer; readonly first: number; readonly last: number }[]
  readonly aborted: (Aborted & { readonly marker: number })[]
  readonly committed: number[]
}

function batchOf(first: number, producer: number, count: number, kind: 'data' | 'plain' | 'commit' | 'abort'): Buffer {
  const marker = Buffer.from([0, 0, 0, kind === 'commit' ? 1 : 0])
  // A record whose key looks like a marker is none.
  const records = Array.from({ length: count }, () => ({ key: Buffer.from([0, 0, 0, 0]), value: Buffer.from('x') }))
  const isControl = kind === 'commit' || kind === 'abort'
  const measured = measure(isControl ? [{ key: marker, value: Buffer.alloc(6) }] : records)
  const writer = new Writer(measured.bytes)
  const transactional = kind !== 'plain'
  writeBatch(writer, measured, { producerId: BigInt(producer), producerEpoch: 0, firstSequence: 0, transactional }, 0)
  const bytes = writer.written()
  bytes.writeBigInt64BE(BigInt(first), 0)
  if (isControl) bytes.writeInt16BE(16 + 32, attributesAt)
  return bytes
}

/** What a partition holds after these steps, with every transaction ended. */
function write(steps: readonly Step[]): Written {
  const written: Written = { batches: [], aborted: [], committed: [] }
  const open = new Map<number, number[]>()
  let next = 0
  const put = (producer: number, count: number, kind: 'data' | 'plain' | 'commit' | 'abort'): void => {
    written.batches.push({ bytes: batchOf(next, producer, count, kind), first: next, last: next + count - 1 })
    next += count
  }
  const end = (producer: number, act: 'commit' | 'abort'): void => {
    const offsets = open.get(producer)
    if (offsets === undefined) return
    open.delete(producer)
    if (act === 'commit') written.committed.push(...offsets)
    else written.aborted.push({ producerId: producer, firstOffset: offsets[0] ?? 0, marker: next })
    put(producer, 1, act)
  }
  for (const { producer, act, count } of steps) {
    const offsets = Array.from({ length: count }, (_, index) => next + index)
    if (act === 'write') {
      open.set(producer, [...(open.get(producer) ?? []), ...offsets])
      put(producer, count, 'data')
    } else if (act === 'write outside') {
      written.committed.push(...offsets)
      put(100 + producer, count, 'plain')
    } else {
      end(producer, act)
    }
  }
  for (const producer of open.keys()) end(producer, 'abort')
  return written
}

const step = fc.record({
  producer: fc.integer({ min: 1, max: 4 }),
  act: fc.constantFrom('write', 'write', 'write outside', 'commit', 'abort'),
  count: fc.integer({ min: 1, max: 3 }),
})

test('aborted records are never read, and committed ones always, wherever a fetch begins and ends', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.nat(), fc.nat(), (steps, start, length) => {
      const { batches, aborted, committed } = write(steps)
      if (batches.length === 0) return
      const begin = start % batches.length
      const some = batches.slice(begin, begin + 1 + (length % batches.length))
      const [first, last] = [some[0]?.first ?? 0, some.at(-1)?.last ?? 0]
      // As a broker answers: whatever was aborted and reaches into what is fetched, in the order of the markers.
      const told = aborted.filter(({ firstOffset, marker }) => firstOffset <= last && marker >= first)
      const { records, next } = readBatches(
        Buffer.concat(some.map(({ bytes }) => bytes)),
        { topic: 't', name: 't', partition: 0, from: first },
        told,
      )
      assert.deepEqual(
        records.map(({ offset }) => offset),
        committed.filter((offset) => offset >= first && offset <= last).toSorted((a, b) => a - b),
      )
      assert.equal(next, last + 1)
    }),
    { seed: 7, numRuns: 500 },
  )
})

test('a batch that compaction has emptied still moves the position', () => {
  const empty = batchOf(4, 1, 0, 'data')
  empty.writeInt32BE(5, 23)
  assert.deepEqual(readBatches(empty, { topic: 't', name: 't', partition: 0, from: 4 }, []), { records: [], next: 10 })
})
