import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RecordSchema } from '@waybill/schemas/record-schema'
import type { Request } from '@waybill/schemas/generated/request'
import { requestRecord } from '@waybill/schemas/generated/request'
import { costRecord } from '@waybill/schemas/generated/cost'
import { openCodec } from './codec.ts'
import { memoryRegistry } from './memory-registry.ts'
import { RegistryError } from './schema-registry.ts'

const request: Request = {
  tenant: 'acme',
  id: '1',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hello', json: null, media: null, opaque: null }] }],
  tools: [],
  toolChoice: null,
  parallelToolCalls: null,
  outputSchema: null,
  taskClass: null,
  latencyBudgetMs: 1_000,
  costCeilingMicroUsd: null,
  requestedModel: null,
  constraints: null,
  maxOutputTokens: null,
  reasoning: null,
  sampling: null,
  affinity: null,
  cachePoints: [],
  idempotency: 'content',
  idempotencyKey: null,
  sampleIndex: 0,
  replyTo: null,
  priority: 'interactive',
  labels: {},
  metadata: {},
  createdAt: null,
}

interface AvroField {
  readonly name: string
  readonly type: unknown
  readonly default?: unknown
}

/** The request schema of a later version: a part of a new kind has a new member, a request a new field. */
function laterSchema(): RecordSchema<unknown> {
  const schema: { fields: AvroField[] } = JSON.parse(requestRecord.avro)
  const part: { fields: AvroField[] } = JSON.parse(JSON.stringify(schema)).fields[2].type.items.fields[1].type.items
  part.fields.push({ name: 'audio', type: ['null', 'string'], default: null })
  const text = JSON.stringify(schema).replace(
    JSON.stringify(JSON.parse(requestRecord.avro).fields[2].type.items.fields[1].type.items),
    JSON.stringify(part),
  )
  const later: { fields: AvroField[] } = JSON.parse(text)
  later.fields.push({ name: 'region', type: 'string', default: '' })
  return { name: 'LaterRequest', avro: JSON.stringify(later) }
}

test('a record comes back as it was, and its bytes start with 0 and its schema id', async () => {
  const codec = await openCodec(memoryRegistry(), new Map([['requests-value', requestRecord]]))
  const bytes = codec.encode(requestRecord, request)
  assert.deepEqual([...bytes.subarray(0, 5)], [0, 0, 0, 0, 1])
  const decoded = codec.decode(requestRecord, bytes)
  assert.equal(decoded.kind, 'value')
  assert.deepEqual(JSON.parse(JSON.stringify(decoded.kind === 'value' && decoded.value)), request)
})

test('a record larger than the slab is encoded whole', async () => {
  const codec = await openCodec(memoryRegistry(), new Map([['requests-value', requestRecord]]))
  const large = { ...request, outputSchema: 'x'.repeat(900_000) }
  const decoded = codec.decode(requestRecord, codec.encode(requestRecord, large))
  assert.equal(decoded.kind === 'value' && decoded.value.outputSchema?.length, 900_000)
})

test('a reader of today reads a part of a kind, a member and a field that come later', async () => {
  const registry = memoryRegistry()
  const later = laterSchema()
  const [old, young] = [
    await openCodec(registry, new Map([['requests-value', requestRecord]])),
    await openCodec(registry, new Map([['requests-value', later]])),
  ]
  const audio = { kind: 'audio', text: null, json: null, media: null, opaque: null, audio: 'la' }
  const bytes = young.encode(later, { ...request, messages: [{ role: 'user', parts: [audio] }], region: 'eu' })
  const first = old.decode(requestRecord, bytes)
  assert.deepEqual(first, { kind: 'unknownSchema', id: 2 })
  assert.equal(await old.learn(2), true)
  const decoded = old.decode(requestRecord, bytes)
  assert.equal(decoded.kind === 'value' && decoded.value.messages[0]?.parts[0]?.kind, 'audio')
})

test('a change that an earlier version cannot read is refused when it is registered', async () => {
  const registry = memoryRegistry()
  await registry.register('requests-value', requestRecord.avro)
  const schema: { fields: AvroField[] } = JSON.parse(requestRecord.avro)
  schema.fields.push({ name: 'mandatory', type: 'string' })
  await assert.rejects(registry.register('requests-value', JSON.stringify(schema)), RegistryError)
})

test('bytes that are no record are unreadable, each for its reason', async () => {
  const codec = await openCodec(memoryRegistry(), new Map([['requests-value', requestRecord]]))
  const good = codec.encode(requestRecord, request)
  const reasonOf = (bytes: Buffer | null): string => {
    const decoded = codec.decode(requestRecord, bytes)
    return decoded.kind === 'unreadable' ? decoded.reason : decoded.kind
  }
  assert.equal(reasonOf(null), 'empty')
  assert.equal(reasonOf(Buffer.alloc(0)), 'empty')
  assert.equal(reasonOf(Buffer.concat([Buffer.from([7]), good.subarray(1)])), 'wrong_magic')
  assert.equal(reasonOf(good.subarray(0, -1)), 'malformed')
  assert.equal(reasonOf(Buffer.concat([good, Buffer.from([0])])), 'malformed')
  assert.equal(reasonOf(Buffer.concat([Buffer.from([0, 0, 0, 0, 99]), good.subarray(5)])), 'unknownSchema')
  assert.equal(await codec.learn(99), true)
  assert.equal(reasonOf(Buffer.concat([Buffer.from([0, 0, 0, 0, 99]), good.subarray(5)])), 'schema_unsuitable')
})

test('another record, and an array of nothing, are refused as writers', async () => {
  const registry = memoryRegistry()
  const codec = await openCodec(registry, new Map([['requests-value', requestRecord]]))
  const other = await openCodec(registry, new Map([['costs-value', costRecord]]))
  const cost = await registry.register('costs-value', costRecord.avro)
  assert.equal(await codec.learn(cost), true)
  assert.equal(other.decode(costRecord, Buffer.from([0, 0, 0, 0, cost, 1])).kind, 'unreadable')
  const header = Buffer.alloc(5)
  header.writeInt32BE(cost, 1)
  assert.equal(codec.decode(requestRecord, Buffer.concat([header, Buffer.from([0])])).kind, 'unreadable')
  const bomb = JSON.stringify({
    type: 'record',
    name: 'Bomb',
    fields: [{ name: 'a', type: { type: 'array', items: 'null' } }],
  })
  const id = await registry.register('bomb', bomb)
  await codec.learn(id)
  header.writeInt32BE(id, 1)
  const decoded = codec.decode(requestRecord, Buffer.concat([header, Buffer.from([0xfe, 0xff, 0xff, 0x3f, 0])]))
  assert.equal(decoded.kind === 'unreadable' && decoded.reason, 'schema_unsuitable')
})

test('bytes may be any Uint8Array, at any depth', async () => {
  const codec = await openCodec(memoryRegistry(), new Map([['requests-value', requestRecord]]))
  const media = { mimeType: 'image/png', data: new Uint8Array([1, 2]), uri: null }
  const part = { kind: 'image', text: null, json: null, media, opaque: null }
  const decoded = codec.decode(
    requestRecord,
    codec.encode(requestRecord, { ...request, messages: [{ role: 'user', parts: [part] }] }),
  )
  assert.ok(decoded.kind === 'value')
  assert.deepEqual([...(decoded.value.messages[0]?.parts[0]?.media?.data ?? [])], [1, 2])
})
