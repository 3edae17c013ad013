import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Request } from '@waybill/schemas/generated/request'
import { requestRecord } from '@waybill/schemas/generated/request'
import fc from 'fast-check'
import { bodyHash, contentHash, homePartition, unhashedFields } from './hash.ts'
import { partitionOfKey } from './hash/murmur2.ts'
import { plainRequest, says } from './hash/plain-request.ts'

/** Another value for every field of a request. A field that is new in the schema is missing here, and the test says so. */
const changed: { readonly [Field in keyof Request]: Request[Field] } = {
  tenant: 'other',
  id: 'other',
  messages: [says('user', 'other')],
  tools: [{ name: 'other', description: null, parameters: '{}' }],
  toolChoice: { kind: 'none', name: null },
  parallelToolCalls: true,
  outputSchema: '{}',
  taskClass: 'other',
  latencyBudgetMs: 1,
  costCeilingMicroUsd: 1,
  requestedModel: 'other',
  constraints: { providers: [], accounts: [], regions: [], retention: null },
  maxOutputTokens: 1,
  reasoning: { effort: null, maxTokens: null },
  sampling: {
    temperature: null,
    topP: null,
    topK: null,
    seed: null,
    frequencyPenalty: null,
    presencePenalty: null,
    stop: [],
    required: [],
  },
  affinity: 'other',
  cachePoints: [0],
  idempotency: 'other',
  idempotencyKey: 'other',
  sampleIndex: 1,
  replyTo: 'other',
  priority: 'background',
  labels: { other: 'other' },
  metadata: { other: 'other' },
  createdAt: 1,
}

test('every field of the schema is hashed or in the listed set, and each as it should be', () => {
  const schema: unknown = JSON.parse(requestRecord.avro)
  assert.ok(typeof schema === 'object' && schema !== null && 'fields' in schema && Array.isArray(schema.fields))
  const names = schema.fields.map((field: { readonly name: string }) => field.name)
  assert.deepEqual(names.toSorted(), Object.keys(changed).toSorted())
  const plain = contentHash(plainRequest)
  const differing = Object.entries(changed)
    .filter(([name, value]) => contentHash({ ...plainRequest, [name]: value }) !== plain)
    .map(([name]) => name)
  assert.deepEqual(
    differing.toSorted(),
    names.filter((name) => !unhashedFields.some((field) => field === name)).toSorted(),
  )
})

test('the body of a keyed request is hashed as content is, without the key', () => {
  const keyed: Request = { ...plainRequest, idempotency: 'key', idempotencyKey: 'k' }
  assert.equal(bodyHash(keyed), contentHash(plainRequest))
  assert.equal(bodyHash({ ...plainRequest, idempotency: 'none' }), contentHash(plainRequest))
  assert.notEqual(bodyHash({ ...keyed, messages: [says('user', 'Bye')] }), bodyHash(keyed))
})

test('key order of the record in memory does not matter', () => {
  const turned = Object.fromEntries(Object.entries(plainRequest).toReversed())
  assert.equal(contentHash({ ...plainRequest, ...turned }), contentHash(plainRequest))
})

test('what has no canonical JSON is refused, not changed', () => {
  assert.throws(() => contentHash({ ...plainRequest, messages: [says('user', '\uD800')] }), /surrogate/u)
  const sampling = { ...changed.sampling, temperature: Number.NaN, stop: [], required: [] }
  assert.throws(
    () =>
      contentHash({
        ...plainRequest,
        sampling: { topP: null, topK: null, seed: null, frequencyPenalty: null, presencePenalty: null, ...sampling },
      }),
    /NaN/u,
  )
})

test("partitions are those of the Java client's default partitioner", () => {
  // Key and murmur2 from Kafka's own UtilsTest.
  const hashes: ReadonlyMap<string, number> = new Map([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])
  for (const [key, hash] of hashes)
    for (const partitions of [1, 4, 6, 97, 65_536])
      assert.equal(partitionOfKey(key, partitions), (hash & 0x7fffffff) % partitions, key)
})

test('a partition count that is none is refused', () => {
  assert.throws(() => homePartition('ab', 0), RangeError)
  assert.throws(() => homePartition('ab', 1.5), RangeError)
})

test('hashes are lower-case hex and live on a partition that there is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 512 }), (text, partitions) => {
      const hash = contentHash({ ...plainRequest, messages: [says('user', text)] })
      assert.match(hash, /^[0-9a-f]{64}$/u)
      const home = homePartition(hash, partitions)
      assert.ok(home >= 0 && home < partitions)
    }),
  )
})
