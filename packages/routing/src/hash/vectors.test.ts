// Keeps docs/hash-vectors.json fresh. After a new case: node packages/routing/src/hash/vectors.test.ts --write
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { bodyHash, contentHash, homePartition } from '../hash.ts'
import type { VectorCase } from './vectors.ts'
import { vectorCases } from './vectors.ts'

const file = resolve(import.meta.dirname, '../../../../docs/hash-vectors.json')

const defaults: ReadonlyMap<string, string> = new Map([
  ['tools', '[]'],
  ['cachePoints', '[]'],
  ['providers', '[]'],
  ['regions', '[]'],
  ['stop', '[]'],
  ['required', '[]'],
  ['labels', '{}'],
  ['metadata', '{}'],
  ['idempotency', '"content"'],
  ['priority', '"interactive"'],
  ['sampleIndex', '0'],
])

const isAtDefault = (key: string, value: unknown): boolean =>
  value === null || JSON.stringify(value) === defaults.get(key)

/** Bytes become base64; without `inFull`, what is at its default is left out. */
function published({ name, shows, request, inFull }: VectorCase): unknown {
  const hash = contentHash(request)
  const text = JSON.stringify(request, (key, value: unknown) => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
    return inFull !== true && isAtDefault(key, value) ? undefined : value
  })
  const partitions = { 4: homePartition(hash, 4), 6: homePartition(hash, 6) }
  const asJson: unknown = JSON.parse(text)
  return { name, shows, request: asJson, hash, bodyHash: bodyHash(request), partitions }
}

const about =
  'Vectors of the content hash; docs/hash.md defines it. Media data is base64 here. partitions: murmur2 of the hash as record key, for 4 and 6 partitions.'
const expected = `${JSON.stringify({ about, vectors: vectorCases.map(published) }, null, 2)}\n`

if (process.argv.includes('--write')) writeFileSync(file, expected)

test('the published vectors are what the code computes', () => {
  assert.equal(readFileSync(file, 'utf8'), expected)
})

test('there are at least thirty vectors, and no two of one name', () => {
  assert.ok(vectorCases.length >= 30)
  assert.equal(new Set(vectorCases.map(({ name }) => name)).size, vectorCases.length)
})

test('vectors that say they are equal are, and all others differ', () => {
  const equal = [
    ['smallest', 'in full', 'not hashed'],
    ['zero', 'minus zero'],
    ['none', 'none, other text'],
    ['key is the id', 'key', 'key, other text'],
  ]
  const hashOf = new Map(vectorCases.map(({ name, request }) => [name, contentHash(request)]))
  for (const [first, ...others] of equal)
    for (const other of others) assert.equal(hashOf.get(other), hashOf.get(first ?? ''), other)
  const repeated = equal.reduce((sum, names) => sum + names.length - 1, 0)
  assert.equal(new Set(hashOf.values()).size, vectorCases.length - repeated)
})
