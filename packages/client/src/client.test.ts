import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentHash, homePartition } from '@waybill/routing/hash'
import { LogError } from '@waybill/runtime/log'
import { MemoryCluster } from '@waybill/runtime/memory/cluster'
import { MemoryLog } from '@waybill/runtime/memory/log'
import { openCodec } from '@waybill/runtime/registry/codec'
import { memoryRegistry } from '@waybill/runtime/registry/memory-registry'
import { feedbackRecord } from '@waybill/schemas/generated/feedback'
import type { Reply } from '@waybill/schemas/generated/reply'
import { replyRecord } from '@waybill/schemas/generated/reply'
import { requestRecord } from '@waybill/schemas/generated/request'
import { replies, requests } from '@waybill/schemas/topics'
import { Client, connect } from './client.ts'
import type { RequestInput } from './complete.ts'
import type { Asked } from './earlier-replies.ts'
import { complete } from './complete.ts'
import { namingOptions } from './options.ts'
import { ClientClosed, InvalidRequest, RequestTimeout } from './errors.ts'
import { patienceOf } from './waiting-replies.ts'

const input: RequestInput = { tenant: 'acme', id: '1', messages: [{ role: 'user', text: 'my prompt' }] }

interface Opened {
  readonly client: Client
  readonly log: MemoryLog
  /** Says that a request was answered. */
  readonly answer: (request: RequestInput, status: Reply['status']) => Promise<void>
}

async function open(partitions = 2): Promise<Opened> {
  const cluster = new MemoryCluster()
  for (const { name, maxMessageBytes } of [requests, replies]) cluster.createTopic(name, partitions, maxMessageBytes)
  const registry = memoryRegistry()
  const codec = await openCodec(registry, new Map([[replyRecord.name, replyRecord]]))
  // Of replies it meets a schema that it has to learn, as of a newer build.
  const own = await openCodec(registry, new Map([[requestRecord.name, requestRecord]]))
  const log = new MemoryLog(cluster)
  return {
    client: new Client(log, own, partitions),
    log,
    async answer(request, status) {
      const hash = contentHash(complete(request))
      const { tenant, id } = request
      const nothing = { claim: null, request: 'requests/0/0', reason: null, detail: null, answer: null, timings: null }
      const counts = { duplicate: 'none', attempts: 1, flagged: false, costPicoUsd: 0, repliedAt: 1 } as const
      const reply: Reply = {
        ...nothing,
        ...counts,
        tenant,
        id,
        hash,
        status,
        workContinues: false,

        metadata: {},
      }
      const record = { key: `${tenant}/${id}`, value: codec.encode(replyRecord, reply) }
      const partition = homePartition(hash, partitions)
      await new MemoryLog(cluster).append({ topic: replies.name, partition, records: [record] })
    },
  }
}

/** What no type lets through, and plain JavaScript does. */
const untyped = (text: string): RequestInput => JSON.parse(text)

test('a reply is found by tenant, id and content', async () => {
  const { client, answer } = await open()
  const replied = client.request(input)
  await answer({ ...input, id: '2' }, 'failed')
  await answer({ ...input, messages: [{ role: 'user', text: 'another' }] }, 'refused')
  await answer(input, 'completed')
  assert.equal((await replied).status, 'completed')
  await client.close()
})

test('who sends the same at once shares one reply', async () => {
  const { client, answer } = await open()
  const both = Promise.all([client.request(input), client.request(input)])
  await answer(input, 'completed')
  assert.deepEqual(
    (await both).map(({ status }) => status),
    ['completed', 'completed'],
  )
  await client.close()
})

test('waiting ends with its time, its signal and its client, and leaves nothing behind', async () => {
  const { client } = await open()
  await assert.rejects(client.request(input, { timeoutMs: 1 }), RequestTimeout)
  await assert.rejects(client.request(input, { signal: AbortSignal.abort(new Error('enough')) }), /enough/u)
  const controller = new AbortController()
  const aborted = client.request(input, { signal: controller.signal })
  controller.abort(new Error('had enough'))
  await assert.rejects(aborted, /had enough/u)
  const closed = client.request(input)
  await client.send({ ...input, id: 'other' })
  await client.close()
  await assert.rejects(closed, ClientClosed)
})

test('an id that had its reply before gets that one when the time is over, and no other content does', async () => {
  const { client, answer } = await open(1)
  await answer(input, 'completed')
  for (let count = 0; count < 3_000; count++) await answer({ ...input, id: `${count + 2}` }, 'failed')
  assert.equal((await client.request(input, { timeoutMs: 20 })).status, 'completed')
  const other: RequestInput = { ...input, messages: [{ role: 'user', text: 'another prompt' }] }
  await assert.rejects(client.request(other, { timeoutMs: 20 }), /no earlier one was found/u)
})

test('a reply is waited for as long as the request has, and ten seconds', () => {
  assert.deepEqual([null, 0, 5_000].map(patienceOf), [70_000, 10_000, 15_000])
})

test('earlier replies of many are found in one look, and a log that hangs ends it in time', async () => {
  const { client, answer, log } = await open(1)
  const asked: Asked[] = []
  for (const id of ['1', '2', '3']) {
    await answer({ ...input, id }, 'completed')
    asked.push({ tenant: input.tenant, id, hash: contentHash(complete({ ...input, id })) })
  }
  const unknown = { tenant: input.tenant, id: 'nobody', hash: asked[0]?.hash ?? '' }
  const found = await client.earlierReplies([...asked, unknown])
  assert.deepEqual(found.map(({ id }) => id).toSorted(), ['1', '2', '3'])
  assert.equal(await client.earlierReply(unknown), undefined)
  log.read = () => new Promise(() => undefined)
  assert.deepEqual(await client.earlierReplies(asked, 20), [])
})

const silent = (): Promise<never> => Promise.reject(new LogError('unknown', 'It is silent: check KAFKA_TLS.'))

test('whatever goes wrong later is told in the words of the options too', async () => {
  const log = Object.assign(new MemoryLog(new MemoryCluster()), { append: silent, range: silent })
  const records = new Map([requestRecord, feedbackRecord].map((record) => [record.name, record]))
  const codec = await openCodec(memoryRegistry(), records)
  const client = new Client(log, codec, 1, namingOptions)
  for (const attempt of [
    () => client.send(input),
    () => client.request(input),
    () => client.feedback({ tenant: 'acme', id: '1', accepted: true }),
    () => client.subscribe('costs', () => undefined),
    () => client.earlierReply({ tenant: 'acme', id: '1', hash: 'a' }),
  ])
    await assert.rejects(attempt, /check kafka\.ssl\./u)
  await assert.rejects(new Client(log, codec, 1).send(input), /check KAFKA_TLS\./u)
})

test('a request that cannot be stored rejects at once, and no timer of it rejects later', async () => {
  const { client } = await open()
  await client.close()
  await assert.rejects(client.request(input))
})

test('what plain JavaScript lets through is named by its place, and never quoted', async () => {
  const { client } = await open()
  const start = '{"tenant":"acme","id":"1",'
  const wrongs: readonly (readonly [string, RegExp])[] = [
    [`${start}"messages":[{"role":"user","content":"my prompt"}]}`, /^messages\[0\]: needs "text" or "parts"/u],
    [
      `${start}"messages":[{"role":"user","text":"my prompt","name":"x"}]}`,
      /^messages\[0\]\.name: there is no such field/u,
    ],
    [
      `${start}"messages":[{"role":"user","text":{"a":"my prompt"}}]}`,
      /^messages\[0\]\.parts\[0\]\.text: must be null or a text/u,
    ],
    [`${start}"messages":[{"role":"king","text":"my prompt"}]}`, /^messages\[0\]\.role: must be one of system, /u],
    [`${start}"messages":"my prompt"}`, /^messages: must be a list/u],
    [`${start}"messages":[],"latencyBudget":5}`, /^latencyBudget: there is no such field/u],
    [`${start}"messages":[],"outputSchema":{"type":"my prompt"}}`, /^outputSchema: must be null or a text/u],
    ['{"tenant":"acme","messages":[]}', /^id: must be a text/u],
    [`${start}"messages":[{"role":"user","text":"my prompt \\ud800"}]}`, /no well-formed Unicode/u],
  ]
  for (const [text, said] of wrongs)
    await assert.rejects(client.send(untyped(text)), (error: unknown) => {
      assert.ok(error instanceof InvalidRequest, text)
      assert.match(error.message, said)
      assert.doesNotMatch(error.message, /my prompt/u)
      return true
    })
  await client.close()
})

test('options that are none are named', async () => {
  const given = JSON.parse('{"kafka":{"brokers":"127.0.0.1:9092"},"registry":{"url":"http://127.0.0.1:1"}}')
  await assert.rejects(connect(given), /kafka\.brokers must be a list/u)
  await assert.rejects(connect(JSON.parse('{"kafka":{"brokers":["a:1"]}}')), /registry\.url must be a URL/u)
  const registry = { url: 'http://127.0.0.1:1' }
  const login = JSON.parse('{"mechanism":"kerberos","username":"me","password":"secret"}')
  await assert.rejects(
    connect({ kafka: { brokers: ['a:1'], sasl: login }, registry }),
    /^TypeError: kafka\.sasl must have/u,
  )
  await assert.rejects(connect({ kafka: { brokers: ['127.0.0.1:1'] }, registry }), /correct kafka\.brokers/u)
})
