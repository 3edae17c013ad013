import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import * as compressed from './compressed-batches.ts'
import { crc32c } from './crc32c.ts'
import { endTransactionRequest, readEndTransaction } from './end-txn.ts'
import { readFeatures } from './features.ts'
import { fetchRequest, readFetch } from './fetch.ts'
import { produceRequest, readProduce } from './produce.ts'
import { measure, readBatches } from './record-batch.ts'
import type { WireRequest } from './request.ts'
import { frameOf } from './request.ts'
import { unpackSnappy } from './snappy.ts'
import { Writer } from './writer.ts'

// kafkajs's own codecs, to compare with.
const require = createRequire(import.meta.url)
type Encode = (options: unknown) => { readonly encode: () => Promise<{ readonly buffer: Buffer }> }
const kafkajsProduce: Encode = require('kafkajs/src/protocol/requests/produce/v7/request')
const kafkajsFetch: Encode = require('kafkajs/src/protocol/requests/fetch/v11/request')
const kafkajsFrame: (options: unknown) => Promise<{ readonly buffer: Buffer }> = require('kafkajs/src/protocol/request')
const KafkajsEncoder: new () => { writeBufferInternal(bytes: Buffer): void } = require('kafkajs/src/protocol/encoder')
interface KafkajsRecord {
  readonly offset: string
  readonly value: Buffer
}
const kafkajsAnswer: {
  readonly decode: (answer: Buffer) => Promise<{
    readonly responses: readonly { readonly partitions: readonly { readonly messages: readonly KafkajsRecord[] }[] }[]
  }>
} = require('kafkajs/src/protocol/requests/fetch/v11/response')

function bodyOf(request: WireRequest): Buffer {
  const writer = new Writer(request.size)
  request.write(writer)
  return writer.written()
}

/** An answer to a fetch of one partition. */
function fetchAnswer(bytes: Buffer, errorCode = 0): Buffer {
  const writer = new Writer(128 + bytes.length)
  for (const value of [0, 0]) writer.int32(value)
  writer.offset -= 2
  writer.int32(0)
  writer.int32(1)
  writer.string('p.t')
  writer.int32(1)
  writer.int32(3)
  writer.int16(errorCode)
  for (const value of [50, 40, 0]) writer.int64(value)
  writer.int32(0)
  writer.int32(-1)
  writer.int32(bytes.length)
  writer.bytes(bytes)
  return writer.written()
}

const hex = (...parts: readonly string[]): Buffer => Buffer.from(parts.join(''), 'hex')

const asked = [{ topic: 'p.t', name: 't', partition: 3, from: 0 }]
const now = 1_700_000_000_000
const records = [
  { key: 'k', value: Buffer.from('v'), headers: { ünï: 'x', raw: Buffer.from([255, 0]) } },
  { key: null, value: null },
  ...Array.from({ length: 200 }, (_, index) => ({ key: `${index}`, value: Buffer.alloc(index, 'y') })),
]

test('CRC-32C', () => {
  assert.equal(crc32c(Buffer.from('123456789'), 0, 9), 0xe3069283)
  assert.equal(crc32c(Buffer.from('..The quick brown fox jumps over the lazy dog.'), 2, 45), 0x22620404)
})

test('a produce request is, byte for byte, what kafkajs would send', async () => {
  const producer = { transactionalId: 'group.1', producerId: 4_000_000_001n, producerEpoch: 7 }
  const batches = [
    { topic: 'p.t', partition: 0, measured: measure(records), firstSequence: 9 },
    { topic: 'p.t', partition: 1, measured: measure(records.slice(0, 1)), firstSequence: 0 },
    { topic: 'p.u', partition: 1, measured: measure(records.slice(1, 3)), firstSequence: 0 },
  ]
  const partition = (index: number, firstSequence: number, some: typeof records): unknown => ({
    partition: index,
    firstSequence,
    messages: some.map((record) => ({ ...record, timestamp: now })),
  })
  const theirs = await kafkajsProduce({
    ...producer,
    producerId: '4000000001',
    acks: -1,
    timeout: 1_000,
    compression: 0,
    topicData: [
      { topic: 'p.t', partitions: [partition(0, 9, records), partition(1, 0, records.slice(0, 1))] },
      { topic: 'p.u', partitions: [partition(1, 0, records.slice(1, 3))] },
    ],
  }).encode()
  const ours = produceRequest(7, producer, batches, { now, timeoutMs: 1_000 })
  assert.deepEqual(bodyOf(ours), Buffer.from(theirs.buffer))
})

test('the flexible produce request holds the same batch', () => {
  const producer = { transactionalId: 'group.1', producerId: 5n, producerEpoch: 7 }
  const batches = [{ topic: 'p.t', partition: 0, measured: measure(records), firstSequence: 0 }]
  const [plain, flexible] = ([7, 12] as const).map((version) =>
    bodyOf(produceRequest(version, producer, batches, { now, timeoutMs: 1_000 })),
  )
  const { bytes } = measure(records)
  assert.deepEqual(flexible?.subarray(-3 - bytes, -3), plain?.subarray(-bytes))
})

test('a fetch request is, byte for byte, what kafkajs would send', async () => {
  const theirs = await kafkajsFetch({
    replicaId: -1,
    maxWaitTime: 250,
    minBytes: 1,
    maxBytes: 8_000,
    isolationLevel: 1,
    topics: [
      { topic: 'p.t', partitions: [0, 3].map((partition) => ({ partition, fetchOffset: '77', maxBytes: 1_000 })) },
      { topic: 'p.u', partitions: [{ partition: 1, fetchOffset: '5', maxBytes: 1_000 }] },
    ],
  }).encode()
  const wanted = [
    { topic: 'p.t', name: 't', partition: 0, from: 77 },
    { topic: 'p.t', name: 't', partition: 3, from: 77 },
    { topic: 'p.u', name: 'u', partition: 1, from: 5 },
  ]
  const ours = fetchRequest(wanted, { maxWaitMs: 250, maxBytes: 8_000, partitionMaxBytes: 1_000 })
  assert.deepEqual(bodyOf(ours), Buffer.from(theirs.buffer))
})

test('a frame is what kafkajs would send', async () => {
  const request = fetchRequest(asked, { maxWaitMs: 250, maxBytes: 8_000, partitionMaxBytes: 1_000 })
  const body = new KafkajsEncoder()
  body.writeBufferInternal(bodyOf(request))
  const theirs = await kafkajsFrame({
    correlationId: 12,
    clientId: 'cliënt',
    request: { apiKey: 1, apiVersion: 11, encode: () => Promise.resolve(body) },
  })
  assert.deepEqual(frameOf(request, 'cliënt', 12), Buffer.from(theirs.buffer))
})

test('batches of every compression are read, as far as kafkajs can read them in the same words', async () => {
  for (const [codec, base64] of Object.entries(compressed)) {
    const bytes = fetchAnswer(Buffer.from(base64, 'base64'))
    const [fetched] = readFetch(bytes, asked).partitions
    assert.deepEqual(
      fetched?.records.map(({ offset, value }) => [offset, String(value)]),
      Array.from({ length: 40 }, (_, index) => [index, `line ${index} of a batch that a stranger has compressed`]),
      codec,
    )
    assert.equal(fetched.next, 40)
    if (codec !== 'gzip') continue
    const { responses } = await kafkajsAnswer.decode(bytes)
    assert.deepEqual(
      responses[0]?.partitions[0]?.messages.map(({ offset, value }) => [Number(offset), String(value)]),
      fetched.records.map(({ offset, value }) => [offset, String(value)]),
    )
  }
})

test('snappy without frames, with every kind of repetition', () => {
  const bytes = hex('10', '0c61626364', '0104', '0e0800', '0f0c000000')
  assert.equal(String(unpackSnappy(bytes)), 'abcdabcdabcdabcd')
})

test('a batch that cannot be read becomes one record that holds it, and the next batch is read', () => {
  const good = Buffer.from(compressed.gzip, 'base64')
  const bad = Buffer.from(good)
  bad.fill(0, 70)
  const answer = readFetch(fetchAnswer(Buffer.concat([bad, good])), asked)
  const [fetched] = answer.partitions
  assert.equal(fetched?.records.length, 41)
  assert.deepEqual(fetched.records[0]?.value, bad)
  assert.equal(fetched.records[0].offset, 39)
})

test('an answer that is cut anywhere is read up to there, and an error belongs to its partition', () => {
  const bytes = Buffer.from(compressed.lz4, 'base64')
  for (let length = 0; length < bytes.length; length++) {
    const { records: read, next } = readBatches(
      bytes.subarray(0, length),
      { topic: 't', name: 't', partition: 0, from: 0 },
      [],
    )
    assert.equal(next, read.length === 0 ? -1 : (read.at(-1)?.offset ?? 0) + 1)
  }
  const [failed] = readFetch(fetchAnswer(Buffer.alloc(0), 1), asked).partitions
  assert.deepEqual([failed?.errorCode, failed?.records, failed?.next], [1, [], -1])
})

test('records before the offset asked for are left out, though their batch begins there', () => {
  const bytes = fetchAnswer(Buffer.from(compressed.gzip, 'base64'))
  const [fetched] = readFetch(bytes, [{ topic: 'p.t', name: 't', partition: 3, from: 30 }]).partitions
  assert.deepEqual(
    fetched?.records.map(({ offset }) => offset),
    [30, 31, 32, 33, 34, 35, 36, 37, 38, 39],
  )
})

test('the end of a transaction, of version 5', () => {
  const request = endTransactionRequest({ transactionalId: 'a', producerId: 258n, producerEpoch: 3 })
  assert.deepEqual(bodyOf(request), hex('0261', '0000000000000102', '0003', '01', '00'))
  const answer = hex('00', '00000000', '0000', '0000000000000103', '0004', '00')
  assert.deepEqual(readEndTransaction(answer), { errorCode: 0, producerId: 259n, producerEpoch: 4 })
})

test('what a broker says to each batch', () => {
  const partition = ['00000002', '0000', '0000000000000064', 'ffffffffffffffff', '0000000000000000']
  const said = [{ topic: 't', partition: 2, errorCode: 0, offset: 100 }]
  assert.deepEqual(readProduce(7, hex('00000001', '000174', '00000001', ...partition, '00000000')), said)
  const noErrors = ['01', '00', '00']
  assert.deepEqual(
    readProduce(12, hex('00', '02', '0274', '02', ...partition, ...noErrors, '00', '00000000', '00')),
    said,
  )
})

test('the features of a cluster', () => {
  const features = ['02', '14', Buffer.from('transaction.version').toString('hex'), '0002', '0002', '00']
  const length = (features.join('').length / 2).toString(16).padStart(2, '0')
  const answer = hex('0000', '02', '0000', '0000', '000c', '00', '00000000', '01', '02', length, ...features)
  assert.deepEqual([...readFeatures(answer)], [['transaction.version', 2]])
  assert.deepEqual([...readFeatures(hex('0023'))], [])
})
